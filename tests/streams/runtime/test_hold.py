"""The cap on a partition's commit."""

from streams.runtime.hold import NOTHING_PENDING, Hold


def test_without_a_hold_nothing_is_capped() -> None:
    assert Hold().cap(("raw.test", 0), 7) == 7


def test_the_commit_goes_no_further_than_the_held_offset() -> None:
    hold = Hold()
    hold.at(("raw.test", 0), 5)
    assert [hold.cap(("raw.test", 0), offset) for offset in (4, 5, 6)] == [4, 5, 5]
    assert hold.cap(("raw.test", 1), 6) == 6


def test_nothing_pending_lets_everything_go() -> None:
    hold = Hold()
    hold.at(("raw.test", 0), 5)
    hold.at(("raw.test", 0), NOTHING_PENDING)
    assert hold.cap(("raw.test", 0), 10**15) == 10**15


def test_a_released_partition_is_not_capped_and_nothing_is_known_of_it() -> None:
    hold = Hold()
    hold.at(("raw.test", 0), 5, closed=7)
    assert hold.closed(("raw.test", 0)) == 7
    hold.release([("raw.test", 0)])
    assert hold.closed(("raw.test", 0)) is None
    assert hold.cap(("raw.test", 0), 6) == 6
