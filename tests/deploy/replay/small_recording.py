"""The small world as topics would hold it: two partitions of each source, one of them trimmed or
not, with a mention that came late and one that came early."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from deploy.replay.recording import manifest as seals
from deploy.replay.recording.making import making
from deploy.replay.recording.manifest import Manifest
from schemas.clock import HOUR_MS, tick_of
from schemas.ids import short_key
from schemas.records import Action, Alert, RawMention, Tick
from schemas.topics import raw_topic
from schemas.version import CODE_VERSION
from streams.core.config import CoreConfig
from streams.replay.reel import Interval
from tests.streams.replay.small_world import ENTITIES, SOURCES, alerts, mentions, reel

PARTITIONS = 2
LATE = mentions()[20]  # arrives an hour behind its time
EARLY = mentions()[30]  # is there two ticks before its interval


def partition_of(mention: RawMention) -> int:
    return short_key(mention.id) % PARTITIONS


def arrival(mention: RawMention, n: int) -> int:
    return n + {LATE.id: 60, EARLY.id: -2}.get(mention.id, 0)


def as_it_arrived() -> list[Interval]:
    """The reel that reading has to give: late ones where they stood, early ones in their time."""
    placed: dict[int, list[RawMention]] = {}
    ticks: list[Tick] = []
    for said, tick in reel():
        ticks.append(tick)
        for mention in said:
            n = max(arrival(mention, tick.n), tick_of(mention.known_time))
            placed.setdefault(n, []).append(mention)
    return [Interval(placed.get(tick.n, []), tick) for tick in ticks]


def record_world(
    out: Path, told: list[Alert] | None = None, votes: Sequence[Action] = ()
) -> Manifest:
    present = dict.fromkeys(SOURCES, PARTITIONS)
    at: dict[int, list[RawMention]] = {}
    for said, tick in reel():
        for mention in said:
            at.setdefault(arrival(mention, tick.n), []).append(mention)
    with making(out) as made:
        offsets: dict[tuple[str, int], int] = {}

        def add(topic: str, partition: int, record: object) -> None:
            offset = offsets.get((topic, partition), 0)
            offsets[topic, partition] = offset + 1
            made.add(topic, partition, offset, record)  # type: ignore[arg-type]

        for entity in ENTITIES:
            add("entities", 0, entity)
        for _, tick in reel():
            whole = msgspec.structs.replace(tick, present=present)
            for mention in at.get(tick.n, ()):
                add(raw_topic(mention.source), partition_of(mention), mention)
            add("ticks", 0, whole)
            for source in SOURCES:
                for partition in range(PARTITIONS):
                    add(raw_topic(source), partition, whole)
        for alert in alerts() if told is None else told:
            add("alerts", partition_of(mentions()[alert.step]), alert)
        for vote in votes:
            add("actions", 0, vote)
        manifest = seals.sealed(Manifest(
            made_from="topics", namespace="test", sources=SOURCES,
            catalogue_version=made.catalogue, code_version=CODE_VERSION,
            config=msgspec.to_builtins(CoreConfig()), config_hash=CoreConfig().hash,
            first_tick=made.ticks[0], last_tick=made.ticks[-1],
            first_known=mentions()[0].known_time, last_known=mentions()[-1].known_time,
            mentions=len(mentions()), files=tuple(made.seal()),
        ))
        seals.write(made.folder, manifest)
    return manifest


assert abs(LATE.known_time - EARLY.known_time) < 48 * HOUR_MS
