"""A fetch that is under way while partitions change hands: wherever it is taken and comes back.

    reading      revoked    assigned    sought    resumed      reading
    a fetch is
    begun -------------- taken ------------------- returned

The client takes records off the log at one moment and hands them over at a later one.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.streams.runtime.taped import ZERO, TapedClient, corrected, on_tape, read, records

END = 30
FETCH = 4
Step = Callable[[], Awaitable[None]]


class LogClient(TapedClient):
    """Reads a log from where it stands; a rebalance comes while a fetch is under way."""

    def __init__(self) -> None:
        super().__init__(ZERO)
        self.position = 0
        self.before: list[Step] = []  # the fetch waits for them, and then takes its records
        self.behind: list[Step] = []  # they come while its records are on their way

    async def getmany(self, active: Any, timeout: float) -> dict[Any, Any]:  # noqa: ASYNC109
        for step in self._taken("before"):
            await step()
        offsets = range(self.position, min(self.position + FETCH, END))
        self.position = offsets.stop if offsets else self.position
        for step in self._taken("behind"):
            await step()
        return {ZERO: records(*offsets)} if offsets else {}

    def _taken(self, steps: str) -> list[Step]:
        taken: list[Step] = getattr(self, steps)
        setattr(self, steps, [])
        return taken

    async def seek_to_committed(self) -> dict[Any, int | None]:
        self.position = self.committed.get(ZERO, self.position)
        return await super().seek_to_committed()

    async def seek_wait(self, offsets: Any) -> None:
        self.position = offsets[ZERO]


class Worker:
    """One partition, its reader, and what became of each record."""

    def __init__(self, folder: Path) -> None:
        self.app = corrected(folder)
        self.consumer, _ = on_tape(self.app)
        self.client = self.consumer._thread = LogClient()
        self.done: set[int] = set()
        self.held = 0  # commits stay below the newest so many records

        async def nothing(*_: Any, **__: Any) -> None: ...

        self.consumer._on_partitions_revoked = self.consumer._on_partitions_assigned = nothing

    async def read(self) -> None:
        for message in await read(self.consumer):
            message.ack(self.consumer)
            self.done.add(message.offset)
        self.app.hold.at(ZERO, max(0, len(self.done) - self.held))

    async def revoke(self) -> None:
        await self.consumer.on_partitions_revoked({ZERO})
        self.app.hold.release([ZERO])

    async def assign(self) -> None:
        self.client.position = self.client.committed.get(ZERO, 0)  # as Kafka begins
        self.done = set(range(self.client.position))  # the agent begins anew
        self.app.consumer_generation_id += 1
        await self.consumer.on_partitions_assigned({ZERO}, self.app.consumer_generation_id)

    async def resume(self) -> None:
        self.app.flow_control.resume()
        self.consumer.resume_flow()

    @property
    def rebalance(self) -> list[Step]:
        return [self.revoke, self.assign, self.consumer.perform_seek, self.resume]


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    read_before=st.integers(0, 3),
    held=st.sampled_from([0, 2, END]),
    cuts=st.tuples(st.integers(0, 4), st.integers(0, 4)).map(sorted),
)
@example(read_before=0, held=END, cuts=[2, 4])  # comes back when all is over
@example(read_before=2, held=END, cuts=[0, 1])  # comes back when the books are closed
async def test_no_record_is_passed_over_wherever_a_rebalance_meets_a_fetch(
    tmp_path: Path, read_before: int, held: int, cuts: list[int]
) -> None:
    worker = Worker(tmp_path)
    worker.held = held
    await worker.resume()
    for _ in range(read_before):
        await worker.read()
    taken, returned = cuts
    steps = worker.rebalance
    worker.client.before, worker.client.behind = steps[:taken], steps[taken:returned]
    await worker.read()
    for step in steps[returned:]:
        await step()
    worker.held = 0
    for _ in range(END):
        await worker.read()
    await worker.consumer.commit()
    assert worker.done == set(range(END))
    assert worker.client.committed == {ZERO: END}


async def test_who_owned_nothing_reads_nothing_before_tables_are_there(tmp_path: Path) -> None:
    worker = Worker(tmp_path)
    flowed: list[bool] = []

    async def assigned(*_: Any) -> None:
        flowed.append(worker.consumer.flow_active or worker.app.flow_control.is_active())

    worker.consumer._on_partitions_assigned = assigned
    await worker.resume()  # as at the end of a recovery of nothing
    await worker.consumer.on_partitions_revoked(set())
    await worker.assign()
    assert flowed == [False]


async def test_a_seek_that_failed_is_done_before_anything_is_read(tmp_path: Path) -> None:
    worker = Worker(tmp_path)
    await worker.resume()
    await worker.read()
    seek, worker.client.seek_wait = worker.client.seek_wait, unanswered  # type: ignore[method-assign]
    with pytest.raises(TimeoutError):
        await worker.consumer.perform_seek()
    worker.client.position, worker.client.seek_wait = END, seek  # type: ignore[method-assign]
    for _ in range(END):
        await worker.read()
    await worker.consumer.commit()
    assert worker.client.committed == {ZERO: END}


async def unanswered(offsets: Any) -> None:
    raise TimeoutError


async def test_a_commit_that_fails_late_does_not_stand_in_the_way_of_the_next_ones(
    tmp_path: Path,
) -> None:
    worker = Worker(tmp_path)
    await worker.resume()
    await worker.read()
    await worker.consumer.commit()
    await worker.read()

    async def refused_late(offsets: Any) -> bool:
        worker.client.committed = {ZERO: 2 * FETCH}  # by whoever had the partition meanwhile
        await worker.consumer.perform_seek()
        return False

    commit, worker.client.commit = worker.client.commit, refused_late  # type: ignore[method-assign]
    assert not await worker.consumer.commit()
    worker.client.commit = commit  # type: ignore[method-assign]
    for _ in range(END):
        await worker.read()
    await worker.consumer.commit()
    assert worker.client.committed == {ZERO: END}
