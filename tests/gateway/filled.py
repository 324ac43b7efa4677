"""A database as the sinks leave it, with the rows a test wants in it."""

from collections.abc import AsyncIterator
from typing import Any, Final

import httpx
import msgspec
import orjson
import psycopg
from psycopg import sql

from gateway.app import build_app
from gateway.settings import GatewaySettings
from schemas.clock import iso
from schemas.records import Record
from schemas.settings import DatabaseSection
from sinks.migrate import migrate

TIMES: Final = ("event_time", "known_time", "first_seen", "peak_time")
INSERT: Final = "INSERT INTO {0} ({1}) SELECT {1} FROM jsonb_populate_record(NULL::{0}, {2})"
COLUMNS: Final = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped
"""


def fill_table(dsn: str, table: str, *records: Record) -> None:
    """Make the tables and write these records into one of them."""
    migrate(dsn)
    with psycopg.connect(dsn) as session:
        columns = {name for (name,) in session.execute(COLUMNS, (table,))}
        for record in records:
            session.execute(_insert(table, record, columns))


def _insert(table: str, record: Record, columns: set[str]) -> sql.Composed:
    row: dict[str, Any] = msgspec.to_builtins(record)
    row |= {name: iso(row[name]) for name in TIMES if row.get(name) is not None}
    names = [name for name in row if name in columns]
    document = sql.SQL("{}::jsonb").format(sql.Literal(orjson.dumps(row).decode()))
    return sql.SQL(INSERT).format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names)), document
    )


async def client_of(dsn: str) -> AsyncIterator[httpx.AsyncClient]:
    app = build_app(GatewaySettings(database=DatabaseSection.model_validate({"dsn": dsn})))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client


def multiply(dsn: str, table: str, times: int) -> None:
    """Twins of the one row that is in the table, each with an id, a time and a long title."""
    own = {
        "id": sql.SQL("'twin-' || n"),
        "known_time": sql.SQL("known_time + n * interval '1 ms'"),
        "title": sql.SQL(
            "(SELECT string_agg(md5(n::text || k), '') FROM generate_series(1, 60) k)"
        ),
    }
    with psycopg.connect(dsn) as session:
        columns = [name for (name,) in session.execute(COLUMNS, (table,))]
        session.execute(
            sql.SQL(
                "INSERT INTO {0} ({1}) SELECT {2} FROM {0}, generate_series(1, {3}) AS n"
            ).format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, columns)),
                sql.SQL(", ").join(own.get(name, sql.Identifier(name)) for name in columns),
                sql.Literal(times),
            )
        )
