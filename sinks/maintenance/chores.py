"""The chores of a tidying, one function each. In a dry run they only say what is to do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import psycopg
from psycopg import sql

from schemas.settings import MaintenanceSection
from sinks.maintenance.report import Report
from sinks.storage import native, sums, timescale
from sinks.storage.aggregates import AGGREGATES, BACK, SETTLED, Aggregate
from sinks.storage.arrange import settle_policies, wanted_policies
from sinks.storage.timed import TIMED, Timed

Session = psycopg.Connection[Any]
DAYS_AT_ONCE: Final = 400  # of a past that is replayed into live tables; more come the next time
STALE: Final = timedelta(hours=20)  # statistics of parents and hypertables: nobody else makes them
EXAMPLES: Final = 20

OLD_IDS: Final = """
    FROM {ids} WHERE known_time < least(%(cutoff)s, (SELECT min(known_time) FROM {table}))
"""
UNANALYSED: Final = """
    SELECT relname FROM pg_stat_user_tables
    WHERE schemaname = current_schema() AND relname = ANY (%s)
      AND (last_analyze IS NULL OR last_analyze < %s)
    ORDER BY relname
"""
QUIET: Final = """
    SELECT id, name FROM entities
    WHERE status = 'active' AND NOT test AND id NOT IN (
        SELECT entity_id FROM hourly_mentions WHERE hour >= %s
    )
    ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Shift:
    """One tidying: on what, by which ages, as of when. The session is in autocommit."""

    session: Session
    ages: MaintenanceSection
    now: datetime
    report: Report

    @property
    def dry(self) -> bool:
        return self.report.dry_run

    @property
    def today(self) -> datetime:
        return native.day_of(self.now)

    def oldest(self, timed: Timed) -> datetime:
        """Rows of before that moment go. A past that was played into the table stays its time."""
        newest = native.newest(self.session, timed)
        end = self.now if newest is None else min(self.now, newest)
        return native.day_of(end) - timed.keep(self.ages)

    def done(self, what: str, chore: Callable[[], object]) -> bool:
        """In one small transaction. What others hold for too long is left for the next time."""
        if self.dry:
            return True
        try:
            with self.session.transaction():
                chore()
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as held:
            self.report.left.append(f"{what}: {str(held).splitlines()[0]}")
            return False
        return True


def partitions(shift: Shift) -> None:
    """Days ahead, and days whose rows came before their partition did."""
    for timed in TIMED:
        there = native.partitions(shift.session, timed)
        made = {part.name for part in there}
        wanted = native.missing_days(there, timed, shift.today, shift.ages.ahead_days)
        oldest = shift.oldest(timed)
        rest = native.days_of_rest(shift.session, timed, DAYS_AT_ONCE)
        for day in sorted({*wanted, *(day for day in rest if day >= oldest)}):
            name = native.name_of(timed, day)
            make = partial(native.make_day, shift.session, timed, day)
            if name not in made and shift.done(name, make):
                shift.report.partitions_made.append(name)


def purge(shift: Shift) -> None:
    """Days that rows have outlived, whole; what the rest holds of them, row by row."""
    for timed in TIMED:
        oldest = shift.oldest(timed)
        shift.done(f"sums of {timed.name}", partial(_close, shift, timed, oldest))
        for name in native.outlived(native.partitions(shift.session, timed), oldest):
            if shift.done(name, partial(native.drop, shift.session, name)):
                shift.report.partitions_dropped.append(name)
        gone = native.rows_of_rest_before(shift.session, timed, oldest, remove=not shift.dry)
        if gone:
            shift.report.rows_purged[timed.name] = gone


def _close(shift: Shift, timed: Timed, oldest: datetime) -> None:
    """Sums of days that go stay as they are, whatever comes late."""
    for made in AGGREGATES:
        if made.of == timed.name:
            sums.close(shift.session, made, oldest)


def ids(shift: Shift) -> None:
    """Ids whose rows are gone. One statement, so that it sees an id and its row, or neither."""
    for timed in TIMED:
        cutoff = {"cutoff": shift.oldest(timed)}
        verb = "SELECT count(*)" if shift.dry else "DELETE"
        done = shift.session.execute(_of(f"{verb} {OLD_IDS}", timed), cutoff)
        row = done.fetchone() if shift.dry else None
        count = int(row[0]) if row else max(done.rowcount, 0) if not shift.dry else 0
        if count:
            shift.report.ids_purged[timed.name] = count


def policies(shift: Shift) -> None:
    """TimescaleDB compresses, drops and refreshes by itself, at the ages of the settings."""
    if shift.dry:
        shift.report.policies = wanted_policies(shift.session, shift.ages)
    else:
        shift.report.policies = settle_policies(shift.session, shift.ages)


def kept_sums(shift: Shift) -> None:
    """PostgreSQL's sums, up to date. A dry run makes them and takes them back."""
    with shift.session.transaction(force_rollback=shift.dry):
        for made in AGGREGATES:
            days = sums.refresh(shift.session, made, shift.now)
            if days:
                shift.report.refreshed[made.name] = days
        summed = [made.of for made in AGGREGATES]
        shift.session.execute("DELETE FROM touched_days WHERE table_name <> ALL (%s)", (summed,))


def first_refresh(shift: Shift) -> None:
    """A continuous aggregate's policy looks back two weeks; what is older is summed once, here."""
    known = {name for (name,) in shift.session.execute("SELECT aggregate FROM watermarks")}
    for made in AGGREGATES:
        if made.name in known or shift.dry:
            continue
        until = sums.watermark(made, shift.now - SETTLED)
        _refresh_all(shift.session, made, until)
        shift.report.refreshed[made.name] = BACK.days
    if not shift.dry:
        shift.session.execute("DELETE FROM touched_days")


def _refresh_all(session: Session, made: Aggregate, until: datetime) -> None:
    session.execute(timescale.refresh_now(made, None, until))
    session.execute(
        "INSERT INTO watermarks (aggregate, until) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (made.name, until),
    )


def statistics(shift: Shift) -> None:
    """For the planner. Autovacuum makes those of partitions and chunks, not of their parents."""
    names = [timed.name for timed in TIMED]
    found = shift.session.execute(UNANALYSED, (names, shift.now - STALE)).fetchall()
    for (name,) in found:
        statement = sql.SQL("ANALYZE {}").format(sql.Identifier(name))
        if shift.done(name, partial(shift.session.execute, statement)):
            shift.report.analysed.append(name)


def quiet(shift: Shift) -> None:
    """Who is in the catalogue and not in the news. Told, and left as they are.

    Discovered names are put to rest by the stream that discovered them, through `discoveries` and
    the keeper of the catalogue; whom a person or a reference brought in may be news tomorrow.
    """
    since = shift.now - timedelta(days=shift.ages.quiet_days)
    found = shift.session.execute(QUIET, (since,)).fetchall()
    shift.report.quiet = len(found)
    shift.report.quiet_examples = [f"{name} ({key})" for key, name in found[:EXAMPLES]]


Chore = Callable[[Shift], None]
WITH_POSTGRESQL: Final[tuple[Chore, ...]] = (
    partitions, kept_sums, purge, ids, statistics, quiet,
)  # fmt: skip
WITH_TIMESCALEDB: Final[tuple[Chore, ...]] = (policies, first_refresh, ids, statistics, quiet)


def _of(text: str, timed: Timed) -> sql.Composed:
    return sql.SQL(text).format(ids=sql.Identifier(timed.ids), table=sql.Identifier(timed.name))
