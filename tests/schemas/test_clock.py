"""How time is cut: where an interval begins and ends, which tick is a poll, what a time says."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.clock import (
    DAY_MS,
    INTERVAL_MS,
    POLL_TICKS,
    Now,
    end_of,
    is_poll,
    iso,
    millis,
    now,
    parse_lenient_time,
    parse_time,
    tick_of,
)
from tests.fakes import ManualClock

NOON = 1_773_489_600_000  # 2026-03-14T12:00:00Z
moments = st.integers(min_value=0, max_value=4_102_444_800_000)


#  tick 0                 tick 1
# |0 ........... 59 999| |60 000 ...... 119 999|
#                      ^ end_of(0) = 60 000
def test_an_interval_holds_its_first_millisecond_and_not_its_end() -> None:
    assert [tick_of(moment) for moment in (0, 59_999, 60_000, 119_999)] == [0, 0, 1, 1]
    assert end_of(0) == 60_000
    assert tick_of(end_of(0)) == 1


@given(moments)
def test_every_moment_lies_in_exactly_one_interval(moment: int) -> None:
    tick = tick_of(moment)
    assert end_of(tick) - INTERVAL_MS <= moment < end_of(tick)


def test_every_fifth_tick_is_a_poll_counted_from_the_epoch() -> None:
    assert POLL_TICKS == 5
    assert [tick for tick in range(12) if is_poll(tick)] == [0, 5, 10]
    assert is_poll(tick_of(NOON))
    assert not is_poll(tick_of(NOON - 1))


def test_a_day_is_a_whole_number_of_polls() -> None:
    assert DAY_MS % (POLL_TICKS * INTERVAL_MS) == 0


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-14T12:00:00Z", NOON),
        ("2026-03-14T12:00:00+00:00", NOON),
        ("2026-03-14T13:00:00.250+01:00", NOON + 250),
        (" 2026-03-14T12:00:00Z\n", NOON),
        ("1773489600", NOON),
        ("1773489600000", NOON),
        ("0", 0),
        ("1969-12-31T23:59:59Z", -1_000),
    ],
)
def test_a_time_is_read(text: str, moment: int) -> None:
    assert parse_time(text) == moment


@pytest.mark.parametrize("text", ["2026-03-14T12:00:00", "2026-03-14", "2026-03-14 12:00"])
def test_a_time_without_a_zone_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=r"2026-03-14T\d\d:00:00 has no time zone"):
        parse_time(text)


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01T00:00:00Z", "12:00", "-5", "1e9", "²"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_time(text)


def test_a_datetime_of_any_zone_is_the_same_moment() -> None:
    noon = datetime(2026, 3, 14, 12, tzinfo=UTC)
    assert millis(noon) == millis(noon.astimezone(timezone(timedelta(hours=-7)))) == NOON
    with pytest.raises(ValueError, match="has no time zone"):
        millis(noon.replace(tzinfo=None))


@given(moments)
def test_a_moment_is_written_so_that_it_reads_back(moment: int) -> None:
    assert parse_time(iso(moment)) == moment


def test_milliseconds_are_shown_only_when_there_are_any() -> None:
    assert iso(NOON) == "2026-03-14T12:00:00Z"
    assert iso(NOON + 7) == "2026-03-14T12:00:00.007Z"


def test_now_is_the_time_of_the_wall_in_milliseconds() -> None:
    before = millis(datetime.now(UTC))
    assert before - 1 <= now() <= millis(datetime.now(UTC)) + 1


def test_a_clock_is_anything_that_tells_the_time_when_called() -> None:
    clock = ManualClock(NOON)
    told: Now = clock
    clock.advance(INTERVAL_MS)
    assert told() == NOON + INTERVAL_MS
    with pytest.raises(ValueError, match="time does not go back by 1 ms"):
        clock.advance(-1)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-14T12:00:00", NOON),
        ("2026-03-14 13:00:00+01:00", NOON),
        ("2026-03-14", NOON - 12 * 3_600_000),
        (" 1773489600 ", NOON),
        ("1773489600000", NOON),
        ("1773489600.25", NOON + 250),
        ("1.7734896e9", NOON),
    ],
)
def test_a_lenient_reader_takes_a_time_without_a_zone_and_a_fraction(
    text: str, moment: int
) -> None:
    assert parse_lenient_time(text) == moment


@pytest.mark.parametrize("text", ["", "soon", "nan", "inf", "²", "12:00"])
def test_a_lenient_reader_refuses_what_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_lenient_time(text)
