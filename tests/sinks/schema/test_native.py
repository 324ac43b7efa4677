"""Without TimescaleDB: partitions by day, nothing refused, old days dropped, all of it again."""

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from msgspec import structs

from sinks.heat import HEAT
from sinks.maintenance.report import Report
from sinks.maintenance.tidy import tidy
from sinks.mentions import MENTIONS
from sinks.migrate import apply_steps, migrate
from sinks.storage import native
from sinks.storage.timed import TIMED
from tests.sinks.builders import NOON, heat, mention
from tests.sinks.schema.rows import AGES, DAY_MS, Session, all_of, at, day, one, write

NOW = at("2025-12-01 12:30")
PARTS = "SELECT tableoid::regclass::text, count(*) FROM mentions GROUP BY 1 ORDER BY 1"


@pytest.fixture
def dsn(native_dsn: str) -> str:
    return native_dsn


def test_partitions_are_there_before_their_rows(session: Session, dsn: str) -> None:
    report = tidy(dsn, AGES, NOW)
    ours = [name for name in report.partitions_made if name.startswith("mentions_")]
    assert ours == ["mentions_20251130", "mentions_20251201", "mentions_20251202"]
    write(session, MENTIONS, [mention(1), mention(2, known_time=NOON + DAY_MS)])
    assert all_of(session, PARTS) == [("mentions_20251201", 1), ("mentions_20251202", 1)]


def test_a_row_of_any_time_is_taken_and_finds_its_day_later(session: Session, dsn: str) -> None:
    tidy(dsn, AGES, NOW)
    past, future = at("2025-11-20 08:00"), at("2026-02-01 08:00")
    write(session, MENTIONS, [mention(1, known_time=past), mention(2, known_time=future)])
    assert all_of(session, PARTS) == [("mentions_rest", 2)]
    report = tidy(dsn, AGES, NOW)
    assert report.partitions_made == ["mentions_20251120", "mentions_20260201"]
    assert all_of(session, PARTS) == [("mentions_20251120", 1), ("mentions_20260201", 1)]


def test_a_tidying_leaves_nothing_for_the_next(session: Session, dsn: str) -> None:
    write(session, MENTIONS, [mention(n) for n in range(5)])
    first, second = tidy(dsn, AGES, NOW), tidy(dsn, AGES, NOW)
    assert first.partitions_made
    assert first.refreshed
    assert second == Report(way="postgresql", words=first.words)


def test_a_dry_run_tells_the_same_and_changes_nothing(session: Session, dsn: str) -> None:
    old = at("2025-10-20 08:00")
    write(session, MENTIONS, [mention(1), mention(2, known_time=old)])
    write(session, HEAT, [heat(1)])
    told = tidy(dsn, AGES, NOW, dry_run=True)
    assert tidy(dsn, AGES, NOW, dry_run=True) == told
    done = tidy(dsn, AGES, NOW)
    # Ids go when their rows have gone, which a dry run does not wait for.
    assert done.ids_purged == {"mentions": 1}
    assert structs.replace(told, dry_run=False, ids_purged=done.ids_purged) == done


def test_rows_go_when_their_whole_day_is_too_old_and_their_ids_with_them(
    session: Session, dsn: str
) -> None:
    for when in ("2025-11-01 00:30", "2025-11-01 23:30", "2025-11-02 00:30", "2025-12-01 12:00"):
        write(session, MENTIONS, [mention(at(when) % 9973, known_time=at(when))])
    tidy(dsn, AGES, NOW)
    assert one(session, "SELECT count(*) FROM mentions") == 4
    report = tidy(dsn, AGES, at("2025-12-02 12:00"))
    # The newest row is of December 1: rows stay for thirty days before its day.
    assert report.partitions_dropped == []
    write(session, MENTIONS, [mention(1, known_time=at("2025-12-02 01:00"))])
    report = tidy(dsn, AGES, at("2025-12-02 12:00"))
    assert report.partitions_dropped == ["mentions_20251101"]
    assert report.ids_purged == {"mentions": 2}
    assert one(session, "SELECT min(known_time) FROM mentions") == day("2025-11-02 00:30")


def test_a_past_that_is_played_into_the_tables_stays_its_time(session: Session, dsn: str) -> None:
    write(session, MENTIONS, [mention(1), mention(2)])
    report = tidy(dsn, AGES, NOW + 400 * DAY_MS)
    assert (report.partitions_dropped, report.rows_purged) == ([], {})
    assert one(session, "SELECT count(*) FROM mentions") == 2


def test_two_tidyings_at_once_are_one(session: Session, dsn: str) -> None:
    session.execute("SELECT pg_advisory_lock(%s)", (0x54494459,))
    assert tidy(dsn, AGES, NOW).busy
    session.execute("SELECT pg_advisory_unlock(%s)", (0x54494459,))
    assert not tidy(dsn, AGES, NOW).busy


def test_what_somebody_holds_is_left_and_told(session: Session, dsn: str) -> None:
    with session.transaction():
        session.execute("LOCK TABLE mentions_rest IN ACCESS SHARE MODE")
        report = tidy(dsn, AGES, NOW)
    assert [words.split(":")[0] for words in report.left] == [
        "mentions_20251130", "mentions_20251201", "mentions_20251202",
    ]  # fmt: skip
    assert "raw_mentions_20251201" in report.partitions_made
    assert tidy(dsn, AGES, NOW).left == []


def test_rows_from_before_the_tables_were_cut_stay(postgres_dsn: str) -> None:
    """A database as it was at step 7, with rows, is migrated on."""
    apply_steps(postgres_dsn, lambda step: step < "0008")
    with psycopg.connect(postgres_dsn, autocommit=True) as old:
        write(old, replace(MENTIONS, by_time=False), [mention(n) for n in range(3)])
    migrate(postgres_dsn)
    with psycopg.connect(postgres_dsn, autocommit=True) as new:
        assert one(new, "SELECT count(*) FROM mentions") == 3
        assert one(new, "SELECT count(*) FROM mentions_before") == 3
        assert one(new, "SELECT count(*) FROM mentions_ids") == 3
        changed = mention(1, known_time=NOON + 2 * DAY_MS, title="told again")
        assert write(new, MENTIONS, [changed, mention(7)]) == 2
        assert one(new, "SELECT count(*) FROM mentions") == 4
        tidy(postgres_dsn, AGES, NOON + 2 * DAY_MS)
        assert one(new, "SELECT count(*) FROM mentions_rest") == 0


def test_every_table_by_time_is_cut(session: Session) -> None:
    kinds = all_of(session, "SELECT relname FROM pg_class WHERE relkind = 'p' ORDER BY 1")
    assert [name for (name,) in kinds] == sorted(timed.name for timed in TIMED)


def test_bounds_are_read_as_the_server_writes_them() -> None:
    bound = "FOR VALUES FROM ('2025-12-01 00:00:00+00') TO ('2025-12-02 00:00:00+00')"
    assert native.parsed_end(bound) == day("2025-12-02")
    assert native.parsed_end("FOR VALUES FROM (MINVALUE) TO ('2025-12-02 00:00:00+00')") == day(
        "2025-12-02"
    )
    assert native.parsed_end("DEFAULT") is None


def test_days_that_a_table_had_before_it_was_cut_need_no_partition() -> None:
    (timed, *_) = TIMED
    before = native.Partition("mentions_before", day("2025-12-02"))
    missing = native.missing_days([before], timed, day("2025-12-01"), 2)
    assert missing == [day("2025-12-02"), day("2025-12-03")]
    assert native.outlived([before], day("2025-12-02")) == ["mentions_before"]
    assert native.outlived([before], day("2025-12-02") - timedelta(days=1)) == []
