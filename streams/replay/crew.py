"""The shares of a run, in this process or in processes of their own. Same calls, same answers."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from os import getpid
from pathlib import Path
from typing import Any, Protocol, TypeVar

from schemas.errors import FatalError
from schemas.records import Proposal, Record, Tick
from streams.core.lifting import Ready
from streams.replay import process
from streams.replay.account import Part
from streams.replay.kept_share import KeptShare, read_shares, write_share
from streams.replay.share import Share, Task
from streams.replay.texts import Text

T = TypeVar("T")
Answer = Callable[[], T]  # waits until it is there


class AnyRead(Protocol):
    """What was read of a piece; the lists are by share, and their contents for `Crew.fold`."""

    mentions: list[Any]
    names: list[Any]
    part: Part


class AnyFolded(Protocol):
    """What one share let out."""

    proposals: list[Proposal]
    closed: int
    first: int
    part: Part


class Crew(Protocol):
    """Calls to one share are done in their order."""

    size: int

    def texts(self, share: int, piece: Sequence[Ready]) -> Answer[bytes]: ...
    def resolve(self, share: int, piece: Sequence[Ready]) -> Answer[AnyRead]: ...
    def recall(self, share: int, piece: Sequence[Text]) -> Answer[AnyRead]: ...
    def fold(
        self, share: int, mentions: list[Any], names: list[Any], ticks: Sequence[Tick]
    ) -> Answer[AnyFolded]: ...
    def told(self, found: AnyRead | AnyFolded) -> Sequence[Record]: ...
    def save(self, share: int, file: Path) -> Answer[KeptShare]: ...
    def restore(self, files: list[KeptShare], folder: Path) -> None: ...
    def close(self) -> None: ...


class Here:
    """All shares in this very process, which does at once what is asked of them."""

    def __init__(self, task: Task) -> None:
        self.size = task.shares
        self._shares = [Share(task) for _ in range(task.shares)]

    def texts(self, share: int, piece: Sequence[Ready]) -> Answer[bytes]:
        found = process.pack(self._shares[share].texts(piece))
        return lambda: found

    def resolve(self, share: int, piece: Sequence[Ready]) -> Answer[AnyRead]:
        found = self._shares[share].resolve(piece)
        return lambda: found

    def recall(self, share: int, piece: Sequence[Text]) -> Answer[AnyRead]:
        found = self._shares[share].recall(piece)
        return lambda: found

    def fold(
        self, share: int, mentions: list[Any], names: list[Any], ticks: Sequence[Tick]
    ) -> Answer[AnyFolded]:
        found = self._shares[share].fold(
            [one for some in mentions for one in some], [one for some in names for one in some],
            ticks,
        )
        return lambda: found

    def told(self, found: Any) -> Sequence[Record]:
        records: list[Record] = found.told
        return records

    def save(self, share: int, file: Path) -> Answer[KeptShare]:
        kept = write_share(self._shares[share], file)
        return lambda: kept

    def restore(self, files: list[KeptShare], folder: Path) -> None:
        for number, share in enumerate(self._shares):
            read_shares(share, files, folder, number, self.size)

    def close(self) -> None:
        """Nothing was opened."""


class Processes:
    """A share in each of several processes. Each has an executor of its own: its state is there."""

    def __init__(self, task: Task) -> None:
        self.size = task.shares
        self._ticks: tuple[Sequence[Tick], bytes] = ((), b"")
        self._pools = [
            ProcessPoolExecutor(1, get_context("spawn"), process.start, (task,))
            for _ in range(task.shares)
        ]
        try:
            with process.starting() as self._started:
                for pool in self._pools:
                    pool.submit(getpid)  # an executor starts its process when it is first asked
        except BaseException:
            self.close()
            raise

    def _ask(
        self, share: int, read: Callable[[Any], T], call: Callable[..., Any], *told: Any
    ) -> Answer[T]:
        try:
            coming: Future[Any] = self._pools[share].submit(call, *told)
        except BrokenProcessPool:
            raise self._ended(share) from None

        def wait() -> T:
            try:
                return read(coming.result())
            except BrokenProcessPool:
                raise self._ended(share) from None

        return wait

    def _ended(self, share: int) -> FatalError:
        return FatalError(
            f"worker process {share + 1} of {self.size} ended before its work was done (killed, or"
            " out of memory): the run is over without a result")

    def texts(self, share: int, piece: Sequence[Ready]) -> Answer[bytes]:
        return self._ask(share, _same, process.texts, process.pack(piece))

    def resolve(self, share: int, piece: Sequence[Ready]) -> Answer[AnyRead]:
        return self._ask(share, process.read_bytes, process.resolve, process.pack(piece))

    def recall(self, share: int, piece: Sequence[Text]) -> Answer[AnyRead]:
        return self._ask(share, process.read_bytes, process.recall, process.pack(piece))

    def fold(
        self, share: int, mentions: list[Any], names: list[Any], ticks: Sequence[Tick]
    ) -> Answer[AnyFolded]:
        if self._ticks[0] is not ticks:
            self._ticks = ticks, process.pack(ticks)
        return self._ask(share, process.folded_bytes, process.fold, mentions, names,
                         self._ticks[1])

    def told(self, found: Any) -> Sequence[Record]:
        return process.told_of(found.told)

    def save(self, share: int, file: Path) -> Answer[KeptShare]:
        return self._ask(share, _same, process.save, file)

    def restore(self, files: list[KeptShare], folder: Path) -> None:
        answers = [self._ask(k, _same, process.restore, files, folder, k, self.size)
                   for k in range(self.size)]
        for answer in answers:
            answer()

    def pids(self) -> list[int]:
        """Of the processes, each of which is there when this returns."""
        return [self._ask(k, int, getpid)() for k in range(self.size)]

    def close(self) -> None:
        process.stop(self._pools, self._started)


def _same(answer: T) -> T:
    return answer


def crew_of(task: Task) -> Crew:
    """A process for each share; for a single one none."""
    return Here(task) if task.shares == 1 else Processes(task)
