"""A log, the simulated upstreams, and real producers that are led there, all on one clock."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from uuid import uuid4

from pydantic import SecretStr

from producers.base.clock import SimulatedClock
from producers.base.publisher import KafkaPublisher
from producers.base.source import Source
from producers.run import Asked, run_live
from producers.settings import ProducerSettings
from producers.simulate.upstreams import reddit, youtube
from producers.simulate.upstreams.book import Book
from producers.simulate.upstreams.desk import Desk
from producers.simulate.upstreams.past import Past
from producers.simulate.upstreams.run import told_world
from producers.simulate.upstreams.server import serving
from producers.simulate.upstreams.sites import LIMITS, Limit
from producers.sources import SOURCES
from schemas.clock import Millis, now, tick_of
from schemas.ids import mention_id
from schemas.records import Health, RawMention, Record, Tick
from schemas.settings import KafkaSection, KeysSection, ProducerSection, RedisSection
from schemas.topics import raw_topic
from tests.producers.conftest import Log

WITHIN_S = 90.0
SPEED = 60.0
NAMES = tuple(made.facts.name for made in SOURCES)
OPS = ("ops.audit", "ops.health", "ops.heartbeat", "ops.budget")
KEYED = ("reddit_client_id", "reddit_client_secret", "youtube", "newsapi", "x_bearer", "apify")
KEYS = KeysSection.model_validate(dict.fromkeys(KEYED, SecretStr("simulated")))
WORLD = told_world(1)


@dataclass(frozen=True)
class Stage:
    log: Log
    desk: Desk
    settings: ProducerSettings

    @property
    def clock(self) -> SimulatedClock:
        return self.desk.clock

    def asked(self, host: str) -> int:
        return int(self.desk.told()["asked"].get(host, 0))

    def mentions(self, source: str) -> set[str]:
        return {m.id for m in self.log.records(raw_topic(source)) if isinstance(m, RawMention)}

    def told(self, kind: type[Record], topic: str, source: str) -> Sequence[Record]:
        found = self.log.records(topic)
        return [r for r in found if isinstance(r, kind) and getattr(r, "source", "") == source]

    def state(self, source: str) -> str:
        told = [h for h in self.told(Health, "ops.health", source) if isinstance(h, Health)]
        return told[-1].state if told else "silent"

    def run(self, source: Source, once: bool = False) -> "asyncio.Task[object]":
        return asyncio.create_task(run_live(source, self.settings, Asked(once)))

    @contextmanager
    def producer(self, source: str, sources: Path, health: Path) -> Iterator[subprocess.Popen[str]]:
        """A process of its own."""
        own = self.settings.producer
        told = {
            "HEAT_KAFKA__BOOTSTRAP": self.log.kafka.bootstrap,
            "HEAT_KAFKA__NAMESPACE": self.log.kafka.namespace,
            "HEAT_REDIS__URL": self.settings.redis.url.get_secret_value(),
            "HEAT_PRODUCER__UPSTREAM": str(own.upstream),
            "HEAT_PRODUCER__SOURCES": str(sources),
            "HEAT_PRODUCER__CLOCK_START": str(own.clock_start),
            "HEAT_PRODUCER__CLOCK_ORIGIN": str(own.clock_origin),
            "HEAT_PRODUCER__CLOCK_SPEED": str(own.clock_speed),
            "HEAT_HEALTH_FILE": str(health),
            **{f"HEAT_KEYS__{key.upper()}": "simulated" for key in KEYED},
        }
        command = [sys.executable, "-m", "producers", "run", source]
        child = subprocess.Popen(
            command, env=os.environ | told, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
            text=True,
        )  # fmt: skip
        try:
            yield child
        finally:
            child.kill()
            child.communicate(timeout=WITHIN_S)


@contextmanager
def staged(
    bootstrap: str, redis_url: str, start: Millis, limits: dict[str, Limit] | None = None
) -> Iterator[Stage]:
    """The clock shows `start` now."""
    log = _begun(bootstrap, tick_of(start))
    clock = SimulatedClock(start, now(), SPEED)
    desk = Desk(WORLD, clock, book=Book({**LIMITS, **(limits or {})}))
    with serving(desk) as address:
        producer = ProducerSection(
            upstream=address, clock_start=start, clock_origin=clock.origin, clock_speed=SPEED
        )
        redis = RedisSection(url=SecretStr(redis_url))
        settings = ProducerSettings(kafka=log.kafka, redis=redis, producer=producer, keys=KEYS)
        yield Stage(log, desk, settings)


def _begun(bootstrap: str, n: int) -> Log:
    """A namespace with the topics that producers write, each raw one begun with a tick."""
    made = Log(KafkaSection(bootstrap=bootstrap, namespace=f"test-{uuid4().hex[:8]}"))
    raw = [raw_topic(name) for name in NAMES]
    made.create_all(dict.fromkeys(("ticks", "entities", *OPS, *raw), 1))
    publisher = KafkaPublisher(made.kafka)
    tick = Tick(n=n, first=n, present=dict.fromkeys(NAMES, 1), catalogue=(1, 1))
    for topic in raw:
        publisher.send(topic, "tick", tick, partition=0)
    publisher.settle()
    return made


def wait_until(what: str, is_so: Callable[[], bool]) -> None:
    end = monotonic() + WITHIN_S
    while not is_so():
        assert monotonic() < end, f"not within {WITHIN_S:.0f} s: {what}"
        sleep(0.2)


async def until(what: str, is_so: Callable[[], bool]) -> None:
    await asyncio.to_thread(wait_until, what, is_so)


async def ended(*tasks: "asyncio.Task[object]") -> None:
    """Stop what runs; what had ended by itself was an error."""
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        assert isinstance(outcome, asyncio.CancelledError), outcome


def posts_between(first: Millis, last: Millis) -> set[str]:
    """What the world posted on Reddit."""
    said = Past(WORLD, last).said("reddit", last - first)
    return {mention_id("reddit", reddit.fullname(m)) for m in said}


def videos_between(first: Millis, last: Millis) -> set[str]:
    said = Past(WORLD, last).said("youtube", last - first)
    return {mention_id("youtube", youtube.video_id(m)) for m in said}
