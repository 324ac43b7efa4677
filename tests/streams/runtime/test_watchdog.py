"""When a worker counts as stalled."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from faust.types import TP

from streams.runtime.hold import NOTHING_PENDING
from streams.runtime.lane import lanes
from streams.runtime.reading import NOT_JOINED, Progress, Reading, progress, unread
from streams.runtime.watchdog import Watch, Watchdog
from tests.streams.runtime.taped import TOPIC, ZERO, corrected, on_tape, read, records

ONE = TP(TOPIC, 1)
LAGGING = {ZERO: Reading(10, 5)}
DONE = Reading(10, 0, finished=10, committable=10, committed=10, closed=7)


def ready(readings: dict[TP, Reading]) -> Progress:
    return Progress(ready=True, recovering=False, readings=readings, since_commit=None)


def recovering(rebalances: int, applied: int) -> Progress:
    return NOT_JOINED._replace(recovering=True, steps=(rebalances, applied))


def test_a_partition_with_lag_that_does_not_move_is_stalled() -> None:
    watch = Watch(120)
    assert watch.stalled(ready(LAGGING), 0) is None
    assert watch.stalled(ready(LAGGING), 120) is None
    assert watch.stalled(ready(LAGGING), 121) == (
        "raw.test-0 has 5 unread records, stands at 10 for 121 s"
    )


@pytest.mark.parametrize("moved", [{ZERO: Reading(11, 5)}, {ZERO: Reading(10, 0)}])
def test_reading_on_or_having_nothing_to_read_is_no_stall(moved: dict[TP, Reading]) -> None:
    watch = Watch(120)
    watch.stalled(ready(LAGGING), 0)
    watch.stalled(ready(moved), 100)
    assert watch.stalled(ready(moved), 219) is None


@pytest.mark.parametrize(
    ("reading", "says"),
    [
        (DONE._replace(finished=4, committable=4, committed=4), "has read 6 records that are not"),
        (DONE._replace(committed=8), "has 2 records done and not committed"),
        (DONE._replace(committed=None), "has 10 records done and not committed"),
    ],
)
def test_what_was_read_and_is_not_done_or_not_committed_is_stalled(
    reading: Reading, says: str
) -> None:
    watch = Watch(120)
    assert watch.stalled(ready({ZERO: reading}), 0) is None
    told = watch.stalled(ready({ZERO: reading}), 121)
    assert told is not None
    assert told.startswith(f"raw.test-0 {says}")


@pytest.mark.parametrize(
    "reading",
    [
        DONE,  # an idle topic
        Reading(None, 0),  # an empty one
        DONE._replace(committable=3, committed=3),  # held back: no ticks come
    ],
)
def test_an_idle_topic_and_one_that_waits_for_ticks_are_no_stall(reading: Reading) -> None:
    watch = Watch(120)
    for second in range(0, 100_000, 1_000):
        assert watch.stalled(ready({ZERO: reading, ONE: reading}), second) is None


def test_a_partition_that_missed_ticks_which_another_heard_is_stalled() -> None:
    watch = Watch(120)
    held = DONE._replace(committable=3, committed=3)
    further = {ZERO: held, ONE: DONE._replace(closed=9)}
    watch.stalled(ready(further), 0)
    assert watch.stalled(ready(further), 121) == (
        "raw.test-0 has closed interval 7, another partition 9, stands at 10 for 121 s"
    )


def test_a_tick_that_was_sent_to_some_partitions_only_is_its_sender_s_to_send_again() -> None:
    watch = Watch(120)
    told = ready({ZERO: DONE, ONE: DONE._replace(closed=8)})
    watch.stalled(told, 0)
    assert watch.stalled(told, 10_000) is None


def test_recovery_starts_the_count_anew() -> None:
    watch = Watch(120)
    watch.stalled(ready(LAGGING), 0)
    assert watch.stalled(recovering(1, 0), 200) is None
    assert watch.stalled(ready(LAGGING), 300) is None


@pytest.mark.parametrize("moved", [recovering(2, 500), recovering(1, 501)])
def test_a_worker_that_does_not_become_ready_is_stalled_unless_it_comes_nearer(
    moved: Progress,
) -> None:
    watch = Watch(120)
    watch.stalled(recovering(1, 500), 0)
    assert watch.stalled(recovering(1, 500), 121) == "the worker is not ready for 121 s"
    assert watch.stalled(moved, 122) is None
    assert watch.stalled(moved, 242) is None


def test_one_partition_stands_while_another_reads_on() -> None:
    watch = Watch(120)
    for second in range(0, 120, 10):
        watch.stalled(ready({ZERO: Reading(10, 1), ONE: Reading(second, 1)}), second)
    told = watch.stalled(ready({ZERO: Reading(10, 1), ONE: Reading(999, 1)}), 121)
    assert told is not None
    assert told.startswith("raw.test-0 ")


def test_a_partition_that_was_never_answered_for_counts_as_unread() -> None:
    assert unread(None, None) == 1
    assert unread(None, 0) == 0
    assert unread(4, 9) == 5


def joined(folder: Path) -> tuple[Any, Any, Any]:
    """A worker that has read its partition and is ready."""
    app = corrected(folder)
    lanes(app, app.topic(TOPIC, key_type=bytes, value_type=bytes))
    consumer, client = on_tape(app)
    client.highwater = lambda tp: 6  # type: ignore[method-assign]
    client.tape = [{ZERO: records(0, 1, 2)}, {ZERO: records(3, 4, 5)}]
    consumer.joined = app.tables.actives_ready = True
    return app, consumer, client


async def test_progress_tells_read_from_done_from_held_from_committed(tmp_path: Path) -> None:
    app, consumer, _ = joined(tmp_path)
    await consumer.perform_seek()
    first, second = [*await read(consumer), *await read(consumer)]
    app.hold.at(ZERO, 2, closed=7)
    first.ack(consumer)
    await consumer.commit()
    assert progress(app).readings == {ZERO: Reading(6, 0, 3, 2, 2, 7)}
    second.ack(consumer)
    app.hold.at(ZERO, NOTHING_PENDING, closed=8)
    assert progress(app).readings == {ZERO: Reading(6, 0, 6, 6, 2, 8)}
    await consumer.commit()
    assert progress(app).readings == {ZERO: Reading(6, 0, 6, 6, 6, 8)}


async def test_a_chunk_that_is_never_done_ends_the_worker(
    tmp_path: Path, leaving: type[BaseException]
) -> None:
    app, consumer, _ = joined(tmp_path)
    await consumer.perform_seek()
    in_hand = [*await read(consumer), *await read(consumer)]
    watchdog = Watchdog(app, patience=0.05)
    with pytest.raises(leaving, match="70"):
        await asyncio.wait_for(Watchdog._look.fun(watchdog), 20)  # type: ignore[attr-defined]
    assert len(in_hand) == 2
