"""The promises, kept on a real broker through kills, rebalances, refusals, exceptions and freezes.

The input ends inside each experiment: later updates of a key would heal a lost write and hide it.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.streams.runtime.lab import EXACT, Lab

RECORDS = 6_000
SLOT = "slot-0"  # a static member comes back without waiting for its dead self's session
PACE = 0.002  # seconds per record between the acknowledged outputs and the table writes


@pytest.fixture
def lab(kafka_bootstrap: str, tmp_path: Path) -> Iterator[Lab]:
    lab = Lab(kafka_bootstrap, tmp_path)
    yield lab
    lab.close()


def killed_after(lab: Lab, times: int, **plan: object) -> None:
    """Kill a worker again and again, each time after it has come a part of the way."""
    for share in range(1, times + 1):
        worker = lab.start(**plan)
        lab.wait_committed(share * lab.fed // (times + 2))
        lab.kill(worker)


def test_killed_three_times_nothing_is_lost_and_every_count_is_right(lab: Lab) -> None:
    lab.feed(RECORDS)
    killed_after(lab, 3, pace=PACE / 4, instance=SLOT)
    worker = lab.start(instance=SLOT)
    lab.wait_committed(RECORDS)
    assert lab.stop(worker) == 0
    verdict = lab.judge()
    assert verdict.exact == EXACT
    assert verdict.committed == RECORDS


@pytest.mark.soak
def test_a_second_worker_joins_and_leaves_three_times(lab: Lab) -> None:
    first = lab.start(pace=PACE / 10)
    lab.wait_ready(first)
    for _ in range(3):
        lab.feed(RECORDS // 6)
        second = lab.start(pace=PACE / 10)
        lab.wait_shared(first, second)
        lab.feed(RECORDS // 6)
        assert lab.stop(second) == 0
    lab.wait_committed(lab.fed)
    assert lab.stop(first) == 0
    verdict = lab.judge()
    assert verdict.exact == EXACT
    assert verdict.again == 0


def test_a_refused_record_ends_the_worker_and_is_sent_after_the_restart(lab: Lab) -> None:
    lab.feed(RECORDS)
    worker = lab.start(pace=PACE / 4, instance=SLOT)
    lab.wait_committed(RECORDS // 10)
    lab.configure(lab.sink, "max.message.bytes", "80")
    assert worker.wait(60) == 70
    assert f"did not take a record: {lab.sink}" in lab.log(worker)
    assert lab.committed() < RECORDS
    lab.configure(lab.sink, "max.message.bytes", "1048588")
    after = lab.start(instance=SLOT)
    lab.wait_committed(RECORDS)
    assert lab.stop(after) == 0
    assert lab.judge().exact == EXACT


def test_a_refused_changelog_record_ends_the_worker_before_its_commit(lab: Lab) -> None:
    lab.feed(RECORDS)
    worker = lab.start(pace=PACE / 4, instance=SLOT)
    lab.wait_committed(RECORDS // 10)
    lab.configure(lab.changelog, "max.message.bytes", "70")
    assert worker.wait(60) == 70
    assert f"did not take a record: {lab.changelog}" in lab.log(worker)
    lab.configure(lab.changelog, "max.message.bytes", "1048588")
    after = lab.start(instance=SLOT)
    lab.wait_committed(RECORDS)
    assert lab.stop(after) == 0
    assert lab.judge().exact == EXACT


def test_an_exception_ends_the_worker_with_70_and_loses_nothing(lab: Lab) -> None:
    lab.feed(RECORDS)
    worker = lab.start(poison=str(RECORDS // 2), instance=SLOT)
    assert worker.wait(60) == 70
    assert "raised" in lab.log(worker)
    after = lab.start(instance=SLOT)
    lab.wait_committed(RECORDS)
    assert lab.stop(after) == 0
    assert lab.judge().exact == EXACT


def test_a_frozen_worker_wakes_up_fenced_off(lab: Lab) -> None:
    lab.feed(RECORDS)
    frozen, other = lab.start(pace=PACE), lab.start(pace=PACE / 10)
    lab.wait_shared(frozen, other)
    lab.wait_committed(lab.committed() + 1)
    lab.freeze(frozen)
    lab.wait_taken_over(other)  # who has nothing left to do is done before the session is over
    lab.wait_committed(RECORDS)
    lab.thaw(frozen)
    assert frozen.wait(120) == 70
    assert lab.stop(other) == 0
    assert lab.judge().exact == EXACT


@pytest.mark.soak
def test_killed_five_times_without_a_slot_of_its_own(lab: Lab) -> None:
    lab.feed(2 * RECORDS)
    killed_after(lab, 5, pace=PACE / 4)
    worker = lab.start()
    lab.wait_committed(lab.fed)
    assert lab.stop(worker) == 0
    assert lab.judge().exact == EXACT


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_ten_rounds_of_kills_joins_and_freezes(lab: Lab) -> None:
    steady = lab.start(pace=PACE / 4)
    for turn, trouble in zip(
        range(10), itertools.cycle((lab.kill, lab.stop, lab.freeze)), strict=False
    ):
        lab.feed(RECORDS // 2)
        guest = lab.start(pace=PACE / (1 + turn % 3))
        lab.wait_shared(steady, guest)
        trouble(guest)
        lab.wait_taken_over(steady)
        lab.wait_committed(lab.fed)
        lab.thaw(guest) if guest.poll() is None else None
        lab.wait("the guest's end", lambda g=guest: g.poll() is not None)
        assert steady.poll() is None
        assert lab.judge().exact == EXACT
    assert lab.stop(steady) == 0
