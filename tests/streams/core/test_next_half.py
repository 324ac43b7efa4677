"""From the first half of an hour to the second: what goes on is what would be summed up anew."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS
from streams.core.baseline import NOTHING, Baseline, Span, fast_baseline, next_half
from streams.core.config import VelocityConfig
from streams.core.expected import HALF_MS, Usual, _seen, _usual, expected
from streams.core.windows import Window

HOUR = 490_000
NOW = HOUR * HOUR_MS + MINUTE_MS  # the edge of an hour, as windows count hours
CONFIG = VelocityConfig()


def anew(window: Window) -> Window:
    return msgspec.msgpack.decode(msgspec.msgpack.encode(window), type=Window)


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
    within_an_hour = next_half(Baseline(1, 3, 9), window, 2 * HOUR + 1, 1, NOW - 70 * MINUTE_MS)
    assert within_an_hour == Baseline(2, 8, 34)


@pytest.mark.parametrize("found", [
    NOTHING, Baseline(10, 0, 0), Baseline(10, 40, 160), Baseline(10, 40, 400), Baseline(7, 9, 81),
])
@pytest.mark.parametrize("peak", [0.0, 3.0, 4.0, 9.0])
def test_what_was_seen_is_usual_without_a_prior(found: Baseline, peak: float) -> None:
    usual = _seen(found, peak, 0.3)
    assert usual == _usual((found.mean(), found.variance()), peak, 0.3)
    assert usual.lean >= 0.0
    assert isinstance(usual, Usual)


@pytest.mark.parametrize("observed", [30 * DAY_MS, 20 * HOUR_MS, 2 * HOUR_MS])
@pytest.mark.parametrize("past", [(), (Span(HOUR - 3, HOUR - 1),)])
def test_what_is_expected_half_an_hour_on_is_as_if_worked_out_anew(
    observed: int, past: tuple[Span, ...]
) -> None:
    window = Window()
    for ago in (1, 9, 700, 5000):
        window.add(NOW - ago * MINUTE_MS, 2 + ago % 3)
    for now in (NOW, NOW + HALF_MS, NOW + 2 * HALF_MS):
        found = expected(window, now, NOW - observed, past, CONFIG)
        assert found == expected(anew(window), now, NOW - observed, past, CONFIG)


def test_half_an_hour_on_only_what_comes_late_into_a_sample_changes_it() -> None:
    window, later = Window(), NOW + HALF_MS
    expected(window, NOW, 0, (), CONFIG)
    found = expected(window, later, 0, (), CONFIG)
    window.add(NOW)
    assert expected(window, later, 0, (), CONFIG) is found
    window.add(NOW - 1)
    assert expected(window, later, 0, (), CONFIG).fast.mean > found.fast.mean


def test_without_a_half_hour_that_was_over_nothing_is_sampled_half_an_hour_on() -> None:
    config, window = msgspec.structs.replace(CONFIG, warmup_hours=0), Window()
    for now, sampled in ((NOW, False), (NOW + HALF_MS, False), (NOW + 3 * HALF_MS, True)):
        assert expected(window, now, NOW - HOUR_MS, (), config).sampled is sampled
