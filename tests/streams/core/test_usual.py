"""What samples and the prior make of a window: mean, variance, lean and spread."""

import pytest

from schemas.clock import DAY_MS, HOUR_MS, end_of
from streams.core.baseline import Baseline, Span
from streams.core.config import VelocityConfig
from streams.core.expected import Expected, HalfDays, Usual, _combined, expected
from streams.core.windows import Window, bucket_hour

NOW = end_of(28_000_020)
CONFIG = VelocityConfig()
WEEK = Baseline(50, 100, 300, (8,))  # mean 2, variance 2
SLOW = Baseline(100, 300, 2900, (9,))  # mean 3, variance 20
FAST = Baseline(200, 100, 150, (4,))  # mean a half, variance as much


def combined(
    slow: Baseline = SLOW, fast: Baseline = FAST, week: Baseline = WEEK
) -> Expected:
    return _combined(HalfDays(slow, week), fast, fast.peak(), CONFIG)


def test_with_experience_the_samples_speak_for_themselves() -> None:
    found = combined()
    assert found.slow == pytest.approx(Usual(3.0, 20.0, 0.3 * 6.0, 21.0**0.5))
    assert found.fast == pytest.approx(Usual(0.5, 0.5, 0.3 * 3.5, 1.5**0.5))
    assert found.week == pytest.approx(Usual(2.0, 2.0, 0.0, 3.0**0.5))
    assert (found.warming, found.sampled) == (0, True)
    assert combined(slow=Baseline(24, 0, 0)).warming == 0


def test_nothing_leans_to_a_peak_below_the_mean() -> None:
    assert combined(slow=SLOW._replace(peaks=(1,))).slow.lean == 0.0
    assert combined(week=Baseline(50, 25, 100)).week.lean == 0.0


def test_a_count_is_measured_in_no_less_than_chance() -> None:
    assert combined(slow=Baseline(100, 300, 950)).slow.spread == 2.0


def test_without_a_half_hour_nothing_was_sampled() -> None:
    assert not combined(fast=Baseline(0, 0, 0)).sampled


def test_hours_not_yet_seen_are_imagined() -> None:
    #                    14 imagined of mean 2 and variance 6, 28 of a 24th of that
    found = combined(Baseline(10, 40, 200), Baseline(10, 0, 0), Baseline(10, 10, 50))
    mean, week = (40 + 14 * 2) / 24, (10 + 14 * 2) / 24
    variance = (200 + 14 * 10) / 24 - mean * mean
    assert found.warming == 14
    assert found.slow == pytest.approx(Usual(mean, variance, 0.0, (variance + 1.0) ** 0.5))
    assert found.week[:2] == pytest.approx((week, (50 + 14 * 10) / 24 - week * week))
    fast = 28 / 12 / 38
    assert found.fast[:2] == pytest.approx((fast, 28 * (0.25 + 1 / 144) / 38 - fast * fast))


def test_imagined_hours_lean_to_the_peaks_and_the_literal_to_none() -> None:
    found = combined(Baseline(10, 40, 200, (9,)), Baseline(10, 0, 0, (3,)), Baseline(40, 0, 0))
    assert found.slow.lean == pytest.approx(0.3 * (9.0 - 68 / 24))
    assert found.fast.lean == pytest.approx(0.3 * (3.0 - 28 / 12 / 38))
    assert (found.week.mean, found.week.lean) == (28 / 54, 0.0)


@pytest.mark.parametrize("hours", [10, 100])
@pytest.mark.parametrize(("samples", "sampled"), [(0, False), (1, True), (2, True)])
def test_one_half_hour_is_a_sample(hours: int, samples: int, sampled: bool) -> None:
    found = combined(Baseline(hours, 40, 200), Baseline(samples, 0, 0))
    assert found.sampled is sampled


@pytest.mark.parametrize(("samples", "windows"), [(10, 14), (19, 23), (20, 24), (30, 24)])
def test_in_the_first_hours_the_rate_so_far_is_usual(samples: int, windows: int) -> None:
    begun = Baseline(10, 0, 0)
    found = combined(begun, Baseline(samples, 3 * samples, 9 * samples), begun)
    assert found.slow[:2] == found.week[:2] == (3.0 * windows, 3.0 * windows)


def test_the_literal_looks_back_a_week_and_the_detection_two() -> None:
    window = Window()
    window.add(NOW - 10 * DAY_MS, 50)
    found = expected(window, NOW, NOW - 30 * DAY_MS, (), CONFIG)
    assert found.slow.mean > found.week.mean == 0.0
    young = expected(Window(), NOW, NOW - 40 * HOUR_MS, (), CONFIG)
    assert young.slow[:2] == young.week[:2]


def test_what_was_worked_out_is_kept_for_its_half_hour() -> None:
    window = Window()
    first = expected(window, NOW, NOW - 30 * DAY_MS, (), CONFIG)
    assert expected(window, NOW, NOW - 30 * DAY_MS, (), CONFIG) is first
    assert expected(window, NOW + HOUR_MS, NOW - 30 * DAY_MS, (), CONFIG) is not first
    later = expected(window, NOW + HOUR_MS, NOW - 30 * DAY_MS, (), CONFIG)
    assert expected(window, NOW, NOW - 30 * DAY_MS, (), CONFIG) is not later


def test_what_was_worked_out_is_of_one_beginning() -> None:
    window = Window()
    window.add(NOW - 10 * DAY_MS, 50)
    first = expected(window, NOW, NOW - 30 * DAY_MS, (), CONFIG)
    assert expected(window, NOW, NOW - 5 * DAY_MS, (), CONFIG).slow.mean == 0.0 < first.slow.mean


def test_a_past_episode_that_is_forgotten_counts_again() -> None:
    window, hour = Window(), bucket_hour(NOW)
    window.add(NOW - 10 * DAY_MS, 50)
    past = [Span(hour - 10 * 24 - 1, hour - 10 * 24 + 1)]
    assert expected(window, NOW, NOW - 30 * DAY_MS, past, CONFIG).slow.mean == 0.0
    assert expected(window, NOW, NOW - 30 * DAY_MS, (), CONFIG).slow.mean > 0.0
