"""Runs the simulated world: its past at full speed, then its present on a faster clock."""

import threading
from pathlib import Path
from time import monotonic
from typing import Final

import structlog

from producers.base.clock import SimulatedClock
from producers.base.health_file import Tell
from producers.base.publisher import KafkaPublisher
from producers.base.reading import LogReader, require_topics
from producers.catalogue.publish import load_entities, publish_entities
from producers.file.publish import publish_sequence
from producers.settings import ProducerSettings
from producers.simulate.world import SOURCES, World, simulated_world
from producers.ticker import GROUP, TICKS, Ticker, due_at
from producers.ticks import ticks_for_recording
from schemas.clock import HOUR_MS, MINUTE_MS, Millis, end_of, iso, now, tick_of
from schemas.errors import FatalError
from schemas.records import Entity
from schemas.settings import KafkaSection
from schemas.topics import raw_topic

CAST: Final = Path(__file__).with_name("cast.yml")
SPEED: Final = 600.0
FIRST_STORY_AFTER: Final = 10 * MINUTE_MS
SAY_EVERY_S: Final = 30.0
log = structlog.get_logger()


def simulate_world(
    settings: ProducerSettings,
    stopping: threading.Event,
    speed: float | None,
    history_hours: int,
    seed: int,
    tell: Tell,
) -> None:
    """Publish the world until asked to stop; a world that was begun goes on where it stood."""
    tell("starting", "catalogue")
    cast, known = load_entities(CAST), _known(settings)
    publish_entities((*known, *cast), settings.kafka)
    pace = speed or (settings.producer.clock_speed if settings.producer.clock_speed > 1 else SPEED)
    begins = settings.producer.clock_start or now()
    log.warning(
        "this world is simulated and its clock runs faster than ours",
        seconds_per_second=pace,
        sources=", ".join(SOURCES),
    )
    ticker = Ticker(settings.kafka, SOURCES)
    publisher = KafkaPublisher(settings.kafka)
    if _is_new(settings.kafka):
        tell("starting", f"{history_hours} h of simulated past")
        first = tick_of(begins - history_hours * HOUR_MS)
        world = _world(seed, first, history_hours, cast, known)
        _publish_past(settings.kafka, publisher, world, first, tick_of(begins))
    ticker.open()
    said = ticker.said
    if said is None:
        raise FatalError("the simulated past has no ticks")
    world = _world(seed, said.first + 1, history_hours, cast, known)
    clock = SimulatedClock(start=end_of(said.n), origin=now(), speed=pace)
    _live(world, ticker, publisher, clock, stopping, tell)
    ticker.close()


def _known(settings: ProducerSettings) -> tuple[Entity, ...]:
    chosen = settings.producer.catalogue
    return load_entities(chosen) if chosen else load_entities()


def _is_new(kafka: KafkaSection) -> bool:
    with LogReader(kafka) as reader:
        require_topics(reader, TICKS, *map(raw_topic, SOURCES))
        return reader.bounds(TICKS)[1] == 0


def _world(
    seed: int, first: int, history_hours: int, cast: tuple[Entity, ...], known: tuple[Entity, ...]
) -> World:
    """The same world after every restart: its stories count from its first interval."""
    first_story: Millis = end_of(first - 1) + history_hours * HOUR_MS + FIRST_STORY_AFTER
    return simulated_world(seed, first_story, cast, known)


def _publish_past(
    kafka: KafkaSection, publisher: KafkaPublisher, world: World, first: int, until: int
) -> None:
    with LogReader(kafka) as reader:
        partitions = reader.partitions()
        catalogue = reader.bounds("entities")[1]
    present = {source: partitions[raw_topic(source)] for source in SOURCES}
    mentions = (mention for n in range(first, until) for mention in world.mentions_of(n))
    sequence = ticks_for_recording(mentions, present, catalogue, tail_ticks=0)
    began = monotonic()
    sent, ticks, *_ = publish_sequence(sequence, publisher, present)
    with LogReader(kafka, GROUP) as copied:  # The ticker need not copy again what stands there.
        copied.commit(TICKS, copied.bounds(TICKS)[1])
    log.info(
        "simulated past published",
        mentions=sent,
        ticks=ticks,
        seconds=round(monotonic() - began, 1),
    )


def _live(
    world: World,
    ticker: Ticker,
    publisher: KafkaPublisher,
    clock: SimulatedClock,
    stopping: threading.Event,
    tell: Tell,
) -> None:
    """Each interval's mentions just before the tick that ends it."""
    said, sent, spoke = ticker.said, 0, monotonic()
    while said is not None:
        n = said.n + 1
        if stopping.wait(clock.seconds_until(due_at(n))):
            return
        for mention in world.mentions_of(n):
            publisher.send(raw_topic(mention.source), mention.id, mention)
        sent += publisher.settle()
        ticker.advance(due_at(n))
        said = ticker.said
        tell("ok", f"simulated time {iso(end_of(n))}")
        if monotonic() - spoke > SAY_EVERY_S:
            log.info("simulated", mentions=sent, time=iso(end_of(n)), speed=clock.speed)
            spoke = monotonic()
