"""Rows of a recording to raw mentions, or to the reason why not. Nothing is left out in silence."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from producers.file.column_map import ColumnMap
from producers.file.formats import BadRow, Row, rows
from schemas.clock import SECOND_MS, Millis, millis, parse_time
from schemas.errors import SettingsError
from schemas.ids import derived_id, mention_id
from schemas.records import RawMention
from schemas.sources import SOURCE_TYPES

EARLIEST: Final = parse_time("1990-01-01T00:00:00Z")
LATEST: Final = parse_time("2100-01-01T00:00:00Z")
LONGEST_TEXT: Final = 1_000_000
REMOVED: Final = "[removed]"
REMOVED_HOST: Final = "removed.com"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that is no mention, and why."""

    row_number: int
    reason: str


class _RejectedError(ValueError):
    """Why a row is no mention."""


def read_rows(path: Path, column_map: ColumnMap, source: str) -> Iterator[RawMention | Rejection]:
    """One result per row, in the file's order, with flat memory.

    Raises UnreadableFileError or ColumnMapError when the file as a whole cannot be read.
    """
    if source not in SOURCE_TYPES:
        raise SettingsError(f"unknown source {source!r}; one of {', '.join(SOURCE_TYPES)}")
    for number, row in rows(path, column_map):
        if isinstance(row, BadRow):
            yield Rejection(number, str(row))
            continue
        try:
            yield mention_of(row, column_map, source)
        except _RejectedError as why:
            yield Rejection(number, str(why))


def mention_of(row: Row, column_map: ColumnMap, source: str) -> RawMention:
    """The raw mention of one row. Raises ValueError with the reason when there is none."""
    read = _cell_reader(row)
    title, text = read(column_map.title_column), _joined(row, column_map.body_columns)
    url = read(column_map.url)
    _refuse_removed(title, url)
    if not title and not text:
        raise _RejectedError("no text")
    if len(title) + len(text) > LONGEST_TEXT:
        raise _RejectedError(f"text longer than {LONGEST_TEXT} characters")
    known_time = _required_time(row, column_map.known_time)
    native_id = read(column_map.id) or url or _hash_of(row, column_map)
    return RawMention(
        id=mention_id(source, native_id),
        native_id=native_id,
        source=source,
        source_type=_type_of(read, column_map, source),
        known_time=known_time,
        event_time=_event_time(row, column_map.event_time, known_time),
        channel=read(column_map.channel),
        author=read(column_map.author) or None,
        title=title,
        text=text,
        url=url or None,
        language=read(column_map.language) or None,
    )


def _type_of(read: Callable[[str | None], str], column_map: ColumnMap, source: str) -> str:
    told_by, own = column_map.row_types, SOURCE_TYPES[source]
    return told_by.of(read(told_by.column or column_map.url), own) if told_by else own


def _cell_reader(row: Row) -> Callable[[str | None], str]:
    return lambda column: _text(row.get(column)) if column else ""


def _text(cell: Any) -> str:
    """A cell as text; a NUL, which no database text can hold, is dropped."""
    return "" if cell is None else str(cell).replace("\x00", "").strip()


def _joined(row: Row, columns: tuple[str, ...]) -> str:
    return "\n".join(filter(None, (_text(row.get(column)) for column in columns)))


def _refuse_removed(title: str, url: str) -> None:
    """NewsAPI leaves a husk where a publisher took an article back."""
    try:
        host = urlsplit(url).hostname
    except ValueError as error:
        raise _RejectedError(f"unreadable url: {error}") from error
    if title.lower() == REMOVED or host == REMOVED_HOST:
        raise _RejectedError("removed upstream")


def _hash_of(row: Row, column_map: ColumnMap) -> str:
    return derived_id("row", *(f"{name}={row.get(name)}" for name in sorted(column_map.columns)))


def _event_time(row: Row, column: str | None, known_time: Millis) -> Millis:
    """Some publishers date ahead; nothing that we know of happens after we know it."""
    stamp = _time(row, column) if column else None
    return known_time if stamp is None else min(stamp, known_time)


def _required_time(row: Row, column: str) -> Millis:
    stamp = _time(row, column)
    if stamp is None:
        raise _RejectedError(f"missing known_time (column {column!r})")
    return stamp


def _time(row: Row, column: str) -> Millis | None:
    cell = row.get(column)
    if cell is None or cell == "":
        return None
    try:
        stamp = _millis(cell)
    except (ValueError, OverflowError, OSError) as error:
        raise _RejectedError(f"unreadable time in {column!r}: {_shown(cell)}: {error}") from error
    if not EARLIEST <= stamp < LATEST:
        raise _RejectedError(f"unreadable time in {column!r}: {_shown(cell)} is out of range")
    return stamp


def _shown(cell: Any) -> str:
    return repr(str(cell)[:40])


def _millis(cell: Any) -> Millis:
    if isinstance(cell, datetime):
        return millis(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        raise ValueError("not a time")  # noqa: TRY004 - a bad value of a cell, not a wrong call
    if isinstance(cell, float) and math.isfinite(cell) and not cell.is_integer():
        return round(cell * SECOND_MS)
    return parse_time(cell if isinstance(cell, str) else str(int(cell)))
