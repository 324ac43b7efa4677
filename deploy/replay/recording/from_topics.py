"""A live namespace into a sealed recording: raw topics, ticks, catalogue, and the alerts they led
to, so that these can be recomputed from it. Reads to where the topics ended when it began."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from deploy.replay.recording import manifest as seals
from deploy.replay.recording.making import Making, making
from deploy.replay.recording.manifest import Manifest
from deploy.replay.topic_reader import Place, read_places
from schemas.clock import Millis, end_of, iso
from schemas.codec import decode
from schemas.errors import SettingsError, UndecodableError
from schemas.records import Alert, Entity, RawMention, Record, Tick
from schemas.settings import KafkaSection
from schemas.sources import SOURCE_TYPES
from schemas.topics import BY_NAME, raw_topic
from schemas.version import CODE_VERSION
from streams.core.config import CoreConfig

RAW: Final = tuple(raw_topic(source) for source in SOURCE_TYPES)
BESIDE: Final = ("entities", "ticks", "alerts", "actions")
WHOLE: Final = frozenset({"entities"})  # the catalogue is what all of it adds up to


@dataclass
class Taken:
    """What was taken so far, as far as a manifest tells it."""

    made: Making
    until: Millis | None
    over: set[tuple[str, int]] = field(default_factory=set)  # partitions that are past `until`
    sources: set[str] = field(default_factory=set)
    hashes: set[str] = field(default_factory=set)  # of the configurations behind the alerts
    known: list[Millis] = field(default_factory=list)  # first and last
    mentions: int = 0
    unreadable: int = 0

    def take(self, place: Place, value: bytes) -> None:
        """Keep a message, unless it is too late. One that nobody can read is counted."""
        if (place.topic, place.partition) in self.over:
            return
        try:
            record = decode(value)
        except UndecodableError:
            self.unreadable += 1
        else:
            self.keep(place, record)

    def keep(self, place: Place, record: Record) -> None:
        """`take`, of what was read already."""
        if (place.topic, place.partition) in self.over:
            return
        if self._late(record):
            if isinstance(record, Tick):  # all behind it is later, too
                self.over.add((place.topic, place.partition))
            return
        self._note(record)
        self.made.add(place.topic, place.partition, place.offset, record)

    def _late(self, record: Record) -> bool:
        if self.until is None or isinstance(record, Entity | RawMention):
            return False
        if isinstance(record, Tick):
            return end_of(record.n) > self.until
        known: Millis = getattr(record, "known_time", 0)
        return known > self.until

    def _note(self, record: Record) -> None:
        if isinstance(record, Tick):
            self.sources |= record.present.keys()
        elif isinstance(record, RawMention):
            self.sources.add(record.source)
            self.mentions += 1
            at = record.known_time
            first, last = self.known or (at, at)
            self.known = [min(first, at), max(last, at)]
        elif isinstance(record, Alert):
            self.hashes.add(record.config_hash)


def record_topics(
    kafka: KafkaSection, out: Path, core: CoreConfig, since: Millis = 0,
    until: Millis | None = None, topics: Sequence[str] = (),
) -> Manifest:
    """The sealed recording's manifest. `core` is the configuration as far as we know it.

    Raises SettingsError for an unknown topic, and when there is nothing to record.
    """
    wanted = topics or (*RAW, *BESIDE)
    unknown = [topic for topic in wanted if topic not in BY_NAME]
    if unknown:
        raise SettingsError(f"no topic {unknown[0]!r}; `heat topics list` names all")
    with making(out) as made:
        taken = Taken(made, until)
        for topic in dict.fromkeys((*wanted, "entities", "ticks")):
            read_places(kafka, topic, taken.take, 0 if topic in WHOLE else since)
        if not made.ticks:
            raise SettingsError(
                f"namespace {kafka.namespace or '(the usual)'} has no ticks"
                f"{f' since {iso(since)}' if since else ''}: there is nothing to replay"
            )
        manifest = manifest_of(taken, kafka.namespace, core, since)
        seals.write(made.folder, manifest)
    return manifest


def manifest_of(
    taken: Taken, namespace: str, core: CoreConfig, since: Millis,
    made_from: Literal["topics", "archive"] = "topics",
) -> Manifest:
    """Of all that was taken."""
    made, files = taken.made, tuple(taken.made.seal())
    # What we were told is of use only if the alerts were computed with it.
    ours = taken.hashes <= {core.hash}
    config: dict[str, Any] | None = msgspec.to_builtins(core) if ours else None
    first, last = taken.known or (end_of(made.ticks[0]), end_of(made.ticks[-1]))
    return seals.sealed(Manifest(
        made_from=made_from, namespace=namespace, simulated="simulated" in taken.sources,
        sources=tuple(sorted(taken.sources)), catalogue_version=made.catalogue,
        code_version=CODE_VERSION, config=config,
        config_hash=",".join(sorted(taken.hashes)) or core.hash,
        since=since or None, until=taken.until, first_tick=made.ticks[0],
        last_tick=made.ticks[-1], first_known=first, last_known=last,
        mentions=taken.mentions, unreadable=taken.unreadable, files=files,
    ))
