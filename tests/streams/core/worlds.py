"""Small random worlds of mentions and ticks, and the obvious way to fold them.

The reference knows nothing of partitions, pending records, appointments or jumps: it looks at
every entity at every tick.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.clock import HOUR_MS, INTERVAL_MS, tick_of
from schemas.records import Mention, Record, Tick
from streams.core.config import CoreConfig
from streams.core.coverage import Watched, watch
from streams.core.measure import Lineage, fresh
from streams.core.proposals import propose
from streams.core.state import EntityState

FIRST = 28_000_000
SOURCES = ("reddit", "google-news")
TYPE_OF = {"reddit": "social", "google-news": "news", "trades": "trade", "youtube": "video"}


def mention(
    number: int, entity: str, known_time: int, source: str = "reddit", **changes: object
) -> Mention:
    """A counted mention of its own author and text, unless told otherwise."""
    fields: dict[str, object] = {
        "id": f"{number:08d}", "event_time": known_time, "known_time": known_time,
        "source": source, "source_type": TYPE_OF[source], "raw_id": f"r{number}",
        "entity_id": entity, "entity_name": entity.title(), "entity_type": "person",
        "surface": entity, "score": 2.0, "margin": 1.0, "about": "subject", "sentiment": 0.1,
        "intensity": 0.4, "spam": 0.0, "outlet": f"outlet-{number % 17}",
        "author_key": number, "text_key": number, "title": f"{entity} {number}",
        "config_hash": "c", "catalogue_version": 1, "code_version": "v", "causation": (),
    }
    return Mention(**{**fields, **changes})  # type: ignore[arg-type]


@dataclass(frozen=True)
class World:
    """Mentions in the order of `known_time`, and who is present at which tick."""

    mentions: tuple[Mention, ...]
    last: int
    absent: frozenset[int] = frozenset()  # ticks without the second source

    def present(self, n: int, partitions: int) -> dict[str, int]:
        sources = SOURCES[:1] if n in self.absent else SOURCES
        return dict.fromkeys(sources, partitions)

    def tick(self, n: int, origin: str, partitions: int) -> Tick:
        return Tick(n=n, first=FIRST, present=self.present(n, partitions), catalogue=(1, 1),
                    origin=origin)


def world(seed: int, hours: int = 40, entities: int = 6, absent: range = range(0)) -> World:
    """Background chatter and one burst per entity, with copies, late and passing mentions."""
    rnd = random.Random(seed)
    names = [f"name-{i}" for i in range(entities)]
    bursts = {name: rnd.randrange(26, hours) for name in names}
    found: list[Mention] = []
    start = FIRST * INTERVAL_MS + INTERVAL_MS
    for number in range(hours * entities * 3):
        name = rnd.choice(names)
        hour = bursts[name] if rnd.random() < 0.5 else rnd.randrange(hours)
        known = start + hour * HOUR_MS + rnd.randrange(HOUR_MS)
        late = rnd.choice([0, 0, 60_000, HOUR_MS, 20 * HOUR_MS])
        found.append(mention(
            number, name, known, rnd.choice(SOURCES), event_time=known - late,
            author_key=rnd.randrange(400), text_key=rnd.randrange(900),
            about=rnd.choice(["subject"] * 9 + ["passing"]),
            source_type=rnd.choice(["social", "news", "news", "video", "trade"]),
        ))
    ordered = sorted(found, key=lambda m: (m.known_time, m.id))
    return World(tuple(ordered), FIRST + hours * 60 + 26 * 60,
                 frozenset(FIRST + n for n in absent))


def reference(told: World, config: CoreConfig) -> list[Record]:
    """Every event, by looking at every entity at every tick."""
    eyes: dict[str, Watched] = {}
    lineage = Lineage(config.hash, FIRST, eyes)
    due: dict[int, dict[str, dict[str, Mention]]] = {}
    for one in told.mentions:
        n = tick_of(one.known_time)
        while one.source == SOURCES[1] and n in told.absent:
            n += 1
        due.setdefault(n, {}).setdefault(one.entity_id, {})[one.id] = one
    states: dict[str, EntityState] = {}
    out: list[Record] = []
    for n in range(FIRST, told.last + 1):
        watch(eyes, sorted(told.present(n, 1)), n, n)
        new = due.get(n, {})
        for name in sorted(states.keys() | new.keys()):
            state = states.setdefault(name, fresh(n - 1))
            out += propose(state, name, n, ordered(new.get(name, {})), config, lineage)
            if not state.due:
                del states[name]
    return out


def ordered(mentions: dict[str, Mention]) -> Sequence[Mention]:
    return sorted(mentions.values(), key=lambda m: (m.known_time, m.id))
