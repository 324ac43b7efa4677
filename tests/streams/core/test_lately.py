"""Counts that go on from poll to poll are those of the buckets, whatever comes in between."""

from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.clock import HOUR_MS, end_of
from streams.core.windows import BUCKET_MS, FAST, PER_HOUR, SLOW, Window, bucket_of

NOW = end_of(28_000_020)
END = bucket_of(NOW)
HOUR = END // PER_HOUR
KEPT = 14 * 24
AGO = st.one_of(
    st.integers(-2, 8), st.sampled_from((SLOW - 1, SLOW, SLOW + 1, 20 * PER_HOUR)),
)
TOLD = st.lists(st.tuples(AGO, st.integers(1, 3)), max_size=4)


def anew(window: Window) -> Window:
    return msgspec.msgpack.decode(msgspec.msgpack.encode(window), type=Window)


def in_the_last(told: Counter[int], end: int, buckets: int) -> int:
    return sum(count for bucket, count in told.items() if end - buckets <= bucket < end)


@settings(max_examples=150, deadline=None)
@given(st.lists(
    st.tuples(st.sampled_from((-7, -1, 0, 1, 1, 2, 5, 6, 7, 100, 144, 150)), TOLD), min_size=3,
    max_size=9,
))
def test_counts_are_of_the_buckets_of_their_windows(
    polls: list[tuple[int, list[tuple[int, int]]]]
) -> None:
    window, told, end = Window(), Counter[int](), END
    for buckets, mentions in polls:
        for ago, count in mentions:
            told[end - ago] += count
            window.add(NOW + (end - ago - END) * BUCKET_MS, count)
        end += buckets
        found = window.counts(NOW + (end - END) * BUCKET_MS)
        assert found == (in_the_last(told, end, SLOW), in_the_last(told, end, FAST))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from((1, 1, 2, 11, 12, 13, 300)), TOLD), min_size=2,
                max_size=8))
def test_what_is_forgotten_is_what_would_be_forgotten_anew(
    polls: list[tuple[int, list[tuple[int, int]]]]
) -> None:
    window, now = Window(), NOW
    for hours, mentions in polls:
        for ago, count in mentions:
            window.add(now - ago * BUCKET_MS, count)
        now += hours * HOUR_MS
        fresh = anew(window)
        fresh.prune(now, KEPT)
        window.prune(now, KEPT)
        assert window == fresh
        assert window.counts(now) == fresh.counts(now)


def test_counting_on_keeps_what_left_the_buckets_meanwhile() -> None:
    window = Window()
    for ago in (SLOW, FAST, 1):
        window.add(NOW - ago * BUCKET_MS)
    assert window.counts(NOW) == (3, 2)
    window.prune(NOW + BUCKET_MS, KEPT)
    assert window.counts(NOW + BUCKET_MS) == (2, 1)


@pytest.mark.parametrize(("half", "mentions"), [
    (2 * HOUR, 5), (2 * HOUR + 1, 2), (2 * HOUR + 2, 0), (2 * HOUR + 3, 4), (2 * HOUR - 1, 0),
    (2 * HOUR - 2, 0),
])
def test_a_half_hour_is_the_first_or_the_second_of_its_hour(half: int, mentions: int) -> None:
    window = Window(hours={HOUR: 7, HOUR + 1: 4}, halves={HOUR: 2, HOUR + 1: 4})
    assert window.half_hour(half) == mentions
