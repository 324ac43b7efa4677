"""Rows as CSV, JSON and JSON Lines. A form is told the rows in portions and answers in bytes."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import orjson

from gateway.export.cells import guarded
from gateway.export.columns import Column, Kind

Rows = Sequence[tuple[Any, ...]]
MARK: Final = b"\xef\xbb\xbf"
MEDIA: Final = {
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
}


class Writing(Protocol):
    """A file in the making. `end` completes it: without those bytes it is no whole file."""

    def begin(self) -> bytes: ...

    def rows(self, rows: Rows) -> bytes: ...

    def end(self) -> bytes: ...


def _truth(value: bool) -> str:
    return "true" if value else "false"


# The other kinds are safe as they are: no document and no number begins a formula.
CELLS: Final[dict[Kind, Callable[[Any], Any]]] = {
    "text": guarded,
    "boolean": _truth,
    "texts": lambda value: orjson.dumps(value).decode(),
}


class CsvWriting:
    """RFC 4180. Nothing is an empty cell; lists are JSON; texts cannot be formulas."""

    def __init__(self, columns: Sequence[Column], *, mark: bool = False) -> None:
        self._names = [column.name for column in columns]
        self._cells = [(n, CELLS[c.kind]) for n, c in enumerate(columns) if c.kind in CELLS]
        self._mark = MARK if mark else b""

    def begin(self) -> bytes:
        return self._mark + _lines([self._names])

    def rows(self, rows: Rows) -> bytes:
        return _lines([self._row(row) for row in rows])

    def end(self) -> bytes:
        return b""

    def _row(self, row: tuple[Any, ...]) -> list[Any]:
        cells = list(row)
        for n, cell in self._cells:
            if cells[n] is not None:
                cells[n] = cell(cells[n])
        return cells


def _lines(rows: Sequence[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


class JsonWriting:
    """One array of objects, closed only at the end. Not-a-number is null, as JSON has none."""

    opening, between, closing = b"[\n", b",\n", b"\n]\n"

    def __init__(self, columns: Sequence[Column]) -> None:
        self._names = [column.name for column in columns]
        self._any = False

    def begin(self) -> bytes:
        return self.opening

    def rows(self, rows: Rows) -> bytes:
        names = self._names
        told = self.between.join(orjson.dumps(dict(zip(names, row, strict=True))) for row in rows)
        lead = self.between if self._any and rows else b""
        self._any = self._any or bool(rows)
        return lead + told

    def end(self) -> bytes:
        return self.closing


class JsonLinesWriting(JsonWriting):
    """One object a line."""

    opening, between, closing = b"", b"\n", b"\n"

    def end(self) -> bytes:
        return self.closing if self._any else b""


def writing(form: str, columns: Sequence[Column], *, mark: bool = False) -> Writing:
    """A new file of the form."""
    if form == "csv":
        return CsvWriting(columns, mark=mark)
    if form == "json":
        return JsonWriting(columns)
    if form == "jsonl":
        return JsonLinesWriting(columns)
    from gateway.export.parquet import ParquetWriting  # its import takes a while

    return ParquetWriting(columns)
