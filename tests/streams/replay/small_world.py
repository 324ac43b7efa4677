"""Two days of idle talk in three sources and a burst by honest people: one alert, in a second."""

from collections.abc import Iterator
from functools import lru_cache
from random import Random

from producers.ticks import ticks_for_recording
from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS
from schemas.records import Alert, RawMention, Record
from schemas.sources import SOURCE_TYPES
from streams.core.config import CoreConfig
from streams.core.pipeline import run
from streams.replay.adversary import inject
from streams.replay.in_process import catalogue_of
from streams.replay.reel import Interval, intervals_of, log_of
from tests.builders import NOON, entity, raw

SOURCES = ("google-news", "reddit", "youtube")
BEGINS = NOON + 36 * HOUR_MS  # the burst
ENTITIES = (entity("nova-reyes"), entity("ferry-tolliver"))
CATALOGUE_AT = catalogue_of(ENTITIES)
TAIL = 10 * 60  # ticks: the back-check is 6 h behind an alert
WORDS = ("lantern", "harbour", "violin", "orchard", "pepper", "meadow", "copper", "thunder",
         "velvet", "anchor", "biscuit", "canyon", "domino", "ember", "falcon", "garden")


@lru_cache
def mentions() -> tuple[RawMention, ...]:
    dice, made = Random(7), []
    for name in ("Nova Reyes", "Ferry Tolliver"):
        for source, count in (("reddit", 16), ("youtube", 6), ("google-news", 4)):
            for k in range(count):
                at = NOON + dice.randrange(2 * DAY_MS)
                made.append(raw(
                    f"{name}:{k}", at, event_time=at - MINUTE_MS, source=source,
                    source_type=SOURCE_TYPES[source], channel=f"place {k}", author=f"idle{k}",
                    title=f"{name} {' '.join(dice.sample(WORDS, 6))}", url=None,
                ))
    made.sort(key=lambda m: (m.known_time, m.id))
    return tuple(inject(made, "genuine", 3, whom="Nova Reyes", begins=BEGINS))


def reel() -> Iterator[Interval]:
    present = dict.fromkeys(SOURCES, 1)
    return intervals_of(ticks_for_recording(mentions(), present, len(ENTITIES), TAIL))


def events(
    shown: Iterator[Interval], config: CoreConfig | None = None
) -> list[tuple[str, Record]]:
    found = run(log_of(shown), SOURCES, CATALOGUE_AT, config or CoreConfig())
    return [(topic, record) for topic, record in found]


@lru_cache
def whole() -> tuple[tuple[str, Record], ...]:
    """Every event of the world as it is."""
    return tuple(events(reel()))


def alerts() -> list[Alert]:
    return [record for _, record in whole() if isinstance(record, Alert)]
