"""A log in pieces that several processes can work on: what is ready to be resolved, then its ticks.

    said said TICK said TICK TICK said said TICK | said TICK ...
    └──────────── one batch ends with a tick ───┘

Where a log is cut follows from the log alone, so that a run that goes on cuts it as before.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from schemas.errors import FatalError
from schemas.records import RawMention, Tick
from streams.core.lifting import RawPartition, Ready

MOST_READY: Final = 1_000
MOST_TICKS: Final = 240


class Batch(msgspec.Struct):
    """`places` says how many of the ready stand before each of the ticks."""

    number: int
    ready: list[Ready]
    ticks: list[Tick]
    places: list[int]
    last: int = -1  # the tick that ends it

    @property
    def full(self) -> bool:
        return len(self.ready) >= MOST_READY or len(self.ticks) >= MOST_TICKS


class Lifting:
    """The raw partitions of some sources, one of each: the clock by which their mentions are read.

    As `streams.core.pipeline.Resolving`, which resolves at once what is only made ready here.
    """

    def __init__(self, sources: Sequence[str]) -> None:
        self._raw = {source: RawPartition(f"{source}-0") for source in sources}
        self._offset = -1

    def feed(self, record: RawMention | Tick) -> Iterator[Ready | Tick]:
        """What this record makes ready, and the ticks that are passed on behind it.

        Raises FatalError for a source that was not named, and when a log begins with no tick.
        """
        self._offset += 1
        if isinstance(record, Tick):
            for partition in self._raw.values():
                yield from partition.tick(record, self._offset)
                yield from partition.pass_on()
                partition.hold()
            return
        own = self._raw.get(record.source)
        if own is None:
            raise FatalError(f"a mention of {record.source}; the log is of {', '.join(self._raw)}")
        if not own.started:
            raise FatalError("a raw log begins with a tick; this one begins with a mention")
        at_once = own.take(record, self._offset)
        if at_once:
            yield at_once


def batches(log: Iterable[RawMention | Tick], sources: Sequence[str]) -> Iterator[Batch]:
    """The log of these sources, lifted and cut."""
    lifting, batch = Lifting(sources), Batch(0, [], [], [])
    for record in log:
        for one in lifting.feed(record):
            if isinstance(one, Tick):
                batch.ticks.append(one)
                batch.places.append(len(batch.ready))
            else:
                batch.ready.append(one)
        if isinstance(record, Tick):
            batch.last = record.n
            if batch.full:
                yield batch
                batch = Batch(batch.number + 1, [], [], [])
    if batch.ready or batch.ticks:
        yield batch
