"""Every statement that only TimescaleDB understands, in one place.

Checked against the source of 2.29.2 (sql/ddl_api.sql, sql/policy_api.sql, sql/views.sql and the
parsers of WITH options in src/with_clause), and against the changelog for what 2.20 to 2.28 had.
2.29 needs PostgreSQL 16 to 18; on PostgreSQL 15 the newest is 2.28.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import psycopg
from psycopg import sql

from schemas.settings import MaintenanceSection
from sinks.storage.aggregates import BACK, SETTLED, Aggregate
from sinks.storage.timed import Timed

Session = psycopg.Connection[Any]
EVERY: Final = timedelta(hours=1)

# by_range and this form of create_hypertable: since 2.13. migrate_data moves rows that are there.
HYPERTABLE: Final = """
    SELECT create_hypertable({literal}, by_range('known_time', INTERVAL '1 day'),
        create_default_indexes => false, if_not_exists => true, migrate_data => true)
"""
# These names of the options: since 2.18. Columns of a unique index belong in one of the two.
COLUMNSTORE: Final = """
    ALTER TABLE {table} SET (timescaledb.enable_columnstore = true,
        timescaledb.segmentby = {segment}, timescaledb.orderby = 'known_time DESC, id')
"""
# A continuous aggregate is materialized only, unless told otherwise, since 2.13. With no rows yet
# it may be created inside a transaction.
AGGREGATE: Final = """
    CREATE MATERIALIZED VIEW {name}
    WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS {query} WITH NO DATA
"""
BUCKET: Final = "time_bucket({width}, known_time)"
# A procedure, and the successor of add_compression_policy, since 2.18.
COMPRESS: Final = "CALL add_columnstore_policy({literal}, after => {age}, if_not_exists => true)"
NO_COMPRESS: Final = "CALL remove_columnstore_policy({literal}, if_exists => true)"
RETAIN: Final = "SELECT add_retention_policy({literal}, drop_after => {age}, if_not_exists => true)"
NO_RETAIN: Final = "SELECT remove_retention_policy({literal}, if_exists => true)"
REFRESH: Final = """
    SELECT add_continuous_aggregate_policy({literal}, start_offset => {back},
        end_offset => {settled}, schedule_interval => {every}, if_not_exists => true)
"""
NO_REFRESH: Final = "SELECT remove_continuous_aggregate_policy({literal}, if_exists => true)"
# Refuses to run inside a transaction.
REFRESH_NOW: Final = "CALL refresh_continuous_aggregate({literal}, {start}, {end})"
# Up to 2.2x the job of an aggregate is under its view's name, earlier under its hypertable's.
JOBS: Final = """
    SELECT job.proc_name, coalesce(job.config ->> 'drop_after', job.config ->> 'compress_after',
           job.config ->> 'start_offset')::interval
    FROM timescaledb_information.jobs AS job
    LEFT JOIN timescaledb_information.continuous_aggregates AS made
        ON made.materialization_hypertable_name = job.hypertable_name
    WHERE coalesce(made.view_name, job.hypertable_name) = %s
"""
CHUNKS: Final = """
    SELECT count(*), count(*) FILTER (WHERE is_compressed)
    FROM timescaledb_information.chunks
    WHERE hypertable_schema = current_schema() AND hypertable_name = %s
"""


@dataclass(frozen=True, slots=True)
class Policy:
    """A job that TimescaleDB runs by itself, by the name of its procedure and its one age."""

    job: str
    about: str
    age: timedelta
    add: sql.Composed
    remove: sql.Composed

    @property
    def words(self) -> str:
        return f"{self.job} of {self.about}: {self.age.days} days"


def hypertable(timed: Timed) -> tuple[sql.Composed, ...]:
    """A table with the right primary key becomes a hypertable that can be compressed."""
    return (
        sql.SQL(HYPERTABLE).format(literal=sql.Literal(timed.name)),
        sql.SQL(COLUMNSTORE).format(
            table=sql.Identifier(timed.name), segment=sql.Literal(timed.segment)
        ),
    )


def aggregate(made: Aggregate) -> sql.Composed:
    bucket = sql.SQL(BUCKET).format(width=sql.SQL(f"INTERVAL '1 {made.width}'"))
    return sql.SQL(AGGREGATE).format(
        name=sql.Identifier(made.name), query=made.select(bucket, sql.SQL("true"))
    )


def refresh_now(made: Aggregate, start: Any, end: Any) -> sql.Composed:
    return sql.SQL(REFRESH_NOW).format(
        literal=sql.Literal(made.name), start=sql.Literal(start), end=sql.Literal(end)
    )


def policies(timed: Timed, ages: MaintenanceSection) -> Iterator[Policy]:
    """Compression and retention of a hypertable. What is dropped sooner needs no compression."""
    keep, compress = timed.keep(ages), timed.compress(ages)
    if compress < keep:
        yield _policy("policy_compression", timed.name, compress, COMPRESS, NO_COMPRESS)
    yield _policy("policy_retention", timed.name, keep, RETAIN, NO_RETAIN)


def refreshing(made: Aggregate, keep: timedelta) -> Policy:
    """Never further back than rows stay: a refresh of days that are gone would forget them."""
    named = {"literal": sql.Literal(made.name)}
    back = min(BACK, keep)
    add = sql.SQL(REFRESH).format(
        **named, back=_interval(back), settled=_interval(SETTLED), every=_interval(EVERY)
    )
    remove = sql.SQL(NO_REFRESH).format(**named)
    return Policy("policy_refresh_continuous_aggregate", made.name, back, add, remove)


def is_met(session: Session, policy: Policy) -> bool:
    return dict(session.execute(JOBS, (policy.about,)).fetchall()).get(policy.job) == policy.age


def settle(session: Session, policy: Policy) -> None:
    """Make the policy so. One of another age goes first: adding would leave it as it is."""
    session.execute(policy.remove)
    session.execute(policy.add)


def chunks(session: Session, name: str) -> tuple[int, int]:
    """How many there are, and how many of them are compressed."""
    row = session.execute(CHUNKS, (name,)).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _policy(job: str, about: str, age: timedelta, add: str, remove: str) -> Policy:
    literal = sql.Literal(about)
    return Policy(
        job=job,
        about=about,
        age=age,
        add=sql.SQL(add).format(literal=literal, age=_interval(age)),
        remove=sql.SQL(remove).format(literal=literal),
    )


def _interval(age: timedelta) -> sql.SQL:
    hours = round(age.total_seconds() / 3600)
    return sql.SQL(
        f"INTERVAL '{hours // 24} days'" if hours % 24 == 0 else f"INTERVAL '{hours} hours'"
    )
