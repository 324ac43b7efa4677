"""One tidying: a lock that lets one process work at a time, then chore after chore."""

from datetime import UTC, datetime
from typing import Final

import psycopg

from schemas.clock import Millis
from schemas.errors import FatalError, RetriableError, SettingsError
from schemas.settings import MaintenanceSection
from sinks.base.errors import classed
from sinks.maintenance.chores import WITH_POSTGRESQL, WITH_TIMESCALEDB, Shift
from sinks.maintenance.report import Report
from sinks.storage.way import way

LOCK: Final = 0x54494459  # "TIDY"
# A chore that waits for a lock holds up every sink behind it.
PATIENCE: Final = (
    "SET TIME ZONE 'UTC'",
    "SET lock_timeout = '1s'",
    "SET client_min_messages = 'error'",
)


def tidy(dsn: str, ages: MaintenanceSection, now: Millis, *, dry_run: bool = False) -> Report:
    """Do what is to do as of `now`. Raises RetriableError when the database does not answer."""
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as session:
            return tidied(session, ages, now, dry_run)
    except psycopg.Error as error:
        if error.sqlstate is None and isinstance(error, psycopg.ProgrammingError):
            # The parser's complaint may quote the whole string, password and all.
            raise SettingsError("HEAT_DATABASE__DSN: not a PostgreSQL connection string") from None
        failure = classed(error)
        raise failure if isinstance(failure, RetriableError) else FatalError(str(error)) from error


def tidied(
    session: psycopg.Connection[tuple[object, ...]],
    ages: MaintenanceSection,
    now: Millis,
    dry_run: bool,
) -> Report:
    """The same on a session in autocommit."""
    for setting in PATIENCE:
        session.execute(setting)
    if session.execute("SELECT to_regclass('watermarks')").fetchone() == (None,):
        raise FatalError("the database has no tables yet: run heat sink migrate")
    chosen = way(session)
    report = Report(way=chosen.name, words=chosen.words, dry_run=dry_run)
    if session.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone() != (True,):
        report.busy = True
        return report
    shift = Shift(session, ages, datetime.fromtimestamp(now / 1000, UTC), report)
    for chore in WITH_TIMESCALEDB if chosen.timescale else WITH_POSTGRESQL:
        chore(shift)
    return report
