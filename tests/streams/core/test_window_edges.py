"""Buckets at their edges: what is counted where, what is kept, and when it is looked at again."""

import msgspec
import pytest

from schemas.clock import HOUR_MS, MINUTE_MS, end_of
from streams.core.windows import (
    BUCKET_MS,
    FAST,
    PER_HOUR,
    SLOW,
    SLOW_HOURS,
    Window,
    bucket_hour,
    bucket_of,
)

NOW = end_of(28_000_020)
END = bucket_of(NOW)
HOUR = END // PER_HOUR


def test_windows_are_of_half_an_hour_and_half_a_day() -> None:
    assert (FAST * BUCKET_MS, SLOW * BUCKET_MS) == (30 * MINUTE_MS, 12 * HOUR_MS)
    assert (PER_HOUR, SLOW_HOURS) == (12, 12)


def test_buckets_are_shifted_by_a_minute() -> None:
    assert bucket_of(MINUTE_MS) == 0
    assert bucket_of(MINUTE_MS - 1) == -1
    assert bucket_of(6 * MINUTE_MS) == 1
    assert bucket_hour(61 * MINUTE_MS) == bucket_hour(61 * MINUTE_MS - 1) + 1 == 1


@pytest.mark.parametrize(("place", "late"), [(0, {}), (5, {}), (6, {70: 4}), (11, {70: 4})])
def test_an_hour_knows_its_second_half(place: int, late: dict[int, int]) -> None:
    window = Window()
    moment = MINUTE_MS + 70 * HOUR_MS + place * BUCKET_MS
    window.add(moment)
    window.add(moment, 3)
    assert (window.fine, window.hours) == ({70 * 12 + place: 4}, {70: 4})
    assert window.halves == late


@pytest.mark.parametrize(("ago", "slow", "fast"), [
    (0, 0, 0), (1, 1, 1), (6, 1, 1), (7, 1, 0), (144, 1, 0), (145, 0, 0), (-1, 0, 0),
])
def test_a_bucket_is_in_the_windows_that_end_behind_it(ago: int, slow: int, fast: int) -> None:
    for beside in (0, 5, 200):  # few and many buckets are counted in two ways
        older = dict.fromkeys(range(END - 500 - beside, END - 500), 1)
        window = Window(fine={END - ago: 1, **older})
        assert window.counts(NOW) == (slow, fast)
        assert (window.count(NOW, SLOW), window.count(NOW, FAST)) == (slow, fast)


def test_counts_are_sums_over_the_windows() -> None:
    window = Window(fine={END - ago: ago for ago in range(1, 200)})
    assert window.counts(NOW) == (144 * 145 // 2, 21)
    assert (window.count(NOW, SLOW), window.count(NOW, FAST)) == (144 * 145 // 2, 21)
    assert Window().counts(NOW) == (0, 0)


def test_what_was_worked_out_is_kept_until_an_earlier_bucket_changes() -> None:
    window = Window()
    assert window.worked_out().found is None
    window.keep(END, found := object())
    window.add(MINUTE_MS + END * BUCKET_MS)
    assert window.worked_out().found is found
    window.add(MINUTE_MS + END * BUCKET_MS - 1)
    assert window.worked_out().found is None


def test_what_no_window_reaches_is_forgotten() -> None:
    old = HOUR - 14 * 24 - 24
    window = Window(
        fine={END - 145: 1, END - 144: 2, END: 3},
        hours={old - 1: 1, old: 2, HOUR: 3}, halves={old - 1: 1, old: 2},
    )
    window.prune(NOW, 14 * 24)
    assert window.fine == {END - 144: 2, END: 3}
    assert (window.hours, window.halves) == ({old: 2, HOUR: 3}, {old: 2})


def test_forgetting_is_thought_of_once_an_hour_and_when_old_news_came() -> None:
    window = Window(fine={END - 144: 1, END: 1}, hours={HOUR - 12: 1, HOUR: 1})
    window.prune(NOW, 14 * 24)
    window.prune(NOW + BUCKET_MS, 14 * 24)
    assert END - 144 in window.fine
    window.prune(NOW + HOUR_MS, 14 * 24)
    assert END - 144 not in window.fine
    window.add(NOW - 20 * HOUR_MS)
    window.prune(NOW + HOUR_MS, 14 * 24)
    assert window.fine == {END: 1}


@pytest.mark.parametrize("hours", [1, 2, 11, 12, 13, 400])
def test_whatever_was_forgotten_before_the_same_is_kept(hours: int) -> None:
    kept = 14 * 24 + 24
    fine = dict.fromkeys(range(END - 144, END), 1)
    past = dict.fromkeys(range(HOUR - kept, HOUR + 1), 2)
    window = Window(fine=fine.copy(), hours=past.copy(), halves=past.copy())
    anew = Window(fine=fine.copy(), hours=past.copy(), halves=past.copy())
    window.prune(NOW, 14 * 24)
    for one in (window, anew):
        one.prune(NOW + hours * HOUR_MS, 14 * 24)
    assert window == anew
    assert len(anew.hours) == max(kept + 1 - hours, 0)
    assert len(anew.fine) == max(144 - 12 * hours, 0)


def test_a_row_holds_counts_only() -> None:
    window = Window(fine={END: 1}, hours={HOUR: 1})
    assert not window.empty
    assert Window().empty
    row = msgspec.msgpack.encode(window)
    window.keep(END, object())
    assert msgspec.msgpack.encode(window) == row
    assert msgspec.msgpack.decode(row, strict=False) == [{END: 1}, {HOUR: 1}, {}]
