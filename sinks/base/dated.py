"""A table cut by time holds each id once, although no index of its own can say so.

A unique index of such a table has to include the time, and an id may come again with another one:
a producer that was killed publishes the same thing later. So the ids are in a table of their own,
`<table>_ids`, each with the time that its row is filed under, and enter there first. Nearly always
all ids of a batch are new: then two COPYs are all there is, with no staging and no merge. Only a
batch with an id that comes again takes the longer way.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from struct import Struct
from typing import Any, Final, Protocol

import psycopg
from psycopg import sql
from psycopg.errors import CheckViolation, SerializationFailure, UniqueViolation
from psycopg.rows import tuple_row

from sinks.base.wire import COPY_HEAD, COPY_TAIL, Kind

ROWS_AT_ONCE: Final = 1000
TIME: Final = 12  # bytes of a time in a row: its length and itself
_LENGTH: Final = Struct(">i").unpack_from
_TWO_FIELDS: Final = b"\x00\x02"
_PLACE: Final = ("id", "known_time")
# The upper half of a time in microseconds: a step of it is a good hour.
_HOUR: Final = slice(-8, -4)
_HOUR_US: Final = 2**32
_DAY_US: Final = 86_400_000_000
Session = psycopg.Connection[Any]
Cursor = psycopg.Cursor[Any]


class Dated(Protocol):
    """What is asked of a table here. Its rows begin with id, event_time and known_time."""

    @property
    def name(self) -> str: ...
    @property
    def staging(self) -> str: ...
    @property
    def columns(self) -> tuple[tuple[str, Kind], ...]: ...
    @property
    def replaces(self) -> bool: ...


TOUCH: Final = """
    INSERT INTO touched_days (table_name, day)
    SELECT {name}, timestamptz '2000-01-01 00:00:00+00' + day * interval '24 hours'
    FROM unnest(%s::bigint[]) AS day
"""
# Held: nobody else files these ids anew from here on. Sorted: two who want them do not deadlock.
SEEN: Final = """
    SELECT id, known_time FROM {ids} WHERE id IN (SELECT id FROM {staging_ids})
    ORDER BY id FOR UPDATE
"""
# The span of the kept rows stands in both as plain values, so that partitions, and what TimescaleDB
# has compressed, are left alone outside of it.
CHANGED: Final = """
    SELECT fresh.id FROM {staging} AS fresh
    JOIN {ids} AS place ON place.id = fresh.id
    LEFT JOIN {table} AS kept ON kept.known_time = place.known_time AND kept.id = place.id
        AND kept.known_time BETWEEN {oldest} AND {newest}
    WHERE kept.id IS NULL OR ROW ({kept}) IS DISTINCT FROM ROW ({fresh})
"""
REPLACE: Final = (
    """
    INSERT INTO touched_days (table_name, day)
    SELECT DISTINCT {name}, date_trunc('day', known_time, 'UTC') FROM {ids}
    WHERE id = ANY (%(changed)s)
    """,
    """
    DELETE FROM {table} AS kept USING {ids} AS place
    WHERE place.id = ANY (%(changed)s)
      AND kept.known_time = place.known_time AND kept.id = place.id
      AND kept.known_time BETWEEN {oldest} AND {newest}
    """,
    "INSERT INTO {table} ({columns}) SELECT {columns} FROM {staging} WHERE id = ANY (%(changed)s)",
    """
    UPDATE {ids} AS place SET known_time = fresh.known_time FROM {staging} AS fresh
    WHERE place.id = fresh.id AND fresh.id = ANY (%(changed)s)
      AND place.known_time <> fresh.known_time
    """,
)


def staging_statement(table: Dated) -> sql.Composed:
    """Temporary twins of the table and of its ids, emptied by each commit."""
    return _statement(
        "CREATE TEMP TABLE {staging} (LIKE {table}) ON COMMIT DELETE ROWS;"
        " CREATE TEMP TABLE {staging_ids} (LIKE {ids}) ON COMMIT DELETE ROWS;"
        # Rows that come again may be in chunks that TimescaleDB has compressed; without it the
        # name means nothing. Its limit would refuse a batch for good.
        " SET timescaledb.max_tuples_decompressed_per_dml_transaction = 0; SET TIME ZONE 'UTC'",
        table,
    )


def fill(session: Session, table: Dated, rows: Sequence[bytes]) -> int:
    """Inside the caller's transaction; the number of rows that changed. No id is twice in rows."""
    try:
        with session.cursor(row_factory=tuple_row) as cursor:
            return _filled(session, cursor, table, rows)
    except CheckViolation as refusal:
        if refusal.diag.constraint_name is None:
            # No constraint of the table: the day's partition was made while we waited for the
            # partition of the rest. No row is to blame; the next attempt finds its place.
            raise SerializationFailure(f"{table.name}: partitions changed meanwhile") from refusal
        raise


def _filled(session: Session, cursor: Cursor, table: Dated, rows: Sequence[bytes]) -> int:
    places = sorted(map(place, rows))  # two writers of the same ids queue and do not deadlock
    cursor.execute(_statement(TOUCH, table), (days_of(places),))
    names = [name for name, _ in table.columns]
    try:
        with session.transaction():
            _copy(cursor, f"{table.name}_ids", _PLACE, places)
    except UniqueViolation:
        again = _seen(cursor, table, places)
        fresh = [row for row in rows if id_of(row) not in again]
        _file(cursor, table, fresh)
        _copy(cursor, table.name, names, fresh)
        if not table.replaces:
            return len(fresh)
        _copy(cursor, table.staging, names, [row for row in rows if id_of(row) in again])
        return len(fresh) + _replaced(cursor, table, again.values())
    _copy(cursor, table.name, names, rows)
    return len(rows)


def id_of(row: bytes) -> bytes:
    return row[6 : 6 + _LENGTH(row, 2)[0]]


def place(row: bytes) -> bytes:
    """The id and the known time, cut out of a packed row."""
    end = 6 + _LENGTH(row, 2)[0]
    return _TWO_FIELDS + row[2:end] + row[end + TIME : end + 2 * TIME]


def days_of(places: Iterable[bytes]) -> list[int]:
    """Every day since 2000 that a time of them falls on, and at most its neighbours."""
    hours = {int.from_bytes(hour, signed=True) for hour in {place[_HOUR] for place in places}}
    edges = {hour * _HOUR_US for hour in hours} | {hour * _HOUR_US + _HOUR_US - 1 for hour in hours}
    return sorted({edge // _DAY_US for edge in edges})


def _seen(cursor: Cursor, table: Dated, places: Sequence[bytes]) -> dict[bytes, datetime]:
    """Which of the ids are there already, and the times of their rows."""
    _copy(cursor, f"staging_{table.name}_ids", _PLACE, places)
    return {str(seen).encode(): at for seen, at in cursor.execute(_statement(SEEN, table))}


def _file(cursor: Cursor, table: Dated, rows: Sequence[bytes]) -> None:
    try:
        _copy(cursor, f"{table.name}_ids", _PLACE, sorted(map(place, rows)))
    except UniqueViolation as clash:
        # Somebody wrote one of them since we looked. No row is to blame: the next attempt sees it.
        raise SerializationFailure(f"{table.name}: an id was written by two at once") from clash


def _replaced(cursor: Cursor, table: Dated, times: Collection[datetime]) -> int:
    """The planner knows nothing of a fresh temporary table, and would guess."""
    cursor.execute(_statement("ANALYZE {staging}", table))
    span = {"oldest": sql.Literal(min(times)), "newest": sql.Literal(max(times))}
    changed = [seen for (seen,) in cursor.execute(_statement(CHANGED, table, **span))]
    if changed:
        for step in REPLACE:
            cursor.execute(_statement(step, table, **span), {"changed": changed})
    return len(changed)


def _copy(cursor: Cursor, table: str, names: Sequence[str], rows: Sequence[bytes]) -> None:
    if not rows:
        return
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)")
    with cursor.copy(statement.format(sql.Identifier(table), columns)) as copy:
        copy.write(COPY_HEAD)
        for first in range(0, len(rows), ROWS_AT_ONCE):
            copy.write(b"".join(rows[first : first + ROWS_AT_ONCE]))
        copy.write(COPY_TAIL)


def _statement(text: str, table: Dated, **more: sql.Composable) -> sql.Composed:
    names = [name for name, _ in table.columns]

    def listed(*of: str) -> sql.Composed:
        return sql.SQL(", ").join(sql.Identifier(*of, name) for name in names)

    return sql.SQL(text).format(
        name=sql.Literal(table.name),
        table=sql.Identifier(table.name),
        ids=sql.Identifier(f"{table.name}_ids"),
        staging=sql.Identifier(table.staging),
        staging_ids=sql.Identifier(f"staging_{table.name}_ids"),
        columns=listed(),
        kept=listed("kept"),
        fresh=listed("fresh"),
        **more,
    )
