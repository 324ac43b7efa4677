"""Baselines against a slow and obvious reference: look at every hourly sample."""

from statistics import fmean, median, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.clock import DAY_MS, HOUR_MS, end_of
from streams.core.baseline import (
    NOTHING,
    Baseline,
    Span,
    detection_z,
    fast_baseline,
    literal_z,
    slow_baseline,
)
from streams.core.windows import FAST, PER_HOUR, SLOW_HOURS, Window, bucket_of

NOW = end_of(28_000_020)
LONG_AGO = NOW - 60 * DAY_MS
moments = st.lists(st.integers(min_value=NOW - 16 * DAY_MS, max_value=NOW - 1), max_size=80)
polls = st.integers(min_value=0, max_value=288).map(lambda k: NOW + k * 5 * 60_000)
days = st.sampled_from([7, 14])
starts = st.integers(min_value=NOW - 20 * DAY_MS, max_value=NOW)


def filled(happened: list[int]) -> Window:
    window = Window()
    for moment in happened:
        window.add(moment)
    return window


def obvious_slow(happened: list[int], now: int, length: int, since: int) -> list[int]:
    """Each 12 h window that ends on an hour, lies in the trailing days and before the last 12 h."""
    hours = [bucket_of(moment) // PER_HOUR for moment in happened]
    newest = bucket_of(now) // PER_HOUR - 1 - SLOW_HOURS
    born = bucket_of(since) // PER_HOUR
    samples = []
    for end in range(newest, newest - (length * 24 - 2 * SLOW_HOURS) - 1, -1):
        if end - SLOW_HOURS >= born:
            samples.append(sum(end - SLOW_HOURS < hour <= end for hour in hours))
    return samples


def day_peaks(samples: list[int], per_day: int) -> tuple[int, ...]:
    """Of samples that are listed newest first: the peaks of whole days."""
    whole = len(samples) // per_day
    return tuple(max(samples[day * per_day : (day + 1) * per_day]) for day in range(whole))


@given(moments, polls, days, starts)
def test_slow_samples_are_those_of_the_reference(
    happened: list[int], now: int, length: int, since: int
) -> None:
    found = slow_baseline(filled(happened), now, length, since)
    expected = obvious_slow(happened, now, length, since)
    squares = sum(n * n for n in expected)
    assert found == Baseline(len(expected), sum(expected), squares, day_peaks(expected, 24))


@given(moments, polls, st.lists(st.tuples(st.integers(-400, 0), st.integers(0, 90)), max_size=3))
def test_samples_in_past_episodes_are_left_out(
    happened: list[int], now: int, episodes: list[tuple[int, int]]
) -> None:
    newest = bucket_of(now) // PER_HOUR - 1 - SLOW_HOURS
    past = [Span(newest + at, newest + at + length) for at, length in episodes]
    hours = [bucket_of(moment) // PER_HOUR for moment in happened]
    kept = [
        sum(end - SLOW_HOURS < hour <= end for hour in hours)
        for end in range(newest - (14 * 24 - 2 * SLOW_HOURS), newest + 1)
        if not any(s.first <= end and end - SLOW_HOURS < s.last for s in past)
    ]
    if len(kept) >= 72:
        found = slow_baseline(filled(happened), now, 14, LONG_AGO, past)
        assert found[:3] == (len(kept), sum(kept), sum(n * n for n in kept))


@given(moments, polls, starts)
def test_fast_samples_are_the_half_hours_that_were_over_before_the_window(
    happened: list[int], now: int, since: int
) -> None:
    #   half hours      |----|----|----|  |--30 min--| now
    found = fast_baseline(filled(happened), now, 14, since)
    newest, begun = (bucket_of(now) - FAST) // FAST - 1, bucket_of(since) // PER_HOUR * 2 + 1
    halves = {
        half: sum(bucket_of(m) // FAST == half for m in happened)
        for half in range(newest, max(newest - 14 * 48, begun), -1)
    }
    until = bucket_of(now) // PER_HOUR - 1 - SLOW_HOURS
    of_days = [n for half, n in halves.items() if half // 2 <= until]
    assert found[:3] == (len(halves), sum(halves.values()), sum(n * n for n in halves.values()))
    assert found.peaks == day_peaks(of_days, 48)


@given(st.lists(st.integers(0, 99), max_size=14))
def test_the_peak_of_a_usual_day_is_the_median_of_the_days(peaks: list[int]) -> None:
    assert Baseline(336, 0, 0, tuple(peaks)).peak() == (median(peaks) if peaks else 0.0)


@given(st.lists(st.integers(min_value=0, max_value=500), min_size=1, max_size=50))
def test_mean_and_variance_are_those_of_the_samples(samples: list[int]) -> None:
    found = Baseline(len(samples), sum(samples), sum(n * n for n in samples))
    assert found.mean() == pytest.approx(fmean(samples))
    assert found.variance() == pytest.approx(pvariance(samples), abs=1e-6)


def test_a_past_episode_says_nothing_about_what_is_usual() -> None:
    #   12 days ago: a burst of 100            now
    # -----|XX|--------------------------------|
    burst_at = NOW - 12 * DAY_MS
    happened = [burst_at + k * 1000 for k in range(100)]
    hour = bucket_of(burst_at) // PER_HOUR
    with_burst = slow_baseline(filled(happened), NOW, 14, LONG_AGO)
    without = slow_baseline(filled(happened), NOW, 14, LONG_AGO, [Span(hour, hour + 1)])
    assert with_burst.mean() > 3.0
    assert without.mean() == 0.0
    assert without.samples == with_burst.samples - SLOW_HOURS - 1


def test_episodes_are_let_in_again_when_nothing_else_is_left() -> None:
    happened = [NOW - 5 * DAY_MS]
    hour = bucket_of(NOW) // PER_HOUR
    everything = [Span(hour - 20 * 24, hour)]
    assert slow_baseline(filled(happened), NOW, 14, LONG_AGO, everything) == slow_baseline(
        filled(happened), NOW, 14, LONG_AGO
    )


def test_before_observation_began_nothing_is_a_sample() -> None:
    assert slow_baseline(Window(), NOW, 14, NOW - 3 * HOUR_MS) == NOTHING


def test_the_prior_gives_way_to_what_was_seen() -> None:
    seen = Baseline(336, 336 * 4, 336 * 16)
    assert seen.with_prior(0, 2.0, 6.0) == (4.0, 0.0)
    mean, variance = Baseline(0, 0, 0).with_prior(24, 2.0, 6.0)
    assert (mean, variance) == (2.0, pytest.approx(6.0))


def test_z_is_never_undefined() -> None:
    assert detection_z(0, 0.0, 0.0, 0.0) == literal_z(0, 0.0, 0.0) == 0.0
    assert detection_z(12, 2.0, 2.0, 1.0) == pytest.approx(10 / 3**0.5)
    assert literal_z(12, 2.0, 1.0) == pytest.approx(10 / 2.0)
