"""The loop of a polled source, against a server on the loopback and with the log of a double."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from producers.base.conditional import MemoryValidators
from producers.base.errors import DisabledError, UndeliveredError
from producers.base.fetch import Fetcher
from producers.base.poll import Poller, run, wait_after
from producers.base.publisher import KafkaPublisher, MemoryPublisher
from producers.base.reports import PollReport
from producers.base.seen import Seen, seen_in_log
from producers.trades import TradesOptions, TradesSource
from schemas.clock import now
from schemas.records import Audit, Health, Heartbeat, RawMention
from tests.producers.builders import NOON, raw_mention
from tests.producers.conftest import Log
from tests.producers.upstream import Reply, serving

BODY = (Path(__file__).parents[1] / "fixtures/trades/wordpress.xml").read_bytes()
EMPTY = (Path(__file__).parents[1] / "fixtures/empty.xml").read_bytes()
MakePoller = Callable[..., Poller]


async def _at_once(_seconds: float) -> None:
    """Retries wait for nothing here."""


@pytest_asyncio.fixture
async def poller_of() -> AsyncIterator[MakePoller]:
    fetcher = Fetcher("heat-test/1", sleep=_at_once)

    def make(feeds: Iterable[str], publisher: MemoryPublisher, **more: object) -> Poller:
        source = TradesSource(TradesOptions(feeds=tuple(feeds)))
        poller = Poller(source, fetcher, publisher, MemoryValidators(), Seen())
        poller.clock, poller.chance = (lambda: NOON), (lambda: 0.5)
        for name, value in more.items():
            setattr(poller, name, value)
        return poller

    yield make
    await fetcher.close()


def health(publisher: MemoryPublisher) -> Health:
    newest = publisher.records_on("ops.health")[-1]
    assert isinstance(newest, Health)
    return newest


def audits(publisher: MemoryPublisher) -> list[Audit]:
    return [record for record in publisher.records_on("ops.audit") if isinstance(record, Audit)]


async def test_poll_publishes_what_is_new_once_and_tells_how_it_went(
    poller_of: MakePoller,
) -> None:
    publisher = MemoryPublisher()
    with serving(feed=[Reply(200, BODY)]) as upstream:
        poller = poller_of([upstream.url("/feed")], publisher)
        first, _ = await poller.poll()
        second, _ = await poller.poll()
    assert (first.published, second.published, second.read) == (4, 0, 4)
    sent = [(key, record) for topic, key, record, _ in publisher.sent if topic == "raw.trades"]
    assert all(isinstance(record, RawMention) and key == record.id for key, record in sent)
    assert [a.mentions for a in audits(publisher)] == [4, 4]
    assert (health(publisher).state, health(publisher).last_success) == ("ok", NOON)
    beats = publisher.records_on("ops.heartbeat")
    assert [b.sequence for b in beats if isinstance(b, Heartbeat)] == [1, 2]


async def test_unchanged_feed_is_well_though_it_says_nothing(poller_of: MakePoller) -> None:
    publisher = MemoryPublisher()
    with serving(feed=[Reply(200, BODY, {"ETag": '"7"'})]) as upstream:
        poller = poller_of([upstream.url("/feed")], publisher)
        await poller.poll()
        report, _ = await poller.poll()
    assert (report.unchanged, report.state) == (1, "ok")
    assert audits(publisher)[-1].operation == "not-modified"


async def test_empty_success_is_degraded(poller_of: MakePoller) -> None:
    publisher = MemoryPublisher()
    with serving(feed=[Reply(200, EMPTY)]) as upstream:
        await poller_of([upstream.url("/feed")], publisher).poll()
    assert (health(publisher).state, health(publisher).reason) == (
        "degraded",
        "answers without entries",
    )


async def test_one_broken_feed_leaves_the_others_alone(poller_of: MakePoller) -> None:
    publisher = MemoryPublisher()
    with serving(good=[Reply(200, BODY)], gone=[Reply(410)], page=[Reply(200, b"<html>")]) as up:
        feeds = [up.url("/gone"), up.url("/page"), up.url("/good")]
        report, _ = await poller_of(feeds, publisher).poll()
    assert (report.published, report.state, len(report.failures)) == (4, "degraded", 2)
    assert "127.0.0.1/gone: HTTP 410" in health(publisher).reason
    assert "127.0.0.1/page: not a feed" in health(publisher).reason


async def test_no_network_is_down_with_its_reason_and_polling_goes_on(
    poller_of: MakePoller,
) -> None:
    publisher, told = MemoryPublisher(), []
    poller = poller_of(["http://127.0.0.1:1/feed"], publisher)
    poller.tell_health = lambda status, detail: told.append((status, detail))
    await poller.poll()
    await poller.poll()
    newest = health(publisher)
    assert (newest.state, newest.consecutive_failures, newest.last_success) == ("down", 2, None)
    assert "127.0.0.1/feed: unreachable" in newest.reason
    assert [status for status, _ in told] == ["down", "down"]


async def test_limit_leaves_the_rest_for_the_next_poll(poller_of: MakePoller) -> None:
    publisher = MemoryPublisher()
    with serving(feed=[Reply(200, BODY, {"ETag": '"7"'})]) as upstream:
        poller = poller_of([upstream.url("/feed")], publisher, limit=3)
        counts = [(await poller.poll())[0].published for _ in range(3)]
    assert counts == [3, 1, 0]


class Unencodable(KafkaPublisher):
    """Encodes like Kafka's publisher, and sends nothing."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def send_bytes(self, topic: str, key: str, value: bytes, partition: int | None = None) -> None:
        self.keys.append(f"{topic} {key}")

    def settle(self) -> int:
        return len(self.keys)


async def test_mention_that_cannot_be_encoded_is_left_out_and_named(
    poller_of: MakePoller, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = raw_mention("good"), raw_mention("bad", title="half a pair \ud83d")
    monkeypatch.setattr(TradesSource, "parse", lambda *_: iter([good, bad]))
    publisher = Unencodable()
    with serving(feed=[Reply(200, BODY)]) as upstream:
        report, _ = await poller_of([upstream.url("/feed")], publisher).poll()
    assert (report.published, report.state) == (1, "degraded")
    assert bad.id in report.reason
    assert f"raw.newsapi {good.id}" in publisher.keys


class BrokerAway(MemoryPublisher):
    def settle(self) -> int:
        raise UndeliveredError("the broker is away")


async def test_what_the_log_did_not_take_is_neither_seen_nor_unchanged(
    poller_of: MakePoller,
) -> None:
    with serving(feed=[Reply(200, BODY, {"ETag": '"7"'})]) as upstream:
        poller = poller_of([upstream.url("/feed")], BrokerAway())
        with pytest.raises(UndeliveredError):
            await poller.poll()
        assert len(poller.seen) == 0
        poller.publisher = publisher = MemoryPublisher()
        report, _ = await poller.poll()
    assert report.published == 4
    assert len(publisher.records_on("raw.trades")) == 4


async def test_refused_credentials_disable_the_source(poller_of: MakePoller) -> None:
    publisher = MemoryPublisher()
    with serving(feed=[Reply(401)]) as upstream:
        poller = poller_of([upstream.url("/feed")], publisher)
        with pytest.raises(DisabledError, match=r"trades is disabled: .*HTTP 401"):
            await run(poller, asyncio.Event())
    assert health(publisher).state == "disabled"


async def test_stop_ends_the_wait_between_polls(poller_of: MakePoller) -> None:
    stopping = asyncio.Event()
    with serving(feed=[Reply(200, BODY)]) as upstream:
        poller = poller_of([upstream.url("/feed")], MemoryPublisher())
        poller.tell_health = lambda _status, _detail: stopping.set()
        report = await asyncio.wait_for(run(poller, stopping), 20)
    assert report.published == 4
    assert poller.polls == 1


def test_wait_is_the_cadence_give_or_take_a_tenth_or_what_the_source_asks() -> None:
    cadence = timedelta(seconds=100)
    waits = [wait_after(PollReport(), cadence, chance) for chance in (0.0, 0.5, 1.0)]
    assert waits == pytest.approx([90, 100, 110])
    assert wait_after(PollReport(retry_after=3600), cadence, 0.5) == 3600


async def test_restarted_source_publishes_nothing_twice(log: Log) -> None:
    with serving(feed=[Reply(200, BODY)]) as upstream:
        published = []
        for _life in range(2):
            seen = seen_in_log(log.kafka, "trades", now())
            fetcher = Fetcher("heat-test/1", sleep=_at_once)
            source = TradesSource((upstream.url("/feed"),))
            publisher = KafkaPublisher(log.kafka)
            poller = Poller(source, fetcher, publisher, MemoryValidators(), seen)
            published.append((await run(poller, asyncio.Event(), once=True)).published)
            await fetcher.close()
    assert published == [4, 0]
    assert len(log.messages("raw.trades")) == 4
    assert {type(r) for r in log.records("ops.health")} == {Health}


def test_what_was_seen_longest_ago_is_forgotten_first() -> None:
    seen = Seen(most=2)
    seen.add(["a", "b"])
    seen.add(["a"])
    seen.add(["c"])
    assert [id_ in seen for id_ in ("a", "b", "c")] == [True, False, True]
