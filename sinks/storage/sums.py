"""Sums with PostgreSQL's own means: whole buckets in a table, the newest ones from the rows.

What a batch touches is noted in `touched_days` by the transaction that writes it, so a row that
comes late is counted at the next refresh. Days whose rows are gone are final.
"""

from datetime import UTC, datetime
from typing import Any, Final

import psycopg
from psycopg import sql

from sinks.storage.aggregates import SETTLED, Aggregate
from sinks.storage.native import DAY, day_of

Session = psycopg.Connection[Any]
BUCKET: Final = "date_trunc({width}, known_time, 'UTC')"
BEGINNING: Final = datetime(1, 1, 1, tzinfo=UTC)
CREATE: Final = """
    CREATE TABLE {kept} AS {none};
    ALTER TABLE {kept} ADD PRIMARY KEY ({key});
    INSERT INTO watermarks (aggregate, until) VALUES ({literal}, {beginning});
    CREATE VIEW {name} AS
    SELECT {names} FROM {kept}
    WHERE {bucket} < (SELECT until FROM watermarks WHERE aggregate = {literal})
    UNION ALL {live}
"""
STANDS: Final = "SELECT until, final_before FROM watermarks WHERE aggregate = %s FOR UPDATE"
TOUCHED: Final = """
    DELETE FROM touched_days WHERE table_name = %s AND day < %s RETURNING day
"""
BETWEEN: Final = """
    SELECT DISTINCT date_trunc('day', known_time, 'UTC') FROM {of}
    WHERE known_time >= %s AND known_time < %s
"""
AGAIN: Final = """
    DELETE FROM {kept} WHERE {bucket} >= {start} AND {bucket} < {end};
    INSERT INTO {kept} ({names}) {query}
"""


def create(session: Session, made: Aggregate) -> None:
    """The kept table, empty, and the view that answers."""
    until = sql.SQL("known_time >= (SELECT until FROM watermarks WHERE aggregate = {})").format(
        sql.Literal(made.name)
    )
    key = sql.SQL(", ").join(map(sql.Identifier, (made.bucket, *made.by)))
    session.execute(
        _named(
            CREATE, made, key=key, beginning=sql.Literal(BEGINNING),
            none=made.select(_bucket(made), sql.SQL("false")),
            live=made.select(_bucket(made), until),
        )
    )  # fmt: skip


def watermark(made: Aggregate, now: datetime) -> datetime:
    """Up to where buckets are whole."""
    settled = now.astimezone(UTC) - SETTLED
    if made.width == "day":
        return day_of(settled)
    return settled.replace(minute=0, second=0, microsecond=0)


def refresh(session: Session, made: Aggregate, now: datetime) -> int:
    """Sum whole buckets anew where rows came or time passed; the number of days gone through."""
    with session.transaction():
        row = session.execute(STANDS, (made.name,)).fetchone()
        assert row is not None
        before, final, until = row[0], row[1], max(row[0], watermark(made, now))
        days = sorted(day for day in _days(session, made, before, until) if day >= final)
        for day in days:
            start, end = sql.Literal(day), sql.Literal(min(day + DAY, until))
            where = sql.SQL("known_time >= {} AND known_time < {}").format(start, end)
            query = made.select(_bucket(made), where)
            session.execute(_named(AGAIN, made, start=start, end=end, query=query))
        session.execute("UPDATE watermarks SET until = %s WHERE aggregate = %s", (until, made.name))
    return len(days)


def close(session: Session, made: Aggregate, before: datetime) -> None:
    """Sums of before that moment are final: their rows are about to go."""
    session.execute(
        "UPDATE watermarks SET final_before = %s WHERE aggregate = %s AND final_before < %s",
        (before, made.name, before),
    )


def _days(session: Session, made: Aggregate, before: datetime, until: datetime) -> set[datetime]:
    """Days to sum: those that rows came for, and those between the old watermark and the new one.

    The notes are taken away first and the rows are read after that, so a row that is written in
    between leaves its note for the next time.
    """
    noted = session.execute(TOUCHED, (made.of, until)).fetchall()
    passed = session.execute(
        sql.SQL(BETWEEN).format(of=sql.Identifier(made.of)), (before, until)
    ).fetchall()
    return {day.astimezone(UTC) for (day,) in (*noted, *passed)}


def _bucket(made: Aggregate) -> sql.Composed:
    return sql.SQL(BUCKET).format(width=sql.Literal(made.width))


def _named(text: str, made: Aggregate, **more: sql.Composable) -> sql.Composed:
    return sql.SQL(text).format(
        name=sql.Identifier(made.name),
        literal=sql.Literal(made.name),
        kept=sql.Identifier(made.kept),
        bucket=sql.Identifier(made.bucket),
        names=made.names,
        **more,
    )
