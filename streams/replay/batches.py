"""A log in pieces that several processes can work on: what is ready to be resolved, then its ticks.

    said said TICK said TICK TICK said said TICK | said TICK ...
    └──────────── one batch ends with a tick ───┘

Where a log is cut follows from the log alone, so that a run that goes on cuts it as before.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from schemas.records import RawMention, Tick
from streams.core.lifting import Ready
from streams.core.pipeline import Lifting
from streams.replay.texts import Text

MOST_READY: Final = 1_000
MOST_TICKS: Final = 240


class Batch(msgspec.Struct):
    """`places` says how many of the ready stand before each of the ticks; `texts` what became of
    each of the ready, where that is known from before."""

    number: int
    ready: list[Ready]
    ticks: list[Tick]
    places: list[int]
    last: int = -1  # the tick that ends it
    texts: list[Text] | None = None

    @property
    def full(self) -> bool:
        return len(self.ready) >= MOST_READY or len(self.ticks) >= MOST_TICKS


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
