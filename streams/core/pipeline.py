"""The whole computation as one fold over a log of raw mentions and ticks, for replay and parity.

The very functions that the agents call, on one raw partition of each source, one partition of
mentions and the one of proposals, with no broker between. A log is what a raw partition holds:
ticks among the data.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from schemas.errors import FatalError
from schemas.records import Candidate, Mention, Proposal, RawMention, Record, Tick
from streams.core.config import CoreConfig
from streams.core.discovery import NAMES
from streams.core.intervals import MentionPartition
from streams.core.lifting import RawPartition, Ready
from streams.core.naming import name_of
from streams.core.proposals import passed
from streams.core.resolve import Catalogue, resolve
from streams.core.stories import StoryPartition

CatalogueAt = Callable[[int], Catalogue]


class Emitted(NamedTuple):
    """A record and the topic it goes to."""

    topic: str
    record: Record


TOPIC_OF = {
    "mention": "mentions",
    "candidate": "entities.candidates",
    "velocity": "velocity",
    "heat": "heat",
    "proposal": "alerts.proposed",
    "alert": "alerts",
    "discovery": "discoveries",
    "question": "resolve.queue",
}


def emitted(record: Record) -> Emitted:
    return Emitted(TOPIC_OF[record.schema_name], record)


class Lifting:
    """The raw partitions of some sources, one of each: when their mentions can be read."""

    def __init__(self, sources: Sequence[str]) -> None:
        self._raw = {source: RawPartition(f"{source}-0") for source in sources}
        self._offset = -1

    def feed(self, record: RawMention | Tick) -> Iterator[Ready | Tick]:
        """What this record makes ready, and the ticks that are passed on behind it.

        A tick is for every source, and comes out once for each partition whose clock it moved, as
        on `mentions`. Raises FatalError for a source that was not named, and when a log begins
        with no tick.
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


class Resolving:
    """What is ready, resolved by the catalogue of its time."""

    def __init__(
        self, sources: Sequence[str], catalogue_at: CatalogueAt, config: CoreConfig
    ) -> None:
        self._catalogue_at = catalogue_at
        self._hash = config.hash
        self._lifting = Lifting(sources)

    def feed(self, record: RawMention | Tick) -> Iterator[Mention | Candidate | Tick]:
        """What this record lets out; ticks, and what is refused, as `Lifting` has them."""
        for one in self._lifting.feed(record):
            if isinstance(one, Tick):
                yield one
            else:
                yield from self.resolved(one)

    def resolved(self, ready: Ready) -> Iterator[Mention | Candidate]:
        catalogue = self._catalogue_at(ready.catalogue_version)
        found = resolve(ready.raw, ready.known_time, catalogue, self._hash)
        yield from found.mentions
        yield from found.candidates


class Measuring:
    """One partition of mentions and the stories behind it: mentions and ticks in, events out."""

    def __init__(self, config: CoreConfig) -> None:
        self._mentions = MentionPartition(config, {})
        self._stories = StoryPartition(config, {})
        self._offset = -1

    def feed(self, record: Mention | Tick) -> Iterator[Record]:
        """What this record lets out: nothing, until a tick closes an interval."""
        self._offset += 1
        if isinstance(record, Mention):
            self._mentions.mention(record, self._offset)
            return
        self._mentions.tick(record)
        if not self._mentions.closable:
            return
        for event in self._mentions.close():
            yield event
            if isinstance(event, Proposal):
                self._stories.proposal(event, self._offset)
        progress = self._mentions.progress
        self._stories.tick(passed(progress.closed, progress.first, 0, 1))
        yield from self._stories.close()


class Discovering:
    """One partition of candidates: names and ticks in, discoveries and questions out."""

    def __init__(self, config: CoreConfig) -> None:
        self._names = MentionPartition(config, {}, NAMES)
        self._offset = -1

    def feed(self, record: Candidate | Tick) -> Iterator[Record]:
        """What this record lets out: nothing, until a tick closes an interval."""
        self._offset += 1
        if isinstance(record, Tick):
            self._names.tick(record)
            yield from self._names.close()
        elif name_of(record):
            self._names.mention(record, self._offset)


def run(
    log: Iterable[RawMention | Tick],
    sources: Sequence[str],
    catalogue_at: CatalogueAt,
    config: CoreConfig,
) -> Iterator[Emitted]:
    """Every event of a recording of these sources."""
    resolving, measuring = Resolving(sources, catalogue_at, config), Measuring(config)
    discovering = Discovering(config)
    for record in log:
        for read in resolving.feed(record):
            if not isinstance(read, Tick):
                yield emitted(read)
            if not isinstance(read, Candidate):
                for event in measuring.feed(read):
                    yield emitted(event)
            if not isinstance(read, Mention):
                for event in discovering.feed(read):
                    yield emitted(event)
