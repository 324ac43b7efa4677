"""From the first half of an hour to the second: what goes on is what would be summed up anew."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.clock import HOUR_MS, MINUTE_MS
from streams.core.baseline import NOTHING, Baseline, fast_baseline, next_half
from streams.core.expected import HALF_MS, Usual, _seen, _usual
from streams.core.windows import Window

HOUR = 490_000
NOW = HOUR * HOUR_MS + MINUTE_MS  # the edge of an hour, as windows count hours


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 110), st.integers(1, 9)), max_size=30),
    st.one_of(st.integers(0, 130), st.sampled_from((46, 47, 48, 49, 50, 51))),
    st.sampled_from((1, 2)),
)
def test_a_half_hour_more_is_what_summing_anew_would_give(
    halves: list[tuple[int, int]], observed: int, days: int
) -> None:
    window, since = Window(), NOW - observed * HALF_MS
    for ago, count in halves:
        window.add(NOW - ago * HALF_MS, count)
    before = fast_baseline(window, NOW, days, since)
    later = NOW + HALF_MS
    assert next_half(before, window, 2 * HOUR + 1, days, since) == fast_baseline(
        window, later, days, since
    )


def test_the_oldest_half_hour_leaves_when_the_days_are_full() -> None:
    window = Window()
    for ago, count in ((49, 7), (1, 5), (2, 3)):
        window.add(NOW - ago * HALF_MS, count)
    full = next_half(Baseline(48, 10, 58, (7,)), window, 2 * HOUR + 1, 1, 0)
    assert full == Baseline(48, 10 + 5 - 7, 58 + 25 - 49, (7,))
    young = next_half(Baseline(9, 3, 9), window, 2 * HOUR + 1, 1, NOW - 6 * HOUR_MS)
    assert young == Baseline(10, 8, 34)
    assert next_half(NOTHING, window, 2 * HOUR + 1, 1, NOW) == NOTHING


@pytest.mark.parametrize("found", [
    NOTHING, Baseline(10, 0, 0), Baseline(10, 40, 160), Baseline(10, 40, 400), Baseline(7, 9, 81),
])
@pytest.mark.parametrize("peak", [0.0, 3.0, 4.0, 9.0])
def test_what_was_seen_is_usual_without_a_prior(found: Baseline, peak: float) -> None:
    usual = _seen(found, peak, 0.3)
    assert usual == _usual((found.mean(), found.variance()), peak, 0.3)
    assert usual.lean >= 0.0
    assert isinstance(usual, Usual)
