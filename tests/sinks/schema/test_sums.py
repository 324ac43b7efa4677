"""Sums by day and hour: what the view answers is what the rows say, whenever it is asked."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from sinks.heat import HEAT
from sinks.maintenance.tidy import tidy
from sinks.mentions import MENTIONS
from sinks.storage.aggregates import AGGREGATES, DAILY_HEAT, HOURLY_MENTIONS
from sinks.storage.sums import watermark
from tests.sinks.builders import heat, mention
from tests.sinks.schema.rows import AGES, DAY_MS, Session, all_of, at, day, one, write

HOUR_MS = DAY_MS // 24
MORNING = at("2025-12-01 09:10")
DAILY = "SELECT day, entity_id, polls, avg_heat, max_heat FROM daily_heat ORDER BY 1, 2"
# The same sums, straight from the rows.
STRAIGHT = {
    "daily_heat": """
        SELECT date_trunc('day', known_time, 'UTC'), entity_id, count(*), max(heat)
        FROM heat WHERE NOT test GROUP BY 1, 2 ORDER BY 1, 2""",
    "hourly_mentions": """
        SELECT date_trunc('hour', known_time, 'UTC'), entity_id, source_type, count(*)
        FROM mentions WHERE NOT test GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
}
ASKED = {
    "daily_heat": "SELECT day, entity_id, polls, max_heat FROM daily_heat ORDER BY 1, 2",
    "hourly_mentions": """
        SELECT hour, entity_id, source_type, mentions FROM hourly_mentions ORDER BY 1, 2, 3""",
}


@pytest.fixture
def dsn(native_dsn: str) -> str:
    return native_dsn


def readings(*values: float, since: int = MORNING, entity: str = "ayo") -> Iterator[Any]:
    for number, value in enumerate(values):
        moment = since + number * 300_000
        yield heat(0, id=f"{entity}-{moment}", known_time=moment, heat=value, entity_id=entity)


def test_a_day_has_the_mean_and_the_highest_of_its_readings(session: Session, dsn: str) -> None:
    write(session, HEAT, readings(1.0, 2.0, 0.5, 0.5))
    expected = [(day("2025-12-01"), "ayo", 4, 1.0, 2.0)]
    assert all_of(session, DAILY) == expected
    tidy(dsn, AGES, at("2025-12-02 02:00"))
    assert one(session, "SELECT count(*) FROM daily_heat_kept") == 1
    assert all_of(session, DAILY) == expected


def test_answers_after_a_refresh_are_those_of_the_rows(session: Session, dsn: str) -> None:
    """Rows come on time, late by hours and by days; refreshes fall before, between and after."""
    for step in range(8):
        now = MORNING + step * 5 * HOUR_MS
        for late in (0, 2 * HOUR_MS, 30 * HOUR_MS):
            since = now - late
            write(session, HEAT, readings(0.1 * step, 1.0, since=since, entity=f"e{step % 3}"))
            said = [
                mention(since % 99_991 + n, known_time=since + n * 60_000, test=n == 3)
                for n in range(5)
            ]
            write(session, MENTIONS, said)
        if step % 2:
            tidy(dsn, AGES, now)
            late_rows = [mention(10**6 + step, known_time=now - 20 * HOUR_MS)]
            write(session, MENTIONS, late_rows)
            write(session, HEAT, readings(2.0, since=now - 26 * HOUR_MS, entity="late"))
            tidy(dsn, AGES, now)
            for made in AGGREGATES:
                assert all_of(session, ASKED[made.name]) == all_of(session, STRAIGHT[made.name])
    assert one(session, "SELECT count(*) FROM daily_heat_kept") > 5
    assert one(session, "SELECT count(*) FROM hourly_mentions_kept") > 5


def test_a_row_on_time_is_counted_at_once_and_a_late_one_at_the_next_refresh(
    session: Session, dsn: str
) -> None:
    write(session, HEAT, readings(1.0))
    tidy(dsn, AGES, MORNING + DAY_MS)
    write(session, HEAT, readings(2.0, since=MORNING + DAY_MS))
    assert [row[2:] for row in all_of(session, DAILY)] == [(1, 1.0, 1.0), (1, 2.0, 2.0)]
    write(session, HEAT, readings(3.0, since=MORNING + HOUR_MS))
    assert [row[2] for row in all_of(session, DAILY)] == [1, 1]
    tidy(dsn, AGES, MORNING + DAY_MS)
    assert [row[2] for row in all_of(session, DAILY)] == [2, 1]


def test_sums_outlive_their_rows_and_late_rows_do_not_spoil_them(
    session: Session, dsn: str
) -> None:
    write(session, HEAT, readings(1.0, 2.0, since=at("2025-09-01 08:00")))
    tidy(dsn, AGES, at("2025-09-03 00:00"))
    write(session, HEAT, readings(0.5))
    tidy(dsn, AGES, MORNING)
    assert one(session, "SELECT count(*) FROM heat") == 1
    write(session, HEAT, readings(2.5, since=at("2025-09-01 23:00")))
    tidy(dsn, AGES, MORNING + HOUR_MS)
    assert all_of(session, DAILY) == [
        (day("2025-09-01"), "ayo", 2, 1.5, 2.0), (day("2025-12-01"), "ayo", 1, 0.5, 0.5),
    ]  # fmt: skip


def test_a_row_replaced_by_one_of_another_day_leaves_the_first_day(
    session: Session, dsn: str
) -> None:
    write(session, MENTIONS, [mention(1, known_time=MORNING, entity_id="ayo")])
    tidy(dsn, AGES, MORNING + 3 * DAY_MS)
    write(session, MENTIONS, [mention(1, known_time=MORNING + DAY_MS, entity_id="ayo")])
    tidy(dsn, AGES, MORNING + 3 * DAY_MS)
    assert all_of(session, "SELECT hour, mentions FROM hourly_mentions") == [
        (day("2025-12-02 09:00"), 1)
    ]


def test_rows_written_during_a_refresh_are_counted_by_the_next(session: Session, dsn: str) -> None:
    """The writer's transaction is open when the sums are made, and commits after that."""
    write(session, HEAT, readings(1.0))
    tidy(dsn, AGES, MORNING)
    with psycopg.connect(dsn, autocommit=True) as writer, writer.transaction():
        write(writer, HEAT, readings(2.0, entity="slow"))
        tidy(dsn, AGES, MORNING + 2 * DAY_MS)
        assert one(session, "SELECT count(*) FROM daily_heat_kept") == 1
    tidy(dsn, AGES, MORNING + 2 * DAY_MS)
    assert [row[1] for row in all_of(session, DAILY)] == ["ayo", "slow"]
    assert one(session, "SELECT count(*) FROM touched_days") == 0


def test_buckets_are_whole_an_hour_after_their_end() -> None:
    assert watermark(DAILY_HEAT, day("2025-12-02 00:59")) == day("2025-12-01")
    assert watermark(DAILY_HEAT, day("2025-12-02 01:00")) == day("2025-12-02")
    assert watermark(HOURLY_MENTIONS, day("2025-12-02 00:59")) == day("2025-12-01 23:00")
