"""Cut the tables by time and set up the sums, once, in the way that the server offers.

Each step looks at the catalogue first, so it may be run at any time, and after a crash.
"""

from typing import Any

import psycopg
from psycopg import sql

from schemas.settings import MaintenanceSection
from sinks.storage import native, sums, timescale
from sinks.storage.aggregates import AGGREGATES, Aggregate
from sinks.storage.timed import TIMED, Timed
from sinks.storage.way import Way, way

Session = psycopg.Connection[Any]
IDS = """
    CREATE TABLE {ids} (id text PRIMARY KEY, known_time timestamptz NOT NULL);
    INSERT INTO {ids} SELECT id, known_time FROM {table};
    COMMENT ON TABLE {ids} IS {words};
    DROP INDEX IF EXISTS {time_index};
"""
KEY = """
    ALTER TABLE {table} DROP CONSTRAINT {key};
    ALTER TABLE {table} ADD PRIMARY KEY (known_time, id);
"""


def arrange(session: Session) -> Way:
    """Bring every table by time that exists into its shape. The session is in autocommit."""
    chosen = way(session)
    for timed in TIMED:
        if _kind(session, timed.name) == "r" and _kind(session, timed.ids) is None:
            with session.transaction():
                _cut(session, chosen, timed)
    for made in AGGREGATES:
        if _kind(session, made.name) is None and _kind(session, made.of) is not None:
            with session.transaction():
                _sum(session, chosen, made)
    return chosen


def settle_policies(session: Session, ages: MaintenanceSection) -> list[str]:
    """TimescaleDB's own jobs, with the ages of the settings; what was changed, in words."""
    unmet = [policy for policy in _policies(ages) if not timescale.is_met(session, policy)]
    for policy in unmet:
        timescale.settle(session, policy)
    return [policy.words for policy in unmet]


def wanted_policies(session: Session, ages: MaintenanceSection) -> list[str]:
    """What `settle_policies` would change."""
    return [p.words for p in _policies(ages) if not timescale.is_met(session, p)]


def _policies(ages: MaintenanceSection) -> list[timescale.Policy]:
    keep = {timed.name: timed.keep(ages) for timed in TIMED}
    of_tables = [policy for timed in TIMED for policy in timescale.policies(timed, ages)]
    return of_tables + [timescale.refreshing(made, keep[made.of]) for made in AGGREGATES]


def _cut(session: Session, chosen: Way, timed: Timed) -> None:
    session.execute(_named("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", timed))
    session.execute(_named(IDS, timed))
    if not chosen.timescale:
        native.cut(session, timed)
        return
    session.execute(_named(KEY, timed))
    for statement in timescale.hypertable(timed):
        session.execute(statement)


def _sum(session: Session, chosen: Way, made: Aggregate) -> None:
    if chosen.timescale:
        session.execute(timescale.aggregate(made))
    else:
        sums.create(session, made)
    kind = sql.SQL("VIEW")  # a continuous aggregate is one too, to those who comment on it
    name = sql.Identifier(made.name)
    session.execute(sql.SQL("COMMENT ON {} {} IS {}").format(kind, name, sql.Literal(made.words)))
    for column, words in made.columns_words:
        session.execute(
            sql.SQL("COMMENT ON COLUMN {}.{} IS {}").format(
                name, sql.Identifier(column), sql.Literal(words)
            )
        )


def _kind(session: Session, name: str) -> str | None:
    row = session.execute(
        "SELECT relkind::text FROM pg_class WHERE oid = to_regclass(%s)", (name,)
    ).fetchone()
    return str(row[0]) if row else None


def _named(text: str, timed: Timed) -> sql.Composed:
    words = f"the ids of {timed.name}, each once, with the known_time that its row is filed under"
    return sql.SQL(text).format(
        table=sql.Identifier(timed.name),
        ids=sql.Identifier(timed.ids),
        words=sql.Literal(words),
        key=sql.Identifier(f"{timed.name}_pkey"),
        time_index=sql.Identifier(f"{timed.name}_time"),
    )
