"""Where the ticks stand in a recording: the log that a live deployment would have written.

Interval n's records stand between tick n - 1 and tick n; the first tick begins every partition.
A tick in the sequence goes to every raw partition, so that each partition's log is this sequence
without the mentions of the others.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from schemas.clock import DAY_MS, INTERVAL_MS, POLL_TICKS, tick_of
from schemas.records import RawMention, Tick

TAIL_POLLS: Final = 10
TAIL_TICKS: Final = DAY_MS // INTERVAL_MS + TAIL_POLLS * POLL_TICKS


def ticks_for_recording(
    mentions: Iterable[RawMention],
    present: Mapping[str, int],
    catalogue_version: int,
    tail_ticks: int = TAIL_TICKS,
) -> Iterator[RawMention | Tick]:
    """Mentions, sorted by `known_time`, with their ticks; after the last, enough ticks that every
    window drains. An empty recording has no ticks. Raises ValueError when the order is broken."""
    first = said = -1
    raw_partitions = dict(present)

    def tick(n: int) -> Tick:
        named = (catalogue_version, catalogue_version)
        return Tick(n=n, first=first, present=raw_partitions, catalogue=named)

    for mention in mentions:
        interval = tick_of(mention.known_time)
        if first < 0:
            first = said = interval - 1
            yield tick(first)
        if interval <= said:
            raise ValueError(f"mention {mention.id} is out of order: its interval is over")
        for n in range(said + 1, interval):
            yield tick(n)
        said = max(said, interval - 1)
        yield mention
    if first >= 0:
        yield from (tick(n) for n in range(said + 1, said + 2 + tail_ticks))
