"""A table of a sink: what feeds it, its columns, and the statements that fill it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

import msgspec
import psycopg
from psycopg import sql

from schemas.codec import decode_as
from schemas.errors import SkippableError
from schemas.records import Record
from sinks.base import dated
from sinks.base.shortcut import Found, Shortcut, shortcut_of
from sinks.base.wire import COPY_HEAD, COPY_TAIL, Kind, Row, Value, pack, shortened, wired

R = TypeVar("R", bound=Record)
ROWS_AT_ONCE: Final = 1000
WORTH_A_SHORTCUT: Final = 16  # messages; its overhead is that of as many read one by one
Column = tuple[str, Kind]
# Which rows of a batch are written, and how, by what the database has; by id, in its transaction.
Admit = Callable[[psycopg.Connection[Any], Mapping[bytes, bytes]], Sequence[bytes]]
TAKEN_BACK: Final = b"\0taken back"  # no id ends so: none has a NUL

# What records of every topic begin with, and what those that were computed end with.
HEAD: Final[tuple[Column, ...]] = (
    ("id", "text"),
    ("event_time", "timestamptz"),
    ("known_time", "timestamptz"),
    ("source", "text"),
    ("source_type", "text"),
    ("test", "bool"),
)
LINEAGE: Final[tuple[Column, ...]] = (
    ("config_hash", "text"),
    ("catalogue_version", "int8"),
    ("code_version", "text"),
    ("causation", "text[]"),
)


@dataclass(frozen=True)
class Table(Generic[R]):
    """One table. The first column is `id`; each column holds the record's field of its name."""

    name: str
    topics: tuple[str, ...]
    record: type[R]
    columns: tuple[Column, ...]
    replaces: bool  # the last record of an id speaks; else the first one stands for ever
    by_time: bool = False  # cut into days: a line of sinks/storage/timed.py
    carries_ticks: bool = False
    unstored: tuple[str, ...] = ()  # fields that only the stream needs
    # Texts are cut to so many bytes.
    longest: Mapping[str, int] = field(default_factory=dict)
    # What a record that says `deleted` loses. Its key is marked: it stands beside others of its id.
    words: Mapping[str, object] = field(default_factory=dict)
    admit: Admit | None = None

    @property
    def staging(self) -> str:
        return f"staging_{self.name}"

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.columns)

    @cached_property
    def shortcut(self) -> Shortcut | None:
        never = ("deleted",) if self.words else ()
        subject = self.record.schema_name
        return shortcut_of(subject, self.columns, self.unstored, self.longest, never)

    def row(self, record: R) -> Row:
        """The record's values in the order of the columns.

        Raise SkippableError that names the field whose value no row can have.
        """
        values = [_told(record, column) for column in self.columns]
        if not values[0]:
            raise SkippableError("id: it is empty")
        for name, size in self.longest.items():
            at = self.names.index(name)
            values[at] = shortened(str(values[at]), size)
        return tuple(values)

    def read_many(self, values: Sequence[bytes | None]) -> Sequence[Found | None]:
        """What `read` gives, for those of many messages that a quicker way can read."""
        if self.shortcut is None or len(values) < WORTH_A_SHORTCUT:
            return [None] * len(values)
        return self.shortcut(values)

    def read(self, value: bytes | None) -> Found:
        """The id and the row of a message. Raises SkippableError when it can be no row."""
        record = decode_as(self.record, value)
        gone = bool(self.words) and bool(getattr(record, "deleted", False))
        row = self.row(msgspec.structs.replace(record, **self.words) if gone else record)
        return str(row[0]).encode() + TAKEN_BACK * gone, pack(self.columns, row)


def _told(record: Record, column: Column) -> Value:
    name, kind = column
    try:
        return wired(kind, getattr(record, name))
    except SkippableError as error:
        raise SkippableError(f"{name}: {error}") from error


def _names(table: Table[Any]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name, _ in table.columns)


def staging_statement(table: Table[Any]) -> sql.Composed:
    """A temporary twin without indexes, emptied by each commit."""
    if table.by_time:
        return dated.staging_statement(table)
    return sql.SQL("CREATE TEMP TABLE {} (LIKE {}) ON COMMIT DELETE ROWS").format(
        sql.Identifier(table.staging), sql.Identifier(table.name)
    )


def copy_statement(table: Table[Any]) -> sql.Composed:
    return sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        sql.Identifier(table.staging), _names(table)
    )


def merge_statement(table: Table[Any]) -> sql.Composed:
    """From staging into the table. A row that is already there as it is stays untouched."""
    names = _names(table)
    insert = sql.SQL("INSERT INTO {} AS kept ({}) SELECT {} FROM {} ON CONFLICT (id) ").format(
        sql.Identifier(table.name), names, names, sql.Identifier(table.staging)
    )
    if not table.replaces:
        return insert + sql.SQL("DO NOTHING")
    fresh = sql.SQL(", ").join(sql.Identifier("excluded", name) for name, _ in table.columns)
    return insert + sql.SQL(
        "DO UPDATE SET ({}) = ROW ({}) WHERE kept.* IS DISTINCT FROM excluded.*"
    ).format(names, fresh)


def admitted(
    session: psycopg.Connection[Any], table: Table[Any], rows: Mapping[bytes, bytes]
) -> Sequence[bytes]:
    return list(rows.values()) if table.admit is None else table.admit(session, rows)


def fill(session: psycopg.Connection[Any], table: Table[Any], rows: Sequence[bytes]) -> int:
    """Copy and merge inside the caller's transaction; the number of rows that changed."""
    if table.by_time:
        return dated.fill(session, table, rows)
    stage(session, table, rows)
    return session.execute(merge_statement(table)).rowcount


def stage(session: psycopg.Connection[Any], table: Table[Any], rows: Sequence[bytes]) -> None:
    """Into the temporary twin, where a statement can look at them."""
    with session.cursor() as cursor, cursor.copy(copy_statement(table)) as copy:
        copy.write(COPY_HEAD)
        for first in range(0, len(rows), ROWS_AT_ONCE):
            copy.write(b"".join(rows[first : first + ROWS_AT_ONCE]))
        copy.write(COPY_TAIL)
