"""Many days of dense talk about hundreds of entities, resolved already: one day at a time.

Seeded, so that every machine measures the same mentions; a day holds its ticks in their places.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from schemas.clock import DAY_MS, MINUTE_MS, Millis, parse_time, tick_of
from schemas.ids import derived_id
from schemas.records import Mention, Tick
from schemas.sources import SOURCE_TYPES

BEGIN: Final = parse_time("2026-03-01T00:00:00Z")
SOURCES: Final = (
    "trades", "google-news", "reddit", "x", "google-trends", "tiktok", "youtube", "wikipedia",
)
SHARES: Final = (1, 12, 30, 30, 5, 8, 12, 2)  # of a hundred mentions
VOICES: Final = 4_000
VOCABULARY: Final = 3_000
BURST_EVERY: Final = 50  # one entity in so many has a story on a given day
BURST: Final = 6  # times as much is said of it


@dataclass(frozen=True)
class Dense:
    """`per_day` mentions of each entity, more of the few that make the news that day."""

    entities: int = 500
    per_day: int = 200
    seed: int = 1

    def day(self, number: int) -> list[Mention | Tick]:
        """Mentions in the order in which they become known, a tick behind each interval."""
        begin = BEGIN + number * DAY_MS
        said = sorted(self._said(number, begin), key=lambda m: (m.known_time, m.id))
        log: list[Mention | Tick] = []
        n = tick_of(begin)
        for mention in said:
            while n < tick_of(mention.known_time):
                log += _ticks(n)
                n += 1
            log.append(mention)
        for last in range(n, tick_of(begin + DAY_MS)):
            log += _ticks(last)
        return log

    def _said(self, number: int, begin: Millis) -> Iterator[Mention]:
        dice = Random(f"{self.seed} {number}")
        for entity in range(self.entities):
            burst = (entity + number) % BURST_EVERY == 0
            for k in range(self.per_day * (BURST if burst else 1)):
                share = dice.random() ** (3 if burst else 1)
                yield _mention(entity, f"{number}:{k}", begin + int(share * DAY_MS), dice)


def _ticks(n: int) -> list[Mention | Tick]:
    first, present = tick_of(BEGIN), dict.fromkeys(SOURCES, 1)
    return [
        Tick(n=n, first=first, present=present, catalogue=(0, 0), origin=f"{source}-0")
        for source in SOURCES
    ]


def _mention(entity: int, key: str, known: Millis, dice: Random) -> Mention:
    source = dice.choices(SOURCES, SHARES)[0]
    entity_id = f"entity-{entity:04d}"
    voice = int(VOICES * dice.random() ** 2)
    press = source in ("trades", "google-news")
    outlet = f"paper{voice % 60}.example" if press else f"room {voice % 200}"
    words = tuple(dice.randrange(VOCABULARY) for _ in range(8))
    return Mention(
        id=derived_id("mention", entity_id, key), raw_id=derived_id("raw", entity_id, key),
        event_time=known - dice.randrange(3 * MINUTE_MS), known_time=known, source=source,
        source_type=SOURCE_TYPES[source], entity_id=entity_id, entity_name=f"Name {entity}",
        entity_type="person", surface=f"Name {entity}", score=3.0, margin=3.0, about="subject",
        sentiment=dice.random() - 0.5, intensity=dice.random(), spam=0.1, outlet=outlet,
        author_key=voice, text_key=dice.getrandbits(47), near_key=dice.getrandbits(63),
        words=words, title="What was said of somebody, in as many words as people take for it",
        url=f"https://{source}.example/{key}", config_hash="0" * 12, catalogue_version=1,
        code_version="bench", causation=(f"raw:{key}",),
    )
