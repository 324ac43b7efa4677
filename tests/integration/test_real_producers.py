"""The real producers, PRAW and pytrends included, against the simulated upstreams: what the world
said is in the log, whatever goes wrong in between, and nobody is asked more than they allow."""

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from uuid import uuid4

import pytest
from pydantic import SecretStr

from producers.base.clock import SimulatedClock
from producers.base.publisher import KafkaPublisher
from producers.base.source import Source
from producers.reddit.source import RedditOptions, RedditSource
from producers.run import Asked, run_live
from producers.settings import ProducerSettings
from producers.simulate.upstreams import reddit, youtube
from producers.simulate.upstreams.book import Book
from producers.simulate.upstreams.desk import Desk
from producers.simulate.upstreams.faults import Fault
from producers.simulate.upstreams.past import Past
from producers.simulate.upstreams.run import told_world
from producers.simulate.upstreams.server import serving
from producers.simulate.upstreams.sites import LIMITS, Limit
from producers.sources import SOURCES
from producers.youtube.source import YouTubeOptions, YouTubeSource
from schemas.clock import HOUR_MS, MINUTE_MS, Millis, now, parse_time, tick_of
from schemas.ids import mention_id
from schemas.records import Audit, Health, RawMention, Tick
from schemas.settings import KafkaSection, KeysSection, ProducerSection, RedisSection
from schemas.topics import raw_topic
from tests.producers.conftest import Log
from tests.producers.test_kills import redis_of_our_own

WITHIN_S = 90.0
SPEED = 60.0
OPS = ("ops.audit", "ops.health", "ops.heartbeat", "ops.budget")
NAMES = tuple(made.facts.name for made in SOURCES)
SECRET = SecretStr("simulated")
KEYS = KeysSection(
    reddit_client_id=SECRET, reddit_client_secret=SECRET, youtube=SECRET, newsapi=SECRET,
    x_bearer=SECRET, apify=SECRET,
)  # fmt: skip
BEFORE_MIDNIGHT = parse_time("2026-03-02T07:50:00Z")  # ten minutes, where YouTube's day ends
WORLD = told_world(1)


@dataclass(frozen=True)
class Stage:
    """A log with a first tick in every raw topic, and the upstreams, on one clock."""

    log: Log
    desk: Desk
    settings: ProducerSettings

    @property
    def clock(self) -> SimulatedClock:
        return self.desk.clock

    def mentions(self, source: str) -> dict[str, RawMention]:
        found = self.log.records(raw_topic(source))
        return {m.id: m for m in found if isinstance(m, RawMention)}

    def polls(self, source: str) -> list[Health]:
        found = self.log.records("ops.health")
        return [h for h in found if isinstance(h, Health) and h.source == source]

    def audits(self, source: str) -> list[Audit]:
        found = self.log.records("ops.audit")
        return [a for a in found if isinstance(a, Audit) and a.source == source]

    def run(self, source: Source, once: bool = False) -> "asyncio.Task[object]":
        return asyncio.create_task(run_live(source, self.settings, Asked(once)))


@contextmanager
def staged(
    log: Log, redis_url: str, start: Millis, limits: dict[str, Limit] | None = None
) -> Iterator[Stage]:
    clock = SimulatedClock(start, now(), SPEED)
    desk = Desk(WORLD, clock, book=Book({**LIMITS, **(limits or {})}))
    with serving(desk) as address:
        producer = ProducerSection(
            upstream=address, clock_start=start, clock_origin=clock.origin, clock_speed=SPEED
        )
        redis = RedisSection(url=SecretStr(redis_url))
        settings = ProducerSettings(kafka=log.kafka, redis=redis, producer=producer, keys=KEYS)
        yield Stage(log, desk, settings)


@pytest.fixture
def log(kafka_bootstrap: str) -> Log:
    """A namespace with the topics that producers write, each begun with a tick."""
    made = Log(KafkaSection(bootstrap=kafka_bootstrap, namespace=f"test-{uuid4().hex[:8]}"))
    raw = [raw_topic(name) for name in NAMES]
    made.create_all(dict.fromkeys(("ticks", "entities", *OPS, *raw), 1))
    n = tick_of(BEFORE_MIDNIGHT)
    tick = Tick(n=n, first=n, present=dict.fromkeys(NAMES, 1), catalogue=(1, 1))
    publisher = KafkaPublisher(made.kafka)
    for topic in raw:
        publisher.send(topic, "tick", tick, partition=0)
    publisher.settle()
    return made


async def until(what: str, is_so: Callable[[], bool]) -> None:
    end = monotonic() + WITHIN_S
    while not await asyncio.to_thread(is_so):
        assert monotonic() < end, f"not within {WITHIN_S:.0f} s: {what}"
        await asyncio.sleep(0.2)


async def ended(*tasks: "asyncio.Task[object]") -> None:
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


def test_every_real_source_publishes_what_its_provider_tells(log: Log, redis_url: str) -> None:
    with staged(log, redis_url, BEFORE_MIDNIGHT) as stage:

        async def all_once() -> None:
            sources = [made(made.Options(**chosen(made)), KEYS) for made in SOURCES]
            await asyncio.gather(*(stage.run(source, once=True) for source in sources))

        asyncio.run(all_once())
        for name in NAMES:
            mentions = stage.mentions(name)
            assert mentions, name
            assert all("simulated" in f"{m.title} {m.text}" for m in mentions.values())
            assert stage.polls(name)[-1].state == "ok", stage.polls(name)[-1]
        hour = posts_between(BEFORE_MIDNIGHT - HOUR_MS, BEFORE_MIDNIGHT)
        assert hour
        assert hour <= stage.mentions("reddit").keys()
        told = stage.desk.told()
        assert told["asked"]["trends.google.com/trends/explore"] == 1  # by pytrends
        assert told["violations"] == {}


def chosen(made: type[Source]) -> dict[str, object]:
    return {"names": ("Mira Castellane",)} if made.facts.name == "google-trends" else {}


def test_storms_spent_quotas_and_a_killed_redis_cost_no_mention_and_ask_nobody_too_much(
    log: Log, tmp_path: Path
) -> None:
    day = Limit(20, "day", "America/Los_Angeles", ends="spent")
    with ExitStack() as held:
        url, redis = held.enter_context(redis_of_our_own(tmp_path))
        stage = held.enter_context(staged(log, url, BEFORE_MIDNIGHT, {youtube.HOST: day}))
        asyncio.run(_stormy(stage, redis))


async def _stormy(stage: Stage, redis: subprocess.Popen[bytes]) -> None:
    often = RedditOptions(poll_every_s=60)
    charts = YouTubeOptions(poll_every_s=60, categories=("0",), pages=2, watched=0)
    desk, begins = stage.desk, stage.clock.now()
    running = [
        stage.run(RedditSource(often, KEYS)),
        stage.run(YouTubeSource(charts, KEYS)),
    ]
    await until("both have published", lambda: all(map(stage.mentions, ("reddit", "youtube"))))

    storm = Fault("throttle", host=reddit.API, times=4, wait_s=45)
    desk.arm([storm])
    await until("the storm is over", lambda: desk.fired[storm] == storm.times)

    redis.kill()
    redis.wait(WITHIN_S)
    broken = [Fault("broken", host=reddit.API, share=0.5, times=3),
              Fault("truncate", host=reddit.API, share=0.5, times=2)]  # fmt: skip
    desk.arm(broken)
    await until("faults without Redis", lambda: all(desk.fired[f] == f.times for f in broken))

    await until("YouTube's quota ends", lambda: desk.told()["refused"].get(youtube.HOST, 0) > 0)
    asked = desk.told()["asked"][youtube.HOST]
    assert asked >= 20
    last = max(stage.clock.now(), BEFORE_MIDNIGHT + 12 * MINUTE_MS)
    everything = posts_between(begins, last)
    assert everything
    await until("every post", lambda: everything <= stage.mentions("reddit").keys())
    await until(
        "every video", lambda: videos_between(begins, last) <= stage.mentions("youtube").keys()
    )
    await ended(*running)
    assert desk.told()["violations"] == {}
    assert desk.told()["asked"][youtube.HOST] > asked  # its quota's next day
