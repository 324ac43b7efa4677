"""Catalogue files of one entity a line: JSONL with every field, TSV with as many as it names.

A TSV begins with a line of column names, or has the six plain columns in their order. A file in
which any popularity is over 1 tells counts, held against their median; else popularity is the prior
itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import IO, Any, Final, NamedTuple

import msgspec

from producers.catalogue.columns import (
    COLUMNS,
    PLAIN,
    Column,
    cells_of,
    column_of,
    read_number,
)
from producers.catalogue.entity_check import checked, prior_of, type_of
from producers.catalogue.load import CatalogueError
from schemas.records import Entity

JSON_ENDINGS: Final = frozenset({".jsonl", ".ndjson", ".json"})
KEYS: Final = tuple(dict.fromkeys((*PLAIN, *Entity.__struct_fields__)))
_FIELD_OF: Final = {"type": "entity_type", "context words": "context", "context_words": "context"}


class Line(NamedTuple):
    """A line of the file that is not blank."""

    number: int
    text: str


class Popular(msgspec.Struct):
    """As much of a line as says whether popularity is counted."""

    popularity: float = 0.0


def read_table(path: Path) -> Iterator[Entity]:
    """The entities of a `.jsonl` or `.tsv` file, in its order.

    Raises CatalogueError naming file, line and what is wrong with it.
    """
    read = _read_json if is_json(path) else _read_tsv
    seen: dict[str, int] = {}
    for number, entity in read(path):
        if entity.id in seen:
            raise wrong(path, number, f"id {entity.id!r} is already on line {seen[entity.id]}")
        seen[entity.id] = number
        yield entity


def is_json(path: Path) -> bool:
    """By its ending, else by its first sign."""
    if path.suffix in JSON_ENDINGS:
        return True
    return path.suffix != ".tsv" and next(
        (line.text.lstrip().startswith("{") for line in lines_of(path)), False
    )


def lines_of(path: Path) -> Iterator[Line]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield Line(number, line.rstrip("\r\n"))
    except OSError as error:
        raise CatalogueError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path}: not UTF-8: {error.reason}") from error


def wrong(path: Path, number: int, why: str) -> CatalogueError:
    return CatalogueError(f"{path.name} line {number}: {why}")


def _read_json(path: Path) -> Iterator[tuple[int, Entity]]:
    usual = _usual_of(_json_popularities(path))
    for number, text in lines_of(path):
        try:
            fields = msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            raise wrong(path, number, f"not JSON: {error}") from None
        if not isinstance(fields, dict):
            raise wrong(path, number, "no JSON object")
        try:
            yield number, checked(_from_fields(fields, path, usual))
        except ValueError as refusal:  # msgspec's refusals are such, too
            raise wrong(path, number, str(refusal)) from None


def _json_popularities(path: Path) -> Iterator[float]:
    decode = msgspec.json.Decoder(Popular).decode
    for line in lines_of(path):
        try:
            yield decode(line.text).popularity
        except msgspec.DecodeError:
            return  # reading it will say what is wrong, with the line


def _usual_of(popularities: Iterable[float]) -> float | None:
    """The median count; None where popularity is no count."""
    told = [popularity for popularity in popularities if popularity > 0]
    return median(told) if told and max(told) > 1 else None


def _from_fields(given: dict[str, Any], path: Path, usual: float | None) -> Entity:
    fields = _defaults(path)
    for key, value in given.items():
        if key == "popularity":
            if not isinstance(value, int | float):
                raise ValueError(f"popularity {value!r} is no number")
            fields["prior"] = prior_of(read_number(str(value)), usual)
        elif key in KEYS:
            fields[_FIELD_OF.get(key, key)] = value
        elif key in _FIELD_OF:
            fields[_FIELD_OF[key]] = value
        else:
            raise ValueError(f"unknown key {key!r}; {', '.join(KEYS)}")
    if isinstance(fields.get("entity_type"), str):
        fields["entity_type"] = type_of(fields["entity_type"])
    return msgspec.convert(fields, Entity)


def _defaults(path: Path) -> dict[str, Any]:
    """What a line says when it does not say it. A time of 0 is: it always was."""
    return {"source": "catalogue", "event_time": 0, "known_time": 0, "provenance": path.name}


def _read_tsv(path: Path) -> Iterator[tuple[int, Entity]]:
    columns, usual = _survey(path)
    defaults = _defaults(path)
    headed = True
    for number, text in lines_of(path):
        cells = text.split("\t")
        if headed:
            headed = False
            if _is_heading(cells):
                continue
        try:
            yield number, checked(_from_cells(cells, columns, defaults, usual))
        except (ValueError, TypeError) as refusal:
            raise wrong(path, number, str(refusal)) from None


def _survey(path: Path) -> tuple[Sequence[Column], float | None]:
    """The columns, and the usual popularity where it is counted."""
    columns: Sequence[Column] = COLUMNS[: len(PLAIN)]
    place = PLAIN.index("popularity")
    told: list[float] = []
    for at, (number, text) in enumerate(lines_of(path)):
        cells = text.split("\t")
        if at == 0 and _is_heading(cells):
            columns = _headed(path, number, cells)
            names = [column.name for column in columns]
            place = names.index("popularity") if "popularity" in names else len(cells)
        elif place < len(cells):
            told.append(_number(cells[place]))
    return columns, _usual_of(told)


def _number(cell: str) -> float:
    try:
        return float(cell or 0)
    except ValueError:
        return 0.0  # reading it will say what is wrong, with the line


def _is_heading(cells: Sequence[str]) -> bool:
    return cells[0].strip().lower() == "id"


def _headed(path: Path, number: int, cells: Sequence[str]) -> Sequence[Column]:
    columns: list[Column] = []
    for cell in cells:
        column = column_of(cell)
        if column is None:
            known = ", ".join(c.name for c in COLUMNS)
            raise wrong(path, number, f"unknown column {cell.strip()!r}; {known}")
        if column in columns:
            raise wrong(path, number, f"column {cell.strip()!r} is given twice")
        columns.append(column)
    for needed in ("type", "name"):
        if needed not in [column.name for column in columns]:
            raise wrong(path, number, f"column {needed!r} is missing")
    return columns


def _from_cells(
    cells: Sequence[str],
    columns: Sequence[Column],
    defaults: dict[str, Any],
    usual: float | None,
) -> Entity:
    if len(cells) > len(columns):
        raise ValueError(f"{len(cells)} cells for {len(columns)} columns")
    fields = dict(defaults)
    for column, cell in zip(columns, cells, strict=False):
        if cell:
            try:
                fields[column.field] = column.read(cell)
            except ValueError as refusal:
                raise ValueError(f"{column.name}: {refusal}") from None
    for needed, field in (("id", "id"), ("type", "entity_type"), ("name", "name")):
        if not fields.get(field):
            raise ValueError(f"{needed} is missing")
    fields["entity_type"] = type_of(fields["entity_type"])
    if "prior" in fields:
        fields["prior"] = prior_of(fields["prior"], usual)
    return Entity(**fields)


def write_table(entities: Iterable[Entity], file: IO[str], *, as_json: bool) -> int:
    """All that is known of the entities, so that reading it back gives equal ones."""
    written = 0
    if not as_json:
        file.write("\t".join(column.name for column in COLUMNS) + "\n")
    for entity in entities:
        line = msgspec.json.encode(entity).decode() if as_json else "\t".join(cells_of(entity))
        file.write(line + "\n")
        written += 1
    return written
