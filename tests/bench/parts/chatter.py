"""A busy day of entertainment talk: what is said, the log it makes, and that log resolved.

Many simulated worlds talk at once over the same hours, about several hundred entities of the
starter catalogue. Stories keep their shape; only their number is not of this world.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Final

import msgspec

from producers.catalogue.load import load_entities
from producers.simulate.phrases import PLOTS
from producers.simulate.world import World
from producers.ticks import ticks_for_recording
from schemas.clock import HOUR_MS, parse_time, tick_of
from schemas.codec import encode
from schemas.records import Entity, Mention, RawMention, Tick
from schemas.settings import KafkaSection
from streams.core.config import CoreConfig
from streams.core.lifting import RawPartition
from streams.core.resolve import resolve
from streams.replay.in_process import catalogue_of

SOURCE: Final = "newsapi"
BEGIN: Final = parse_time("2026-03-01T00:00:00Z")
HOURS: Final = 8
ACTIVE: Final = 500
CAST: Final = 30
TAIL_TICKS: Final = 60
HOSTS: Final = {"reddit": "www.reddit.com", "youtube": "www.youtube.com", "trades": "variety.com"}

Sent = tuple[int, bytes, bytes]  # partition, -1 for the key's; key; value


@dataclass(frozen=True)
class Chatter:
    """The same talk as a raw log and as a log of mentions; ticks stand in both."""

    entities: tuple[Entity, ...]
    raw: tuple[RawMention | Tick, ...]
    mentions: tuple[Mention | Tick, ...]

    @property
    def raw_count(self) -> int:
        return sum(isinstance(record, RawMention) for record in self.raw)

    @property
    def mention_count(self) -> int:
        return sum(isinstance(record, Mention) for record in self.mentions)

    @property
    def active(self) -> int:
        return len({m.entity_id for m in self.mentions if isinstance(m, Mention)})


def chatter(wanted: int, kafka: KafkaSection) -> Chatter:
    """Talk that resolves to about `wanted` mentions."""
    entities = load_entities()
    said = _said(entities, wanted)
    present = {SOURCE: kafka.raw_partitions}
    raw = tuple(ticks_for_recording(said, present, len(entities), TAIL_TICKS))
    return Chatter(entities, raw, tuple(_resolved(raw, entities, kafka.raw_partitions)))


def _said(entities: Sequence[Entity], wanted: int) -> list[RawMention]:
    """World after world, until enough was said; each has a cast of its own."""
    plain = [e for e in entities if not e.ambiguous and " " in e.name and e.entity_type in PLOTS]
    talked = Random(1).sample(plain, min(ACTIVE, len(plain)))
    first = tick_of(BEGIN)
    said: dict[str, RawMention] = {}
    for seed in count():
        cast = tuple(Random(f"cast {seed}").sample(talked, CAST))
        world = World(seed, BEGIN - 3 * HOUR_MS, cast, tuple(talked))
        for n in range(first, first + HOURS * 60):
            said.update((mention.id, mention) for mention in world.mentions_of(n))
        if len(said) >= wanted:
            break
    drawn = Random(2).sample(sorted(said), wanted)
    chosen = sorted((said[key] for key in drawn), key=lambda m: (m.known_time, m.id))
    return [_as_article(mention, number) for number, mention in enumerate(chosen)]


def _as_article(mention: RawMention, number: int) -> RawMention:
    """All in one source, so that one raw topic holds it; the host says what it was."""
    host = HOSTS.get(mention.source, f"paper{number % 40}.example")
    return msgspec.structs.replace(
        mention, source=SOURCE, source_type="news", url=f"https://{host}/{number}",
        channel=f"Outlet {number % 40}" if mention.source == "google-news" else mention.channel,
    )


def _resolved(
    raw: Sequence[RawMention | Tick], entities: Sequence[Entity], partitions: int
) -> Iterator[Mention | Tick]:
    """What the resolver would write, with every tick passed on as each raw partition's clock."""
    catalogue, config_hash = catalogue_of(entities)(0), CoreConfig().hash
    partition = RawPartition(f"{SOURCE}-0")
    for offset, record in enumerate(raw):
        if isinstance(record, Tick):
            partition.tick(record, offset)
            for tick in partition.pass_on():
                for origin in range(partitions):
                    yield msgspec.structs.replace(tick, origin=f"{SOURCE}-{origin}")
            partition.hold()
        else:
            ready = partition.take(record, offset)
            assert ready is not None, "two ticks ahead the catalogue is named"
            yield from resolve(ready.raw, ready.known_time, catalogue, config_hash).mentions


def raw_messages(told: Chatter, kafka: KafkaSection) -> list[Sent]:
    """The raw topic, ready to be sent: ticks stand in every partition."""
    sent: list[Sent] = []
    for record in told.raw:
        value = encode(record)
        if isinstance(record, Tick):
            sent += [(p, str(record.n).encode(), value) for p in range(kafka.raw_partitions)]
        else:
            sent.append((-1, record.id.encode(), value))
    return sent


def mention_messages(told: Chatter, kafka: KafkaSection) -> list[Sent]:
    """The mentions topic, ready to be sent: ticks stand in every partition."""
    sent: list[Sent] = []
    for record in told.mentions:
        value = encode(record)
        if isinstance(record, Tick):
            sent += [(p, b"", value) for p in range(kafka.keyed_partitions)]
        else:
            sent.append((-1, record.entity_id.encode(), value))
    return sent
