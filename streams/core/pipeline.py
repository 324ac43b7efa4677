"""The whole computation as one fold over a log of raw mentions and ticks, for replay and parity.

The very functions that the agents call, on one raw partition, one partition of mentions and the one
of proposals, with no broker between. A log is what a raw partition holds: ticks among the data.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from schemas.errors import FatalError
from schemas.records import Proposal, RawMention, Record, Tick
from streams.core.config import CoreConfig
from streams.core.intervals import MentionPartition
from streams.core.lifting import RawPartition, Ready
from streams.core.proposals import passed
from streams.core.resolve import Catalogue, Resolved, resolve
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
}


def emitted(record: Record) -> Emitted:
    return Emitted(TOPIC_OF[record.schema_name], record)


class Pipeline:
    """Feed it the log of one source in order; it hands back what each record lets out."""

    def __init__(self, source: str, catalogue_at: CatalogueAt, config: CoreConfig) -> None:
        self._catalogue_at = catalogue_at
        self._hash = config.hash
        self._raw = RawPartition(f"{source}-0")
        self._mentions = MentionPartition(config, {})
        self._stories = StoryPartition(config, {})
        self._offset = -1

    def feed(self, record: RawMention | Tick) -> Iterator[Emitted]:
        """What this record lets out. Raises FatalError when the log does not begin with a tick."""
        self._offset += 1
        if isinstance(record, Tick):
            yield from self._tick(record)
            return
        if not self._raw.started:
            raise FatalError("a raw log begins with a tick; this one begins with a mention")
        ready = self._raw.take(record, self._offset)
        if ready:
            yield from self._resolve(ready)

    def _tick(self, tick: Tick) -> Iterator[Emitted]:
        for ready in self._raw.tick(tick, self._offset):
            yield from self._resolve(ready)
        for copy in self._raw.pass_on():
            self._mentions.tick(copy)
        for event in self._mentions.close():
            yield emitted(event)
            if isinstance(event, Proposal):
                self._stories.proposal(event, self._offset)
        progress = self._mentions.progress
        self._stories.tick(passed(progress.closed, progress.first, 0, 1))
        for alert in self._stories.close():
            yield emitted(alert)
        self._raw.hold()

    def _resolve(self, ready: Ready) -> Iterator[Emitted]:
        found = self.resolved(ready)
        for mention in found.mentions:
            self._mentions.mention(mention, self._offset)
            yield emitted(mention)
        for candidate in found.candidates:
            yield emitted(candidate)

    def resolved(self, ready: Ready) -> Resolved:
        catalogue = self._catalogue_at(ready.catalogue_version)
        return resolve(ready.raw, ready.known_time, catalogue, self._hash)


def run(
    log: Iterable[RawMention | Tick], source: str, catalogue_at: CatalogueAt, config: CoreConfig
) -> Iterator[Emitted]:
    """Every event of a recording."""
    pipeline = Pipeline(source, catalogue_at, config)
    for record in log:
        yield from pipeline.feed(record)


