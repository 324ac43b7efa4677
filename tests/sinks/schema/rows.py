"""Records as rows, the way a sink writes them, and questions to the tables."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg

from schemas.codec import encode
from schemas.records import Record
from schemas.settings import MaintenanceSection
from sinks.base.errors import DatabaseUnavailableError, classed
from sinks.base.table import Table, fill, staging_statement

Session = psycopg.Connection[Any]
AGES = MaintenanceSection(ahead_days=1)
DAY_MS = 86_400_000


def at(text: str) -> int:
    """Milliseconds of a moment in UTC such as `2025-12-01 12:00`."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def write(session: Session, table: Table[Any], records: Iterable[Record]) -> int:
    """In a transaction of its own; the number of rows that changed."""
    staged = session.execute("SELECT to_regclass(%s)", (f"pg_temp.{table.staging}",)).fetchone()
    if staged == (None,):
        session.execute(staging_statement(table))
    with session.transaction():
        return fill(session, table, [table.read(encode(record))[1] for record in records])


def written(session: Session, table: Table[Any], records: Sequence[Record]) -> bool:
    """Whether it is in. Raises what a sink would not try again."""
    try:
        write(session, table, records)
    except psycopg.Error as clash:
        if isinstance(classed(clash), DatabaseUnavailableError):
            return False
        raise
    return True


def all_of(session: Session, query: str) -> list[tuple[Any, ...]]:
    return session.execute(query).fetchall()


def one(session: Session, query: str) -> Any:
    ((value,),) = all_of(session, query)
    return value
