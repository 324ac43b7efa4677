"""What reaches the log: only what is new, all of it, and under one id once."""

import asyncio

import pytest

from producers.base.delivery import Delivery
from producers.base.desk import Desk
from producers.base.errors import UndeliveredError
from producers.base.fetch import Fetcher
from producers.base.kept import MemoryAnswers
from producers.base.poll import Poller
from producers.base.publisher import KafkaPublisher, MemoryPublisher
from producers.base.rounds import polls
from producers.base.seen import Seen, seen_in_log
from producers.trades import TradesOptions, TradesSource
from schemas.clock import MINUTE_MS, now
from schemas.records import Health
from tests.producers.base.polling import BODY, Hands, MakePoller, at_once
from tests.producers.builders import raw_mention
from tests.producers.conftest import Log
from tests.producers.upstream import Reply, serving


async def test_limit_leaves_the_rest_for_the_next_poll(poller_of: MakePoller, hands: Hands) -> None:
    counts = []
    with serving(feed=[Reply(200, BODY, {"ETag": '"7"'})]) as upstream:
        poller = poller_of([upstream.url("/feed")], MemoryPublisher(), limit=3)
        for _ in range(3):
            counts.append((await poller.poll())[0].published)
            hands.moment += 10 * MINUTE_MS
    assert counts == [3, 1, 0]


async def test_what_happened_before_a_time_can_be_left_out(poller_of: MakePoller) -> None:
    publisher = MemoryPublisher()
    with serving(feed=[Reply(200, BODY)]) as upstream:
        everything = await poller_of([upstream.url("/feed")], publisher).poll()
        times = sorted(m.event_time for m in publisher.records_on("raw.trades"))  # type: ignore[union-attr]
        later = poller_of([upstream.url("/feed")], MemoryPublisher(), since=times[-1])
        assert (await later.poll())[0].published == times.count(times[-1]) < everything[0].published


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


async def test_what_the_log_did_not_take_is_neither_seen_nor_kept(
    poller_of: MakePoller, hands: Hands
) -> None:
    answers = MemoryAnswers()
    with serving(feed=[Reply(200, BODY, {"ETag": '"7"'})]) as upstream:
        poller = poller_of([upstream.url("/feed")], BrokerAway(), answers=answers)
        with pytest.raises(UndeliveredError):
            await poller.poll()
        assert len(poller.desk.delivery.seen) == 0
        hands.moment += 5 * MINUTE_MS
        poller.desk.delivery.publisher = publisher = MemoryPublisher()
        report, _ = await poller.poll()
    assert report.published == 4
    assert len(publisher.records_on("raw.trades")) == 4


async def test_restarted_source_publishes_nothing_twice(log: Log) -> None:
    with serving(feed=[Reply(200, BODY)]) as upstream:
        published = []
        for _life in range(2):
            seen = seen_in_log(log.kafka, "trades", now())
            fetcher = Fetcher("heat-test/1", sleep=at_once)
            source = TradesSource(TradesOptions(feeds=(upstream.url("/feed"),)))
            desk = Desk(source, Delivery(KafkaPublisher(log.kafka), seen))
            poller = Poller(source, desk, fetcher, MemoryAnswers())
            published.append((await polls(poller, desk, asyncio.Event(), once=True)).published)
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


def test_tombstone_passes_under_a_seen_id_and_nothing_after_it() -> None:
    publisher = MemoryPublisher()
    delivery = Delivery(publisher, Seen())
    alive, gone = raw_mention("a"), raw_mention("a", deleted=True)
    taken = []
    for mentions in ([alive], [alive], [gone], [gone, alive], [alive, gone]):
        delivery.begin()
        taken.append(delivery.take(mentions))
        asyncio.run(delivery.settle())
    assert taken == [1, 0, 1, 0, 0]
    delivery = Delivery(publisher, Seen())
    assert delivery.take([gone, alive]) == 1
