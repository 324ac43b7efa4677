"""Tables by time with PostgreSQL's own means: a partition a day, and one for all other times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

import psycopg
from psycopg import sql

from sinks.storage.timed import Timed

Session = psycopg.Connection[Any]
DAY: Final = timedelta(days=1)

# Bounds as PostgreSQL prints them, in a session whose time zone is UTC.
PARTITIONS: Final = """
    SELECT part.relname, pg_get_expr(part.relpartbound, part.oid)
    FROM pg_inherits JOIN pg_class AS part ON part.oid = inhrelid
    WHERE inhparent = to_regclass(%s) ORDER BY part.relname
"""
DAYS_OF_REST: Final = """
    SELECT DISTINCT date_trunc('day', known_time, 'UTC') FROM {rest} ORDER BY 1 LIMIT %s
"""
# LIKE takes no comment of the table itself along.
CUT: Final = """
    ALTER TABLE {table} DROP CONSTRAINT {key};
    ALTER TABLE {table} RENAME TO {before};
    CREATE TABLE {table} (LIKE {before} INCLUDING ALL) PARTITION BY RANGE (known_time);
    ALTER TABLE {table} ADD PRIMARY KEY (known_time, id);
    CREATE TABLE {rest} PARTITION OF {table} DEFAULT;
"""
ADOPT: Final = "ALTER TABLE {table} ATTACH PARTITION {before} FOR VALUES FROM (MINVALUE) TO ({end})"
MAKE: Final = """
    CREATE TABLE {part} (LIKE {table} INCLUDING ALL);
    WITH moved AS (
        DELETE FROM {rest} WHERE known_time >= {start} AND known_time < {end} RETURNING *
    )
    INSERT INTO {part} SELECT * FROM moved;
    ALTER TABLE {table} ATTACH PARTITION {part} FOR VALUES FROM ({start}) TO ({end});
"""


@dataclass(frozen=True, slots=True)
class Partition:
    """One of a table; without an end it is for all times that no other one is for."""

    name: str
    end: datetime | None


def day_of(moment: datetime) -> datetime:
    """Its first moment, in UTC."""
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)


def name_of(timed: Timed, day: datetime) -> str:
    return f"{timed.name}_{day:%Y%m%d}"


def parsed_end(bound: str) -> datetime | None:
    """Of `FOR VALUES FROM (...) TO ('2025-12-02 00:00:00+00')`; None for the rest."""
    if " TO (" not in bound:
        return None
    return datetime.fromisoformat(bound.rsplit(" TO (", 1)[1].strip("()'"))


def partitions(session: Session, timed: Timed) -> list[Partition]:
    session.execute("SET TIME ZONE 'UTC'")
    rows = session.execute(PARTITIONS, (timed.name,)).fetchall()
    return [Partition(name, parsed_end(bound)) for name, bound in rows]


def missing_days(
    there: Sequence[Partition], timed: Timed, today: datetime, ahead: int
) -> list[datetime]:
    """Of yesterday up to `ahead` days on, those that have no partition yet."""
    names = {part.name for part in there}
    covered = max(
        (part.end for part in there if part.name == f"{timed.name}_before" and part.end),
        default=today - DAY,
    )
    days = (today + number * DAY for number in range(-1, ahead + 1))
    return [day for day in days if day >= covered and name_of(timed, day) not in names]


def outlived(there: Sequence[Partition], oldest: datetime) -> list[str]:
    """Partitions with no row that is young enough to stay."""
    return [part.name for part in there if part.end is not None and part.end <= oldest]


def cut(session: Session, timed: Timed) -> None:
    """In the caller's transaction: a plain table becomes a partitioned one, at once and whole.

    Rows that are there stay where they are: their table becomes one partition, up to the end of
    the newest of their days.
    """
    words = _one(
        session, sql.SQL("SELECT obj_description(to_regclass({}))"), sql.Literal(timed.name)
    )
    last = newest(session, timed)
    session.execute(_named(CUT, timed))
    session.execute(
        sql.SQL("COMMENT ON TABLE {} IS {}").format(sql.Identifier(timed.name), sql.Literal(words))
    )
    if last is None:
        session.execute(_named("DROP TABLE {before}", timed))
    else:
        session.execute(_named(ADOPT, timed, end=sql.Literal(day_of(last) + DAY)))


def make_day(session: Session, timed: Timed, day: datetime) -> None:
    """In the caller's transaction: the day's partition, with what the rest holds of the day."""
    session.execute(_named("LOCK TABLE {rest} IN ACCESS EXCLUSIVE MODE", timed))
    session.execute(
        _named(
            MAKE, timed,
            part=sql.Identifier(name_of(timed, day)),
            start=sql.Literal(day),
            end=sql.Literal(day + DAY),
        )
    )  # fmt: skip


def days_of_rest(session: Session, timed: Timed, most: int) -> list[datetime]:
    """Days of rows that came before their partition, or long after it."""
    found = session.execute(_named(DAYS_OF_REST, timed), (most,)).fetchall()
    return [day.astimezone(UTC) for (day,) in found]


def newest(session: Session, timed: Timed) -> datetime | None:
    """The time of the last row."""
    last = _one(session, sql.SQL("SELECT max(known_time) FROM {}"), sql.Identifier(timed.name))
    return last if isinstance(last, datetime) else None


def drop(session: Session, name: str) -> None:
    session.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))


def rows_of_rest_before(session: Session, timed: Timed, moment: datetime, remove: bool) -> int:
    """How many rows the rest holds of before the moment; with `remove`, it holds them no more."""
    if remove:
        gone = session.execute(_named("DELETE FROM {rest} WHERE known_time < %s", timed), (moment,))
        return gone.rowcount
    found = session.execute(
        _named("SELECT count(*) FROM {rest} WHERE known_time < %s", timed), (moment,)
    ).fetchone()
    return int(found[0]) if found else 0


def _one(session: Session, statement: sql.SQL, name: sql.Composable) -> Any:
    row = session.execute(statement.format(name)).fetchone()
    return row[0] if row else None


def _named(text: str, timed: Timed, **more: sql.Composable) -> sql.Composed:
    return sql.SQL(text).format(
        table=sql.Identifier(timed.name),
        rest=sql.Identifier(timed.rest),
        before=sql.Identifier(f"{timed.name}_before"),
        key=sql.Identifier(f"{timed.name}_pkey"),
        **more,
    )
