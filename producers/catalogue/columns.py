"""The columns of a catalogue as a TSV: what each is called, how a cell is read and written.

Lists are written with `;` between, relations as `kind:id`, mappings as `key=value`; a backslash
keeps a `;`, an `=` or a backslash that belongs to a text. Tabs and new lines become blanks.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from schemas.clock import iso, parse_time
from schemas.records import Entity, Relation

PLAIN: Final = ("id", "type", "popularity", "name", "aliases", "context words")
TRUTHS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_PIECE: Final = re.compile(r"\\([\\;=])|([\\;=])|([^\\;=]+)")  # any other backslash is itself
_UNCUT: Final = re.compile(r"(?:\\[\\;=]|[^;])+")  # parts with their escapes kept


class Column(NamedTuple):
    """A column and the field of an entity that it holds."""

    name: str
    field: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]


def split(cell: str, by: str = ";") -> list[str]:
    """The parts of a cell, blanks around them and empty ones taken off."""
    if "\\" not in cell:
        return [part for part in map(str.strip, cell.split(by)) if part]
    parts = [""]
    for escaped, sign, text in _PIECE.findall(cell):
        if sign == by:
            parts.append("")
        else:
            parts[-1] += escaped or sign or text
    return [part for part in map(str.strip, parts) if part]


def escape(text: str) -> str:
    """A text as a part of a list."""
    for sign in ("\\", ";", "="):
        text = text.replace(sign, f"\\{sign}")
    return write_text(text)


def write_text(text: str) -> str:
    return " ".join(text.split())


def read_texts(cell: str) -> tuple[str, ...]:
    return tuple(split(cell)) if cell else ()


def write_texts(texts: Sequence[str]) -> str:
    return ";".join(map(escape, texts))


def read_mapping(cell: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in _UNCUT.findall(cell):
        key, *value = split(part, "=")
        if len(value) != 1:
            raise ValueError(f"{part!r} is no key=value")
        found[key] = value[0]
    return found


def write_mapping(mapping: Mapping[str, str]) -> str:
    return ";".join(f"{escape(k)}={escape(v)}" for k, v in mapping.items() if k and v)


def read_relations(cell: str) -> tuple[Relation, ...]:
    found = []
    for part in split(cell):
        kind, colon, entity_id = part.partition(":")
        if not (kind and colon and entity_id):
            raise ValueError(f"relation {part!r} is no kind:id")
        found.append(Relation(kind=kind.strip(), entity_id=entity_id.strip()))
    return tuple(found)


def write_relations(relations: Sequence[Relation]) -> str:
    return ";".join(f"{escape(one.kind)}:{escape(one.entity_id)}" for one in relations)


def read_truth(cell: str) -> bool:
    truth = TRUTHS.get(cell.strip().lower())
    if truth is None:
        raise ValueError(f"{cell!r} is neither true nor false")
    return truth


def write_truth(truth: bool) -> str:
    return "true" if truth else "false"


def read_number(cell: str) -> float:
    try:
        number = float(cell)
    except ValueError:
        raise ValueError(f"{cell!r} is no number") from None
    if not 0.0 <= number < float("inf"):
        raise ValueError(f"{cell!r} is no number from 0")
    return number


def _write_optional(text: str | None) -> str:
    return write_text(text or "")


COLUMNS: Final = (
    Column("id", "id", str.strip, write_text),
    Column("type", "entity_type", str.strip, write_text),
    Column("popularity", "prior", read_number, repr),
    Column("name", "name", str.strip, write_text),
    Column("aliases", "aliases", read_texts, write_texts),
    Column("context words", "context", read_texts, write_texts),
    Column("ambiguous", "ambiguous", read_truth, write_truth),
    Column("related", "related", read_texts, write_texts),
    Column("relations", "relations", read_relations, write_relations),
    Column("status", "status", str.strip, write_text),
    Column("merged into", "merged_into", str.strip, _write_optional),
    Column("verified", "verified", read_truth, write_truth),
    Column("alias sources", "alias_sources", read_mapping, write_mapping),
    Column("external ids", "external_ids", read_mapping, write_mapping),
    Column("provenance", "provenance", str.strip, write_text),
    Column("source", "source", str.strip, write_text),
    Column("source type", "source_type", str.strip, write_text),
    Column("test", "test", read_truth, write_truth),
    Column("event time", "event_time", parse_time, iso),
    Column("known time", "known_time", parse_time, iso),
    Column("first seen", "first_seen", parse_time, iso),
)
BY_NAME: Final = {column.name: column for column in COLUMNS}
SAME: Final = {"context": "context words", "prior": "popularity", "entity type": "type"}


def column_of(heading: str) -> Column | None:
    """The column of a heading; case, `_` and an `entity`'s own field name do not matter."""
    name = heading.strip().lower().replace("_", " ")
    return BY_NAME.get(SAME.get(name, name))


def cells_of(entity: Entity) -> list[str]:
    return [column.write(getattr(entity, column.field)) for column in COLUMNS]
