"""Rows as CSV, JSON and JSON Lines. A form is told the rows in portions and answers in bytes."""

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import orjson

from gateway.export.cells import guarded
from gateway.export.columns import Column, Kind

Rows = Sequence[tuple[Any, ...]]
MARK: Final = b"\xef\xbb\xbf"
LINE_END: Final = "\r\n"
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


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _truth(value: bool) -> str:
    return "true" if value else "false"


# No number, time or document begins a formula; numbers and times need no quotes.
CELLS: Final[dict[Kind, Callable[[Any], str]]] = {
    "text": lambda value: _quoted(guarded(value)),
    "integer": str,
    "float": repr,
    "boolean": _truth,
    "time": str,
    "date": str,
    "document": _quoted,
    "texts": lambda value: _quoted(orjson.dumps(value).decode()),
}


class CsvWriting:
    """RFC 4180. Every text is quoted, so that an empty one is told from a missing one, which is
    an empty cell; lists are JSON; texts cannot be formulas.

    Python's csv module looks at each character by itself, at a fifth of this speed, and writes
    empty and missing alike.
    """

    def __init__(self, columns: Sequence[Column], *, mark: bool = False) -> None:
        self._names = [c.name if c.name.isidentifier() else _quoted(c.name) for c in columns]
        self._cells = [CELLS[column.kind] for column in columns]
        self._mark = MARK if mark else b""

    def begin(self) -> bytes:
        return self._mark + ",".join(self._names).encode() + LINE_END.encode()

    def rows(self, rows: Rows) -> bytes:
        return "".join([self._line(row) for row in rows]).encode()

    def end(self) -> bytes:
        return b""

    def _line(self, row: tuple[Any, ...]) -> str:
        cells = [
            "" if value is None else cell(value)
            for cell, value in zip(self._cells, row, strict=True)
        ]
        # A line with nothing on it would be passed over by readers.
        return (",".join(cells) or '""') + LINE_END


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
