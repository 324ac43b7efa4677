"""A table of a sink: what feeds it, its columns, and the statements that fill it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import psycopg
from psycopg import sql

from schemas.records import Record
from sinks.base.wire import TOLD, Kind, Row

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """One table. The first column is `id`; `row` gives the values in the order of `columns`."""

    name: str
    topic: str
    record: type[R]
    columns: tuple[tuple[str, Kind], ...]
    row: Callable[[R], Row]
    replaces: bool  # the last record of an id speaks; else the first one stands for ever
    carries_ticks: bool = False

    @property
    def staging(self) -> str:
        return f"staging_{self.name}"


def _names(table: Table[Any]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name, _ in table.columns)


def staging_statement(table: Table[Any]) -> sql.Composed:
    """A temporary twin without indexes, emptied by each commit."""
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


def fill(session: psycopg.Connection[Any], table: Table[Any], rows: Iterable[Row]) -> int:
    """Copy and merge inside the caller's transaction; the number of rows that changed."""
    with session.cursor() as cursor:
        with cursor.copy(copy_statement(table)) as copy:
            copy.set_types([TOLD[kind] for _, kind in table.columns])
            for row in rows:
                copy.write_row(row)
        cursor.execute(merge_statement(table))
        return cursor.rowcount
