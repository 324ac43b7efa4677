"""Levels to the hour and to the unit: which count, and how far from usual they are."""

from math import exp, log1p

import pytest

from schemas.clock import HOUR_MS, end_of
from streams.core.levels import RISEN, Level, keep, level_of, level_z, prune
from streams.core.state import TypeState
from streams.core.windows import bucket_hour

NOW = end_of(28_000_020)
HOUR = bucket_hour(NOW)
DAYS = 7
WEEK = DAYS * 24


def told(hours: dict[int, int], source: str = "pageviews") -> TypeState:
    """Kept levels by how many hours ago they were told."""
    return TypeState(levels={source: {HOUR - ago: level for ago, level in hours.items()}})


def steady(ago: range, level: int = 6909, newest: int = 7601) -> TypeState:
    return told({**dict.fromkeys(ago, level), 0: newest})


def found(kind: TypeState) -> Level:
    level = level_of(kind, NOW, DAYS)
    assert level is not None
    return level


def test_a_level_is_kept_as_thousandths_of_its_logarithm() -> None:
    kind = TypeState()
    keep(kind, "pageviews", NOW, 1000.0)
    keep(kind, "pageviews", NOW - HOUR_MS, 0.0)
    assert kind.levels == {"pageviews": {HOUR: 6909, HOUR - 1: 0}}


@pytest.mark.parametrize(("ago", "fresh"), [(-1, False), (0, True), (11, True), (12, False)])
def test_a_level_is_fresh_for_eleven_hours(ago: int, fresh: bool) -> None:
    assert (level_of(told({ago: 6909}), NOW, DAYS) is not None) is fresh
    assert found(told({11: 1, 3: 6909, 5: 2})).hour == HOUR - 3


@pytest.mark.parametrize(("ago", "enough"), [
    (range(12, 36), True), (range(11, 35), False), (range(12, 35), False),
    (range(WEEK - 24, WEEK), True), (range(WEEK - 23, WEEK + 1), False),
])
def test_the_past_is_a_week_without_the_last_half_day(ago: range, enough: bool) -> None:
    kind = told({**dict.fromkeys(ago, 6909), 0: 7601})
    assert (level_z(kind, NOW, DAYS) is not None) is enough


def test_without_a_past_only_the_level_is_known() -> None:
    assert found(told({2: 6909})) == Level(None, HOUR - 2, pytest.approx(exp(6.909) - 1.0), 0.0)


@pytest.mark.parametrize(("oldest", "at_a_pace"), [
    (WEEK + 23, True), (WEEK + 24, False), (12 + 4 * 24, True), (11 + 4 * 24, False),
])
def test_a_pace_is_looked_for_in_a_day_more_than_the_past(oldest: int, at_a_pace: bool) -> None:
    kind = told({**dict.fromkeys(range(oldest, oldest - 5 * 24, -24), 6909), 0: 7601})
    assert (level_z(kind, NOW, DAYS) is not None) is at_a_pace


@pytest.mark.parametrize(("gap", "at_a_pace"), [(12, True), (13, False), (18, False)])
def test_a_pace_misses_one_time_and_not_two(gap: int, at_a_pace: bool) -> None:
    hours = [12, 18, 24, 30, 36, 36 + gap]
    kind = told({**dict.fromkeys(hours, 6909), 0: 7601})
    assert (level_z(kind, NOW, DAYS) is not None) is at_a_pace


def test_a_steady_level_is_measured_in_sevenths() -> None:
    level = found(steady(range(12, 60)))
    assert level.z == pytest.approx(0.692 / 0.15)
    assert (level.level, level.usual) == pytest.approx((exp(7.601) - 1.0, exp(6.909) - 1.0))


def test_a_level_that_swings_is_measured_by_its_median_deviation() -> None:
    swinging = {ago: 7001 if ago % 2 else 8000 for ago in range(12, 60)}
    assert found(told({**swinging, 0: 9000})).z == pytest.approx(1.4995 / (1.4826 * 0.4995))
    assert found(told({**swinging, 0: 9000})).usual == pytest.approx(exp(7.5005) - 1.0)


def test_of_an_uneven_number_of_hours_the_middle_one_is_usual() -> None:
    rising = {ago: 6000 + 100 * ago for ago in range(12, 37)}
    level = found(told({**rising, 0: 9000}))
    assert level.usual == pytest.approx(exp(8.4) - 1.0)
    assert level.z == pytest.approx(0.6 / (1.4826 * 0.6))


def test_of_an_even_number_of_hours_it_lies_between_the_middle_ones() -> None:
    rising = {ago: 6000 + 100 * ago for ago in range(12, 38)}
    assert found(told({**rising, 0: 9000})).usual == pytest.approx(exp(8.45) - 1.0)


def test_a_small_amount_is_measured_by_chance() -> None:
    kind = steady(range(12, 60), round(1000 * log1p(3.0)), round(1000 * log1p(6.0)))
    assert found(kind).z == pytest.approx((1.946 - 1.386) / exp(-0.693))
    assert found(steady(range(12, 60), 0, 0)) == Level(0.0, HOUR, 0.0, 0.0)


def test_of_two_sources_the_quieter_speaks_and_of_four_the_second() -> None:
    kind = TypeState()
    for n, newest in enumerate((7900, 7000, 7600, 7300)):
        past = dict.fromkeys(range(12, 60), 6909)
        kind.levels |= told({**past, 0: newest}, f"source-{n}").levels
        if n == 1:
            assert found(kind).level == pytest.approx(exp(7.0) - 1.0)
    assert found(kind).level == pytest.approx(exp(7.3) - 1.0)


def test_a_source_with_a_past_speaks_before_one_without() -> None:
    kind = steady(range(12, 60))
    kind.levels |= told({0: 9000}, "a-new-one").levels
    assert found(kind).level == pytest.approx(exp(7.601) - 1.0)
    kind = told({0: 9000}, "new")
    kind.levels |= told({0: 5000}, "another").levels
    assert found(kind).level == pytest.approx(exp(5.0) - 1.0)


def test_levels_are_forgotten_when_no_past_holds_them() -> None:
    kind = told({WEEK + 27: 1, WEEK + 24: 2, WEEK + 23: 3})
    kind.levels |= told({WEEK + 24: 4}, "old").levels
    prune(kind, NOW, DAYS)
    assert kind.levels == {"pageviews": {HOUR - WEEK - 23: 3}}
    assert RISEN == 1.0
