"""Kept answers: a question is spared, a source that is away is stood in for, no id changes."""

from datetime import timedelta

import httpx
import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from producers.base.body import Body
from producers.base.facts import Facts
from producers.base.kept import (
    KeptAnswer,
    MemoryAnswers,
    RedisAnswers,
    Validators,
    kept_answer,
    place_of,
)
from producers.base.publisher import MemoryPublisher
from producers.base.source import Ask
from producers.trades import TradesSource
from schemas.clock import HOUR_MS, MINUTE_MS
from tests.producers.base.polling import BODY, Hands, MakePoller, audits, health
from tests.producers.builders import NOON
from tests.producers.upstream import Reply, serving

VALIDATORS = Validators(etag='"1"', last_modified="Sun, 01 Mar 2026 12:00:00 GMT")
ASK = Ask(httpx.Request("GET", "https://a.example/feed?key=secret&since=1"), label="feed")
KEPT = kept_answer(ASK, Body(b"hello" * 100, NOON, 200, {"content-type": "x"}), VALIDATORS)


class CachedSource(TradesSource):
    """Reuses an answer for three minutes, and for two hours while the source is away."""

    facts = Facts(
        name="trades",
        about="",
        poll_every=timedelta(minutes=5),
        cache_ttl=timedelta(minutes=3),
        stale_for=timedelta(hours=2),
    )


async def test_restart_reuses_a_young_answer_and_says_so(
    poller_of: MakePoller, hands: Hands
) -> None:
    answers, publisher = MemoryAnswers(), MemoryPublisher()
    with serving(feed=[Reply(200, BODY)]) as upstream:
        for minutes, asked in ((0, 1), (2, 1), (4, 2)):
            hands.moment = NOON + minutes * MINUTE_MS
            fresh = poller_of(
                [upstream.url("/feed")], publisher, kind=CachedSource, answers=answers
            )
            await fresh.poll()
            assert len(upstream.asked) == asked
    assert [a.operation for a in audits(publisher)] == ["fetch", "cache-hit", "fetch"]
    assert health(publisher).state == "ok"
    ids = [record.id for record in publisher.records_on("raw.trades")]  # type: ignore[union-attr]
    assert len(set(ids)) == 4  # a restart without a log publishes again, under the same ids


async def test_while_it_runs_the_schedule_alone_says_when_to_ask(
    poller_of: MakePoller, hands: Hands
) -> None:
    with serving(feed=[Reply(200, BODY)]) as upstream:
        poller = poller_of([upstream.url("/feed")], MemoryPublisher(), kind=CachedSource)
        for _ in range(3):
            await poller.poll()
            hands.moment += 10 * MINUTE_MS
        assert len(upstream.asked) == 3


async def test_source_that_is_away_is_stood_in_for_and_called_degraded(
    poller_of: MakePoller, hands: Hands
) -> None:
    publisher = MemoryPublisher()
    with serving(feed=[Reply(200, BODY), Reply(503)]) as upstream:
        poller = poller_of([upstream.url("/feed")], publisher, kind=CachedSource)
        states = []
        for _ in range(3):
            states.append((await poller.poll())[0].state)
            hands.moment += HOUR_MS
    assert states == ["ok", "degraded", "degraded"]
    assert "HTTP 503; an answer of 7200 s ago stood in" in health(publisher).reason
    stale = [a for a in audits(publisher) if a.operation == "cache-hit"]
    assert [a.reason for a in stale] == ["stale: 3600 s old", "stale: 7200 s old"]
    assert len(publisher.records_on("raw.trades")) == 4


async def test_answer_that_is_too_old_stands_in_for_nothing(
    poller_of: MakePoller, hands: Hands
) -> None:
    publisher = MemoryPublisher()
    with serving(feed=[Reply(200, BODY), Reply(503)]) as upstream:
        poller = poller_of([upstream.url("/feed")], publisher, kind=CachedSource)
        await poller.poll()
        hands.moment += 3 * HOUR_MS
        assert (await poller.poll())[0].state == "down"


def test_conditions_are_the_headers_of_what_is_known() -> None:
    assert Validators().conditions == {}
    assert Validators(etag='"1"').conditions == {"If-None-Match": '"1"'}
    assert set(VALIDATORS.conditions) == {"If-None-Match", "If-Modified-Since"}


def test_place_is_by_label_for_queries_move_and_names_no_key() -> None:
    moved = Ask(httpx.Request("GET", "https://a.example/feed?key=secret&since=2"), label="feed")
    assert place_of("x", ASK) == place_of("x", moved) != place_of("x", ASK, page=2)
    assert place_of("x", ASK) != place_of("y", ASK)
    nameless = Ask(ASK.request)
    assert place_of("x", nameless) != place_of("x", Ask(moved.request))
    assert "secret" not in place_of("x", nameless) + KEPT.question


async def test_memory_is_bounded_and_forgets_the_oldest() -> None:
    answers = MemoryAnswers(most_bytes=2 * len(KEPT.packed))
    for place in ("a", "b", "a", "c"):
        await answers.keep(place, KEPT)
    kept = [await answers.recall(place) is not None for place in ("a", "b", "c")]
    assert kept == [True, False, True]


async def test_restart_finds_answers_in_redis_and_no_address(redis_url: str) -> None:
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        place = place_of("x", ASK)
        await RedisAnswers(client).keep(place, KEPT)
        found = await RedisAnswers(client).recall(place)
        assert found == KEPT
        assert isinstance(found, KeptAnswer)
        assert found.body("feed").content == b"hello" * 100
        assert await RedisAnswers(client, "other").recall(place) is None
        assert not any(b"secret" in key for key in await client.keys("*"))
        await client.set(f"live:answers:{place}", b"of another version")
        assert await RedisAnswers(client).recall(place) is None


async def test_redis_that_vanishes_costs_nothing_but_a_warning() -> None:
    client = redis.asyncio.Redis.from_url("redis://127.0.0.1:1/0", retry=Retry(NoBackoff(), 0))
    answers = RedisAnswers(client)
    await answers.keep("a", KEPT)
    assert await answers.recall("a") == KEPT
    assert await answers.recall("b") is None
    await client.aclose()


def test_kept_body_is_read_as_of_when_it_came() -> None:
    assert KEPT.body("feed").fetched_at == NOON
    assert KEPT.body("feed").headers == {"content-type": "x"}
