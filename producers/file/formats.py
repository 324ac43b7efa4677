"""Rows of a recording, one at a time, whatever its format: JSONL, CSV, TSV or Parquet, or .gz."""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final, cast

import orjson

from producers.file.column_map import ColumnMap, ColumnMapError
from schemas.errors import FatalError, SettingsError

LONGEST_LINE: Final = 16 * 1024 * 1024
HEAD_ROWS: Final = 100
BOM: Final = b"\xef\xbb\xbf"
LINES: Final = (".jsonl", ".ndjson")
_UNDECODED: Final = re.compile("[\udc80-\udcff]")  # what Python makes of a byte that is not UTF-8
TABLES: Final = {".csv": ",", ".tsv": "\t"}
Row = dict[str, Any]


class UnreadableFileError(FatalError):
    """A recording that is missing, damaged, or in no format that we read."""


class NotUtf8Error(UnreadableFileError, SettingsError):
    """A table in another encoding: names with replaced letters would be found by nothing."""


class BadRow(str):
    """Why a row could not be read at all."""


Numbered = tuple[int, Row | BadRow]


def rows(path: Path, column_map: ColumnMap) -> Iterator[Numbered]:
    """Each row with its number, counted from 1. Raises UnreadableFileError or ColumnMapError."""
    try:
        yield from _reader(path, column_map)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableFileError(f"{path}: the archive is damaged: {error}") from error
    except OSError as error:
        raise UnreadableFileError(f"{path}: {error.strerror or error}") from error


def _reader(path: Path, column_map: ColumnMap) -> Iterator[Numbered]:
    format_ = Path(path.name.removesuffix(".gz")).suffix.lower()
    if format_ in LINES:
        return _lines(path, column_map)
    if column_map.each is not None:
        raise ColumnMapError(f"column map: each= is of JSON lines, and {path.name} is none")
    if format_ in TABLES:
        return _table(path, column_map, TABLES[format_])
    if format_ == ".parquet" and path.suffix != ".gz":
        return _parquet(path, column_map)
    known = ", ".join((*LINES, *TABLES, ".parquet"))
    raise UnreadableFileError(f"{path}: unknown format; {known}, or .gz of all but the last")


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as file:
        if path.suffix == ".gz":
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield cast("IO[bytes]", unpacked)
        else:
            yield file


def _lines(path: Path, column_map: ColumnMap) -> Iterator[Numbered]:
    """JSON lines carry no header: the first rows together say which columns there are."""
    with _opened(path) as file:
        parsed = _parsed_lines(file)
        if column_map.each is not None:
            parsed = _of_each(parsed, column_map.each)
        head = list(islice(parsed, HEAD_ROWS))
        present = {column for _, row in head if isinstance(row, dict) for column in row}
        if present:
            column_map.refuse_missing(present, path.name)
        yield from head
        yield from parsed


def _of_each(parsed: Iterator[Numbered], name: str) -> Iterator[Numbered]:
    """A row of everything in a row's list, beside what stands around the list."""
    for number, row in parsed:
        if isinstance(row, BadRow):
            yield number, row
            continue
        inside = row.pop(name, None)
        if not isinstance(inside, list):
            yield number, BadRow(f"{name!r} is no list")
            continue
        for one in inside:
            here = {**row, **one} if isinstance(one, dict) else BadRow(f"{name!r} holds no object")
            yield number, here


def _parsed_lines(file: IO[bytes]) -> Iterator[Numbered]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = file.readline(LONGEST_LINE)
            yield number, BadRow(f"longer than {LONGEST_LINE} bytes")
        elif line.strip():
            yield number, _parsed(line.removeprefix(BOM) if number == 1 else line)


def _parsed(line: bytes) -> Row | BadRow:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return BadRow(f"not JSON: {error}")
    return row if isinstance(row, dict) else BadRow("not a JSON object")


def _table(path: Path, column_map: ColumnMap, delimiter: str) -> Iterator[Numbered]:
    with _opened(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="")
        reader = csv.reader(_of_utf8(text, path), delimiter=delimiter)
        header = next(reader, [])
        column_map.refuse_missing(header, path.name)
        for number, cells in enumerate(_records(reader), start=1):
            if isinstance(cells, BadRow):
                yield number, cells
            elif len(cells) == len(header):
                yield number, dict(zip(header, cells, strict=True))
            elif cells:
                yield number, BadRow(f"{len(cells)} cells where the header has {len(header)}")


def _of_utf8(text: Iterable[str], path: Path) -> Iterator[str]:
    """Raises NotUtf8Error with the line and the byte. JSON lines need no such guard: a row that is
    not UTF-8 is not JSON, and is rejected alone and by name."""
    for number, line in enumerate(text, start=1):
        if not line.isascii() and (found := _UNDECODED.search(line)):
            raise NotUtf8Error(
                f"{path}: line {number} is not UTF-8: byte 0x{ord(found[0]) - 0xDC00:02x};"
                " save the table as UTF-8"
            )
        yield line


def _records(reader: Iterator[list[str]]) -> Iterator[list[str] | BadRow]:
    """One bad record, such as a field over the limit, does not end the file."""
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadRow(f"not CSV: {error}")
        else:
            yield cells


def _parquet(path: Path, column_map: ColumnMap) -> Iterator[Numbered]:
    import pyarrow.parquet  # 0.2 s to import, and only Parquet needs it

    try:
        table = pyarrow.parquet.ParquetFile(path)
        column_map.refuse_missing(table.schema_arrow.names, path.name)
        number = 0
        for batch in table.iter_batches(batch_size=2_000, columns=list(column_map.columns)):
            for row in batch.to_pylist():
                number += 1
                yield number, row
    except pyarrow.ArrowException as error:
        raise UnreadableFileError(f"{path}: not readable as Parquet: {error}") from error
