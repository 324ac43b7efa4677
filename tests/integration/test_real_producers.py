"""The real producers, PRAW and pytrends included, against the simulated upstreams: what the world
said is in the log, whatever goes wrong in between, and nobody is asked more than they allow."""

import asyncio
import json
import signal
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest

from producers.base.source import Source
from producers.reddit.source import RedditOptions, RedditSource
from producers.simulate.upstreams import reddit, youtube
from producers.simulate.upstreams.faults import Fault
from producers.simulate.upstreams.sites import EXPLORE, Limit
from producers.sources import SOURCES
from producers.wikipedia.source import WikipediaSource
from producers.youtube.source import YouTubeOptions, YouTubeSource
from schemas.clock import HOUR_MS, MINUTE_MS, parse_time
from schemas.records import Audit, Budget, RawMention
from schemas.topics import raw_topic
from tests.integration.upstream_stage import (
    KEYS,
    NAMES,
    WITHIN_S,
    Stage,
    ended,
    posts_between,
    staged,
    until,
    videos_between,
    wait_until,
)
from tests.producers.test_kills import redis_of_our_own

START = parse_time("2026-03-02T12:30:00Z")
MIDNIGHT = parse_time("2026-03-02T08:00:00Z")  # where the day of YouTube's quota ends
OFTEN = """
sources:
  youtube: {poll_every_s: 60, categories: ["0"], pages: 2, watched: 0}
"""


def measured(made: type[Source]) -> dict[str, object]:
    """Explore is asked about a name."""
    return {"names": ("Mira Castellane",)} if made.facts.name == "google-trends" else {}


def test_every_real_source_publishes_what_its_provider_tells(
    kafka_bootstrap: str, redis_url: str
) -> None:
    with staged(kafka_bootstrap, redis_url, START) as stage:

        async def all_once() -> None:
            sources = [made(made.Options(**measured(made)), KEYS) for made in SOURCES]
            await asyncio.gather(*(stage.run(source, once=True) for source in sources))

        asyncio.run(all_once())
        for name in NAMES:
            found = [r for r in stage.log.records(raw_topic(name)) if isinstance(r, RawMention)]
            assert found, name
            # Its stream may still be connecting when a minute of this fast clock is over.
            assert stage.state(name) == "ok" or name == "wikipedia", name
            for mention in found:
                of_explore = (mention.level_unit or "").startswith("percent")
                assert of_explore or "simulated" in f"{mention.title} {mention.text}"
        hour = posts_between(START - HOUR_MS, START)
        assert hour
        assert hour <= stage.mentions("reddit")
        assert stage.asked(EXPLORE) == 1  # by pytrends
        assert stage.desk.told()["broken"] == []


def test_storms_broken_answers_and_a_killed_redis_cost_no_mention_and_ask_nobody_too_much(
    kafka_bootstrap: str, tmp_path: Path
) -> None:
    with ExitStack() as held:
        url, redis = held.enter_context(redis_of_our_own(tmp_path))
        stage = held.enter_context(staged(kafka_bootstrap, url, START))
        asyncio.run(_stormy(stage, redis))


async def _stormy(stage: Stage, redis: subprocess.Popen[bytes]) -> None:
    desk, begins = stage.desk, stage.clock.now()
    running = stage.run(RedditSource(RedditOptions(poll_every_s=60), KEYS))
    listening = stage.run(WikipediaSource(keys=KEYS))
    await until("a first poll", lambda: bool(stage.mentions("reddit")))

    storm = Fault("throttle", host=reddit.API, times=3, wait_s=60)
    desk.arm([storm])
    await until("the storm is over", lambda: desk.fired[storm] == storm.times)

    redis.kill()
    redis.wait(WITHIN_S)
    faults = [
        Fault(kind, host=reddit.API, share=0.3, times=1)
        for kind in ("broken", "truncate", "reset", "empty", "wrong-type", "bad-encoding")
    ]
    desk.arm(faults)
    await until("every fault has struck", lambda: all(desk.fired[f] == 1 for f in faults))

    everything = posts_between(begins, stage.clock.now())
    assert everything
    await until("every post", lambda: everything <= stage.mentions("reddit"))
    await until("edits", lambda: edits_in(stage) > 0)
    await ended(running, listening)
    assert desk.told()["broken"] == []


def edits_in(stage: Stage) -> int:
    found = stage.log.records(raw_topic("wikipedia"))
    return sum(isinstance(m, RawMention) and m.kind == "edit" for m in found)


def test_two_processes_of_a_source_ask_once_and_either_goes_on_alone(
    kafka_bootstrap: str, redis_url: str, tmp_path: Path
) -> None:
    sources, healths = tmp_path / "sources.yml", [tmp_path / "first", tmp_path / "second"]
    sources.write_text(OFTEN)
    with ExitStack() as held:
        stage = held.enter_context(staged(kafka_bootstrap, redis_url, START))
        children = [held.enter_context(stage.producer("youtube", sources, h)) for h in healths]
        wait_until("one stands by", lambda: any(map(stands_by, healths)))
        wait_until("the other asks", lambda: stage.asked(youtube.HOST) >= 6)
        active = 0 if stands_by(healths[1]) else 1
        assert not stands_by(healths[active])
        children[active].send_signal(signal.SIGTERM)
        assert children[active].wait(WITHIN_S) == 0
        asked = stage.asked(youtube.HOST)
        assert asked <= audited(stage) <= asked + 1  # nobody else asked; one may have been cut off
        wait_until("the other goes on", lambda: stage.asked(youtube.HOST) >= asked + 2)
        children[1 - active].send_signal(signal.SIGTERM)
        assert children[1 - active].wait(WITHIN_S) == 0
        assert stage.asked(youtube.HOST) <= audited(stage) <= stage.asked(youtube.HOST) + 2
        settled, promised = units_of(stage)
        assert settled <= stage.asked(youtube.HOST) <= settled + promised
        assert stage.desk.told()["broken"] == []


def stands_by(health: Path) -> bool:
    return health.exists() and "stands by" in json.loads(health.read_text("utf-8"))["detail"]


def audited(stage: Stage) -> int:
    """Requests that were sent, as the audit has them."""
    told = stage.told(Audit, "ops.audit", "youtube")
    unsent = ("cache-hit", "refused")
    return sum(isinstance(a, Audit) and a.operation not in unsent for a in told)


def units_of(stage: Stage) -> tuple[float, float]:
    """What the ledger says is spent for certain, and what is promised to calls."""
    told = stage.told(Budget, "ops.budget", "youtube")
    last = [b for b in told if isinstance(b, Budget) and b.unit == "units"][-1]
    return last.settled, last.reserved


@pytest.mark.soak
def test_spent_quota_is_left_alone_until_its_day_ends_and_then_no_video_is_missing(
    kafka_bootstrap: str, redis_url: str
) -> None:
    day = Limit(6, "day", "America/Los_Angeles", ends="spent")
    start = MIDNIGHT - 45 * MINUTE_MS
    with staged(kafka_bootstrap, redis_url, start, {youtube.HOST: day}) as stage:
        asyncio.run(_spent(stage, start))


async def _spent(stage: Stage, start: int) -> None:
    often = YouTubeOptions(poll_every_s=60, categories=("0",), pages=2, watched=0)
    running = stage.run(YouTubeSource(often, KEYS))
    await until("the quota is spent", lambda: stage.asked(youtube.HOST) >= 7)
    assert stage.clock.now() < MIDNIGHT
    await until("the source says so", lambda: stage.state("youtube") == "degraded")
    asked = stage.asked(youtube.HOST)
    await until("the day ends", lambda: stage.clock.now() >= MIDNIGHT)
    await until("the next day", lambda: stage.asked(youtube.HOST) >= asked + 2)
    everything = videos_between(start, MIDNIGHT)
    assert everything
    await until("every video", lambda: everything <= stage.mentions("youtube"))
    await ended(running)
    assert stage.desk.told()["broken"] == []  # nor was it asked before the day had ended
