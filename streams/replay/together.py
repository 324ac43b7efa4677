"""A run by several shares, and the one partition of stories behind them: the events of one share.

    log ─► batches ─► resolve, a piece of each batch to each share
                         └─► fold, to each share its own names ─► proposals ─► stories ─► alerts

A few batches are on their way at any time, so that no share waits for another. What they let out is
taken in the order of the batches, so that nothing of this is to be seen in the outcome.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from schemas.codec import encode
from schemas.records import Record
from streams.core.config import CoreConfig
from streams.core.proposals import passed
from streams.core.stories import StoryPartition
from streams.replay.account import Account
from streams.replay.batches import Batch
from streams.replay.crew import Answer, AnyFolded, AnyRead, Crew
from streams.replay.digest import Digest

AHEAD: Final = 2  # batches on their way at each stage
T = TypeVar("T")


class Reading(NamedTuple):
    """A batch whose pieces are being resolved."""

    batch: Batch
    pieces: list[Answer[AnyRead]]


class Folding(NamedTuple):
    """A batch that was resolved and is being folded."""

    batch: Batch
    reads: list[AnyRead]
    shares: list[Answer[AnyFolded]]
    kept: Any = None  # what the caller asked for behind it


def ahead(submitted: Iterable[T], most: int) -> Iterator[T]:
    """The same, with so many taken before they are needed."""
    waiting: deque[T] = deque()
    for one in submitted:
        waiting.append(one)
        if len(waiting) > most:
            yield waiting.popleft()
    yield from waiting


def reading(crew: Crew, batches: Iterable[Batch]) -> Iterator[Reading]:
    """Each batch, a piece of it asked of each share."""
    for batch in batches:
        if batch.texts is None:
            pieces = [crew.resolve(k, cut) for k, cut in _cuts(batch.ready, crew.size)]
        else:
            pieces = [crew.recall(k, cut) for k, cut in _cuts(batch.texts, crew.size)]
        yield Reading(batch, pieces)


def _cuts(whole: Sequence[T], shares: int) -> Iterator[tuple[int, Sequence[T]]]:
    """A piece for each share; of few there is none for the last ones."""
    size = -(-len(whole) // shares)
    cuts = (whole[k * size:(k + 1) * size] for k in range(shares))
    return ((k, cut) for k, cut in enumerate(cuts) if cut)


def resolving(crew: Crew, batches: Iterable[Batch]) -> Iterator[tuple[Batch, list[bytes]]]:
    """Each batch with what became of its texts, in their order: lists of `Text` in msgpack."""
    asked = ((batch, [crew.texts(k, cut) for k, cut in _cuts(batch.ready, crew.size)])
             for batch in batches)
    for batch, pieces in ahead(asked, AHEAD * (crew.size > 1)):
        yield batch, [answer() for answer in pieces]


def read(crew: Crew, batches: Iterable[Batch]) -> Iterator[tuple[Batch, list[AnyRead]]]:
    """Each batch with what was read of it, in the order of its texts."""
    for batch, pieces in ahead(reading(crew, batches), AHEAD * (crew.size > 1)):
        yield batch, [answer() for answer in pieces]


class Together:
    """A run, from one batch to the next."""

    def __init__(
        self, crew: Crew, config: CoreConfig, account: Account | None = None,
        stories: dict[bytes, bytes] | None = None,
    ) -> None:
        """`account` and `stories` are those of the part that is not run again."""
        self._crew, self._rows = crew, stories or {}
        self._stories = StoryPartition(config, self._rows)
        self._offset = 0
        self.account = account or Account(Digest())

    def run(
        self, batches: Iterable[Batch], behind: Callable[[Batch], Any] = lambda _: None
    ) -> Iterator[tuple[Batch, Any, list[Record]]]:
        """Each batch with what was asked for behind its fold, and the events that are wanted.

        `behind` is called when a batch was handed to the shares: what it asks of them they do
        before the next one.
        """
        for batch, reads, shares, kept in ahead(
            self._folding(batches, behind), AHEAD * (self._crew.size > 1)
        ):
            yield batch, kept, self._settled(reads, [answer() for answer in shares])

    def _folding(
        self, batches: Iterable[Batch], behind: Callable[[Batch], Any]
    ) -> Iterator[Folding]:
        crew = self._crew
        for batch, reads in read(crew, batches):
            shares = [
                crew.fold(k, [one.mentions[k] for one in reads], [one.names[k] for one in reads],
                          batch.ticks)
                for k in range(crew.size)
            ]
            for one in reads:
                one.mentions = one.names = []  # handed on
            yield Folding(batch, reads, shares, behind(batch))

    def _settled(self, reads: list[AnyRead], shares: list[AnyFolded]) -> list[Record]:
        told: list[Record] = []
        parts: list[AnyRead | AnyFolded] = [*reads, *shares]
        for part in parts:
            self.account.join(part.part)
            told += self._crew.told(part)
        for one in shares:
            for proposal in one.proposals:
                self._offset += 1
                self._stories.proposal(proposal, self._offset)
        for number, one in enumerate(shares):
            if one.closed >= 0:
                self._stories.tick(passed(one.closed, one.first, number, len(shares)))
        for alert in self._stories.close():
            self.account.add("alerts", alert, encode(alert))
            told.append(alert)
        return told

    def story_rows(self) -> dict[bytes, bytes]:
        """All rows of the stories; nothing of them is pending behind a batch."""
        for row in self._stories.take_rows():
            if row.value is not None:
                self._rows[row.key] = row.value
        return self._rows
