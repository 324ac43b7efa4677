"""A simulated month as a sealed recording: every source type, 500 names, and talk about nobody.

Labelled simulated; nothing in it ever happened. What is assumed of a busy newsroom's day is in
PER_DAY: texts of one name by source, about 170, six times as many on a day on which it makes the
news, which is one in fifty; and an eighth more that name nobody.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

import msgspec
from wordfreq import top_n_list

from deploy.replay.recording import manifest as seals
from deploy.replay.recording.making import Making, making
from deploy.replay.recording.manifest import Manifest
from producers.catalogue.load import load_entities
from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS, Millis, end_of, parse_time, tick_of
from schemas.ids import mention_id
from schemas.records import Entity, RawMention, Tick
from schemas.sources import SOURCE_TYPES
from schemas.topics import raw_topic
from schemas.version import CODE_VERSION
from streams.core.config import CoreConfig

BEGIN: Final = parse_time("2026-03-01T00:00:00Z")
PER_DAY: Final = {
    "reddit": 45.0, "x": 60.0, "youtube": 15.0, "tiktok": 10.0, "google-news": 16.0,
    "newsapi": 6.0, "google-trends": 6.0, "wikipedia": 10.0, "boxoffice": 1.0, "trades": 1.0,
}
HOSTS: Final = {"reddit": "www.reddit.com", "x": "x.com", "youtube": "www.youtube.com",
                "tiktok": "www.tiktok.com", "wikipedia": "en.wikipedia.org"}
BURST_EVERY: Final = 50
BURST: Final = 6.0
NOBODY: Final = 8  # one text more about nobody for so many
OUTLETS: Final = 60
AUTHORS: Final = 20_000
WORDS: Final = 4_000
Said = Callable[[int, int], None]


@dataclass(frozen=True)
class Month:
    """`volume` of one is what is assumed above."""

    days: int
    entities: int = 500
    volume: float = 1.0
    seed: int = 1

    def record(self, out: Path, watch: Said) -> Manifest:
        """The sealed recording, made a day at a time."""
        names, mentions = load_entities(), 0
        with making(out) as made:
            for offset, entity in enumerate(names):
                made.add("entities", 0, offset, entity)
            log = Log(made, len(names))
            for day in range(self.days):
                watch(day, self.days)
                for raw in sorted(self.said(day), key=lambda m: (m.known_time, m.id)):
                    log.say(raw)
                    mentions += 1
            log.tick_to(tick_of(BEGIN + self.days * DAY_MS) + 10)
            manifest = seals.sealed(Manifest(
                made_from="topics", simulated=True, sources=tuple(sorted(PER_DAY)),
                catalogue_version=len(names), code_version=CODE_VERSION,
                config=msgspec.to_builtins(CoreConfig()), config_hash=CoreConfig().hash,
                first_tick=made.ticks[0], last_tick=made.ticks[-1], first_known=BEGIN,
                last_known=end_of(made.ticks[-1]), mentions=mentions, files=tuple(made.seal()),
            ))
            seals.write(made.folder, manifest)
        return manifest

    def said(self, day: int) -> Iterator[RawMention]:
        dice, begin = Random(f"{self.seed} {day}"), BEGIN + day * DAY_MS
        for number, entity in enumerate(talked_of(self.entities)):
            burst = (number + day) % BURST_EVERY == 0
            for source, usual in PER_DAY.items():
                many = usual * self.volume * (BURST if burst else 1.0)
                for k in range(int(many) + (dice.random() < many % 1.0)):
                    at = begin + int(dice.random() ** (3 if burst else 1) * DAY_MS)
                    yield text(source, f"{day}-{number}-{k}", at, entity.name, dice)
                    if dice.randrange(NOBODY) == 0:
                        yield text(source, f"{day}-{number}-{k}-x", at, "", dice)


class Log:
    """Raw topics with a tick behind every interval in each of them."""

    def __init__(self, made: Making, catalogue: int) -> None:
        self._made, self._catalogue = made, catalogue
        self._offsets: dict[str, int] = {}
        self._next = self._first = tick_of(BEGIN) - 1

    def say(self, raw: RawMention) -> None:
        self.tick_to(tick_of(raw.known_time))
        self._add(raw_topic(raw.source), raw)

    def tick_to(self, n: int) -> None:
        """Every tick before interval n."""
        for number in range(self._next, n):
            tick = Tick(n=number, first=self._first, present=dict.fromkeys(PER_DAY, 1),
                        catalogue=(self._catalogue, self._catalogue))
            for topic in ("ticks", *map(raw_topic, PER_DAY)):
                self._add(topic, tick)
        self._next = max(self._next, n)

    def _add(self, topic: str, record: RawMention | Tick) -> None:
        offset = self._offsets.get(topic, 0)
        self._offsets[topic] = offset + 1
        self._made.add(topic, 0, offset, record)


@cache
def talked_of(entities: int) -> tuple[Entity, ...]:
    """Names that need no context, so that every text about one resolves."""
    plain = [e for e in load_entities() if not e.ambiguous and " " in e.name]
    return tuple(Random(1).sample(plain, min(entities, len(plain))))


@cache
def _words() -> list[str]:
    return [word for word in top_n_list("en", WORDS) if word.isalpha() and len(word) > 2]


def text(source: str, key: str, at: Millis, name: str, dice: Random) -> RawMention:
    """A headline of some words around a name, and for some sources a text below it."""
    said = dice.choices(_words(), k=26)
    press = source in ("google-news", "newsapi", "trades", "boxoffice")
    who = int(AUTHORS * dice.random() ** 2)
    outlet = f"paper{who % OUTLETS}.example"
    host = outlet if press else HOSTS.get(source, f"{source}.example")
    short = source in ("x", "tiktok", "google-trends", "wikipedia")
    return RawMention(
        id=mention_id(source, key), event_time=at - dice.randrange(HOUR_MS // 12) - MINUTE_MS,
        known_time=at, source=source, source_type=SOURCE_TYPES[source], native_id=key,
        kind="post", channel=f"Paper {who % OUTLETS}" if press else f"room {who % 300}",
        author=None if press else f"author{who}",
        title=" ".join([name, *said[:8]] if name else [said[0].capitalize(), *said[1:9]]),
        text="" if short else " ".join(said[9:]), url=f"https://{host}/{key}",
    )
