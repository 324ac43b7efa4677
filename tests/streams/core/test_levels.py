"""Amounts against their own past."""

import pytest

from schemas.clock import HOUR_MS, MINUTE_MS, Millis
from streams.core.levels import FEWEST, RISEN, keep, level_of, level_z
from streams.core.state import TypeState
from tests.builders import NOON

DAYS = 7
START = NOON + MINUTE_MS  # buckets are shifted by a minute
NOW = START + HOUR_MS // 2
PAST = range(12, 12 + 5 * 24)  # hours ago


def told(level: float, newest: float, source: str = "pageviews", past: range = PAST) -> TypeState:
    """One level in every hour of the past, and a newest an hour ago."""
    kind = TypeState()
    for ago in reversed(past):
        keep(kind, source, START - ago * HOUR_MS, level)
    keep(kind, source, START - HOUR_MS, newest)
    return kind


def z(kind: TypeState, now: Millis = NOW) -> float:
    found = level_z(kind, now, DAYS)
    assert found is not None
    return found


def test_a_level_as_always_is_no_rise() -> None:
    assert z(told(1000.0, 1000.0)) == 0.0
    assert z(told(0.0, 0.0)) == 0.0


def test_a_doubling_is_a_rise_and_a_halving_a_fall() -> None:
    assert z(told(1000.0, 2000.0)) > 4.0
    assert z(told(1000.0, 500.0)) < -4.0
    assert z(told(1000.0, 1100.0)) < 1.0


def test_a_few_views_more_are_chance() -> None:
    assert z(told(3.0, 6.0)) < 1.5 < z(told(300.0, 600.0))


def test_a_level_that_swings_must_rise_further() -> None:
    swinging = told(1000.0, 2000.0)
    for ago in PAST[::2]:
        keep(swinging, "pageviews", START - ago * HOUR_MS, 2000.0)
    assert 0.0 < z(swinging) < 2.0


def test_one_wild_hour_in_the_past_changes_nothing() -> None:
    kind = told(1000.0, 2000.0)
    before = z(kind)
    keep(kind, "pageviews", START - 40 * HOUR_MS, 10_000_000.0)
    assert z(kind) == before


def test_the_last_half_day_is_not_its_own_past() -> None:
    risen = told(1000.0, 2000.0)
    for ago in range(1, 12):
        keep(risen, "pageviews", START - ago * HOUR_MS, 2000.0)
    assert z(risen) == z(told(1000.0, 2000.0))


@pytest.mark.parametrize("views", [(9000.0, 20.0), (20.0, 9000.0)])
def test_of_several_videos_of_an_hour_the_most_watched_speaks(views: tuple[float, ...]) -> None:
    kind = told(1000.0, 1000.0)
    for n, level in enumerate(views):
        keep(kind, "pageviews", START - HOUR_MS + n, level)
    assert z(kind) == z(told(1000.0, 9000.0))


@pytest.mark.parametrize("hours", [0, FEWEST - 1])
def test_too_short_a_past_says_nothing(hours: int) -> None:
    kind = told(1000.0, 9000.0, past=range(12, 12 + hours))
    assert level_z(kind, NOW, DAYS) is None
    assert level_of(kind, NOW, DAYS) is not None
    assert z(told(1000.0, 9000.0, past=range(12, 12 + FEWEST))) > 4.0


def test_a_level_is_fresh_for_half_a_day() -> None:
    kind = told(1000.0, 2000.0)
    assert z(kind, NOW + 10 * HOUR_MS) > 4.0
    assert level_of(kind, NOW + 11 * HOUR_MS, DAYS) is None


def test_of_several_sources_the_median_speaks() -> None:
    kind = told(1000.0, 1000.0)
    kind.levels |= told(50.0, 5000.0, "broken").levels
    assert z(kind) == 0.0
    kind.levels |= told(70.0, 140.0, "interest").levels
    assert z(kind) == z(told(70.0, 140.0))


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_what_is_no_amount_is_no_level(wrong: float) -> None:
    kind = told(1000.0, 1000.0)
    keep(kind, "pageviews", START - HOUR_MS, wrong)
    assert z(kind) == 0.0


def daily(*levels: float, hours: int = 24) -> TypeState:
    """Levels so many hours apart, the newest an hour ago."""
    kind = TypeState()
    for n, level in enumerate(reversed(levels)):
        keep(kind, "pageviews", START - (1 + n * hours) * HOUR_MS, level)
    return kind


def test_what_is_told_by_the_day_rose_when_it_is_above_its_week() -> None:
    assert z(daily(900.0, 1100.0, 1000.0, 950.0, 1050.0, 4000.0)) > 4.0
    assert z(daily(900.0, 1100.0, 1000.0, 950.0, 1050.0, 1000.0)) < RISEN


def test_a_weekend_is_no_rise() -> None:
    sunday_to_friday = daily(2.9e6, 0.9e6, 1.0e6, 0.8e6, 0.8e6, 2.4e6)
    assert z(sunday_to_friday) < 0.0
    assert z(daily(2.9e6, 0.9e6, 1.0e6, 0.8e6, 0.8e6, 12e6)) > 4.0
    saturday_a_week_on = daily(2.9e6, 2.0e6, 0.9e6, 1.0e6, 0.8e6, 0.8e6, 1.4e6, 2.8e6)
    assert z(saturday_a_week_on) < 0.0


@pytest.mark.parametrize(("past", "hours", "known"), [
    (5, 24, True), (4, 24, False), (13, 2, False), (18, 2, True), (9, 6, True), (5, 6, False),
])
def test_a_pace_is_five_levels_and_a_day(past: int, hours: int, known: bool) -> None:
    kind = daily(*[1000.0] * past, 9000.0, hours=hours)
    assert (level_z(kind, NOW, DAYS) is not None) is known


def test_a_day_that_was_left_out_breaks_no_pace_and_a_list_now_and_then_has_none() -> None:
    days_ago = (6, 5, 4, 2, 1)
    now_and_then = {6: (0, 1, 2), 2: (0, 1, 2)}
    one, other = TypeState(), TypeState()
    for day in days_ago:
        keep(one, "pageviews", START - (1 + day * 24) * HOUR_MS, 1000.0)
    for day, places in now_and_then.items():
        for hour in places:
            keep(other, "pageviews", START - (hour + day * 24) * HOUR_MS, 1000.0)
    for kind in (one, other):
        keep(kind, "pageviews", START - HOUR_MS, 9000.0)
    assert z(one) > 4.0
    assert level_z(other, NOW, DAYS) is None
