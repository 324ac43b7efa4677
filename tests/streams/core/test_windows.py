"""Buckets of event time: what each window holds at a poll."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS, end_of
from streams.core.windows import BUCKET_MS, FAST, SLOW, Window, bucket_of

POLL = 28_000_020  # a tick number on a poll
NOW = end_of(POLL)
moments = st.integers(min_value=NOW - 3 * DAY_MS, max_value=NOW - 1)


def window(*moments: int) -> Window:
    filled = Window()
    for moment in moments:
        filled.add(moment)
    return filled


def test_a_poll_falls_on_the_edge_of_a_bucket() -> None:
    assert bucket_of(NOW - 1) + 1 == bucket_of(NOW)


@given(st.lists(moments, max_size=60))
def test_a_window_counts_what_happened_within_it(happened: list[int]) -> None:
    #      NOW - 12 h                                 NOW
    # --|----|-----------------------------------------|
    #        |<------------- counted ------------------>
    filled = window(*happened)
    for buckets in (FAST, SLOW):
        start = NOW - buckets * BUCKET_MS
        assert filled.count(NOW, buckets) == sum(start <= m < NOW for m in happened)


@given(st.lists(moments, max_size=60))
def test_the_order_of_arrival_is_not_to_be_seen(happened: list[int]) -> None:
    forwards, backwards = window(*happened), window(*reversed(happened))
    assert forwards == backwards


def test_a_late_mention_counts_in_its_own_bucket() -> None:
    filled = window(NOW - MINUTE_MS)
    before = filled.count(NOW, FAST)
    filled.add(NOW - 5 * HOUR_MS)
    assert filled.count(NOW, FAST) == before
    assert filled.count(NOW, SLOW) == before + 1


@given(st.lists(moments, max_size=60))
def test_pruning_changes_no_count_of_this_poll_or_a_later_one(happened: list[int]) -> None:
    whole, pruned = window(*happened), window(*happened)
    pruned.prune(NOW, 14 * 24)
    for later in (NOW, NOW + 5 * MINUTE_MS, NOW + 6 * HOUR_MS):
        for buckets in (FAST, SLOW):
            assert pruned.count(later, buckets) == whole.count(later, buckets)


def test_nothing_is_left_of_a_name_that_nobody_mentioned_for_long() -> None:
    filled = window(NOW - HOUR_MS)
    filled.prune(NOW + 20 * DAY_MS, 14 * 24)
    assert filled.empty
    assert not filled.fine
    assert not filled.halves
