"""A recording as the core takes it: what was said in an interval, then the tick that ends it.

    tick 6 | said, said | tick 7 | | tick 8 | said | tick 9 ...
             `Interval(said, tick 7)`

Where a mention stands is when it arrived; its own `known_time` may be earlier, and is lifted then.
It is never later: a replay that knew a mention before its time would know the future.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from schemas.clock import Millis, end_of, iso, tick_of
from schemas.errors import FatalError
from schemas.records import RawMention, Tick


class Interval(NamedTuple):
    """What arrived between two ticks, and the second of them."""

    said: list[RawMention]
    tick: Tick


class FutureError(FatalError):
    """A mention stands where nobody could have known it yet, or the ticks are out of order."""


def intervals_of(log: Iterable[RawMention | Tick]) -> Iterator[Interval]:
    """A log of mentions and ticks, cut at its ticks. Raises FatalError when it ends without one."""
    said: list[RawMention] = []
    for record in log:
        if isinstance(record, Tick):
            yield Interval(said, record)
            said = []
        else:
            said.append(record)
    if said:
        raise FatalError(f"the log ends with mention {said[-1].id}; it has to end with a tick")


def log_of(reel: Iterable[Interval]) -> Iterator[RawMention | Tick]:
    """The log again, and proof that nothing in it comes before its time.

    Raises FutureError naming the mention or the tick.
    """
    last = -1
    for said, tick in reel:
        if last >= 0 and tick.n != last + 1:
            raise FutureError(f"tick {tick.n} follows tick {last}: ticks leave no number out")
        for raw in said:
            if tick_of(raw.known_time) > tick.n:
                raise FutureError(
                    f"mention {raw.id} of {raw.source} is known at {iso(raw.known_time)} and"
                    f" stands before tick {tick.n}, which ends at {iso(end_of(tick.n))}"
                )
        yield from said
        yield tick
        last = tick.n


def cut(reel: Iterable[Interval], until: Millis) -> Iterator[Interval]:
    """What was known by then: the intervals that were over."""
    for interval in reel:
        if end_of(interval.tick.n) > until:
            return
        yield interval
