"""When a worker counts as stalled."""

import pytest
from faust.types import TP

from streams.runtime.reading import Reading, reading_of
from streams.runtime.watchdog import Watch

ZERO, ONE = TP("raw.test", 0), TP("raw.test", 1)
LAGGING = {ZERO: Reading(10, 5)}


def test_a_partition_with_lag_that_does_not_move_is_stalled() -> None:
    watch = Watch(120)
    assert watch.stalled(LAGGING, 0) is None
    assert watch.stalled(LAGGING, 120) is None
    assert watch.stalled(LAGGING, 121) == (
        "raw.test-0 has 5 unread records and stands at 10 for 121 s"
    )


@pytest.mark.parametrize("moved", [{ZERO: Reading(11, 5)}, {ZERO: Reading(10, 0)}])
def test_reading_on_or_having_nothing_to_read_is_no_stall(moved: dict[TP, Reading]) -> None:
    watch = Watch(120)
    watch.stalled(LAGGING, 0)
    watch.stalled(moved, 100)
    assert watch.stalled(moved, 219) is None


def test_recovery_starts_the_count_anew() -> None:
    watch = Watch(120)
    watch.stalled(LAGGING, 0)
    assert watch.stalled(LAGGING, 200, recovering=True) is None
    assert watch.stalled(LAGGING, 300) is None


def test_one_partition_stands_while_another_reads_on() -> None:
    watch = Watch(120)
    for second in range(0, 120, 10):
        watch.stalled({ZERO: Reading(10, 1), ONE: Reading(second, 1)}, second)
    told = watch.stalled({ZERO: Reading(10, 1), ONE: Reading(999, 1)}, 121)
    assert told is not None
    assert told.startswith("raw.test-0 ")


def test_a_partition_that_was_never_answered_for_counts_as_unread() -> None:
    assert reading_of(None, None).lag == 1
    assert reading_of(None, 0).lag == 0
    assert reading_of(4, 9) == Reading(4, 5)
