"""Baselines at their edges: what an episode takes out of them, and what is too little to go by."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS, end_of
from streams.core.baseline import (
    Baseline,
    Span,
    detection_z,
    fast_baseline,
    literal_z,
    slow_baseline,
    slow_ends,
)
from streams.core.windows import FAST, PER_HOUR, SLOW_HOURS, Window, bucket_hour, bucket_of

NOW = end_of(28_000_020)
HOUR = bucket_hour(NOW)
LONG_AGO = NOW - 60 * DAY_MS
moments = st.lists(st.integers(min_value=NOW - 16 * DAY_MS, max_value=NOW - 1), max_size=80)
polls = st.integers(min_value=0, max_value=288).map(lambda k: NOW + k * 5 * MINUTE_MS)
episodes = st.lists(
    st.tuples(st.integers(-400, 20), st.integers(0, 120)).map(
        lambda told: Span(HOUR + told[0], HOUR + told[0] + told[1])
    ), max_size=4,
)  # fmt: skip


def filled(happened: list[int]) -> Window:
    window = Window()
    for moment in happened:
        window.add(moment)
    return window


def sums(samples: list[int]) -> tuple[int, int, int]:
    return len(samples), sum(samples), sum(n * n for n in samples)


@given(moments, polls, episodes, st.integers(0, 16))
def test_half_hours_of_past_episodes_are_left_out(
    happened: list[int], now: int, past: list[Span], age: int
) -> None:
    since = NOW - age * DAY_MS
    newest, begun = (bucket_of(now) - FAST) // FAST - 1, bucket_of(since) // PER_HOUR * 2 + 1
    halves = range(max(newest - 14 * 48, begun) + 1, newest + 1)
    told = Counter(bucket_of(moment) // FAST for moment in happened)
    hours = {h for span in past for h in range(span.first, span.last + 1)}
    touched = {half // 2 for half in (halves.start, *halves) if half // 2 in hours and halves}
    kept = [told[half] for half in halves if half // 2 not in hours]
    everything = fast_baseline(filled(happened), now, 14, since)
    found = fast_baseline(filled(happened), now, 14, since, past)
    if len(halves) - 2 * len(touched) >= 144:
        assert found[:3] == sums(kept)
        assert found.peaks == everything.peaks
    else:
        assert found == everything


@given(moments, polls, episodes, st.integers(0, 16))
def test_windows_of_past_episodes_are_left_out(
    happened: list[int], now: int, past: list[Span], age: int
) -> None:
    since = NOW - age * DAY_MS
    newest = bucket_hour(now) - 1 - SLOW_HOURS
    oldest = max(newest - 312, bucket_hour(since) + SLOW_HOURS)
    hours = [bucket_hour(moment) for moment in happened]
    kept = [
        sum(end - SLOW_HOURS < hour <= end for hour in hours)
        for end in range(oldest, newest + 1)
        if not any(end - SLOW_HOURS < s.last and s.first <= end for s in past)
        and not any(s.first <= end < s.last + SLOW_HOURS for s in past)
    ]
    everything = slow_baseline(filled(happened), now, 14, since)
    found = slow_baseline(filled(happened), now, 14, since, past)
    assert slow_ends(now, 14, since) == (newest, oldest)
    assert found.peaks == everything.peaks
    assert found[:3] == (sums(kept) if len(kept) >= 72 else everything[:3])


@pytest.mark.parametrize(("kept", "samples"), [(72, 72), (71, 313)])
def test_three_days_of_windows_are_enough_without_episodes(kept: int, samples: int) -> None:
    newest = HOUR - 1 - SLOW_HOURS
    past = [Span(newest - 312, newest - kept - SLOW_HOURS + 1)]
    assert slow_baseline(Window(), NOW, 14, LONG_AGO, past).samples == samples


@pytest.mark.parametrize(("hours", "samples"), [(264, 144), (265, 672)])
def test_three_days_of_half_hours_are_enough_without_episodes(hours: int, samples: int) -> None:
    past = [Span(HOUR - 300, HOUR - 301 + hours)]
    assert fast_baseline(Window(), NOW, 14, LONG_AGO, past).samples == samples


@pytest.mark.parametrize(("hours", "samples"), [(264, 144), (265, 672)])
def test_of_an_episode_under_way_only_half_hours_that_are_over_count(
    hours: int, samples: int
) -> None:
    past = [Span(HOUR - hours, HOUR + 9)]
    assert fast_baseline(Window(), NOW + HOUR_MS // 2, 14, LONG_AGO, past).samples == samples


@pytest.mark.parametrize(("ago", "counted"), [
    (1, 0), (HOUR_MS // 2, 0), (HOUR_MS // 2 + 1, 1), (336 * HOUR_MS + 1, 1),
    (336 * HOUR_MS + HOUR_MS // 2, 1), (336 * HOUR_MS + HOUR_MS // 2 + 1, 0),
])  # fmt: skip
def test_a_half_hour_is_a_sample_when_all_of_it_is(ago: int, counted: int) -> None:
    found = fast_baseline(filled([NOW - ago]), NOW, 14, LONG_AGO)
    assert found[:3] == (672, counted, counted)


@pytest.mark.parametrize(("hours", "peaks"), [(37, 1), (36, 0), (60, 1), (61, 2)])
def test_a_day_of_half_hours_has_a_peak_when_it_is_whole(hours: int, peaks: int) -> None:
    assert len(fast_baseline(Window(), NOW, 14, NOW - hours * HOUR_MS).peaks) == peaks


def test_one_sample_is_a_baseline() -> None:
    window = filled([NOW - 20 * HOUR_MS])
    since = NOW - (1 + 2 * SLOW_HOURS) * HOUR_MS
    assert slow_baseline(window, NOW, 14, since) == Baseline(1, 1, 1)
    assert slow_baseline(window, NOW, 14, since + 1).samples == 1
    assert slow_baseline(window, NOW, 14, since + HOUR_MS).samples == 0


def test_without_a_prior_nothing_is_imagined() -> None:
    assert Baseline(0, 0, 0).with_prior(0, 2.0, 6.0) == (0.0, 0.0)
    assert Baseline(0, 0, 0).with_prior(3, 0.1, 0.0)[1] == 0.0  # of rounding, not below it
    assert Baseline(2, 4, 16).with_prior(-1, 9.0, 9.0) == (2.0, 4.0)


def test_chance_is_the_least_that_counts_vary_by() -> None:
    assert detection_z(12, 4.0, 2.0, 8.0) == pytest.approx(8 / 3)
    assert detection_z(12, 4.0, 3.0, 2.0) == pytest.approx(4.0)


def test_the_literal_measures_in_deviation_and_chance_together() -> None:
    assert literal_z(5, 2.0, 1.0) == 1.5
    assert literal_z(1, 2.0, 13.0) == -0.25
