"""One poll of a source, against a server on the loopback and with the log of a double."""

import asyncio
from datetime import timedelta

import pytest

from producers.base.errors import DisabledError
from producers.base.facts import Credential, Facts
from producers.base.publisher import MemoryPublisher
from producers.base.rounds import polls
from producers.trades import TradesSource
from schemas.clock import MINUTE_MS
from schemas.records import Heartbeat, RawMention
from tests.producers.base.polling import BODY, EMPTY, Hands, MakePoller, audits, health
from tests.producers.upstream import Reply, serving


async def test_poll_publishes_what_is_new_once_and_tells_how_it_went(
    poller_of: MakePoller, hands: Hands
) -> None:
    publisher = MemoryPublisher()
    with serving(feed=[Reply(200, BODY)]) as upstream:
        poller = poller_of([upstream.url("/feed")], publisher)
        first, _ = await poller.poll()
        hands.moment += 5 * MINUTE_MS
        second, _ = await poller.poll()
    assert (first.published, second.published, second.read) == (4, 0, 4)
    sent = [(key, record) for topic, key, record, _ in publisher.sent if topic == "raw.trades"]
    assert all(isinstance(record, RawMention) and key == record.id for key, record in sent)
    assert [a.mentions for a in audits(publisher)] == [4, 4]
    assert (health(publisher).state, health(publisher).last_success) == ("ok", hands())
    beats = publisher.records_on("ops.heartbeat")
    assert [b.sequence for b in beats if isinstance(b, Heartbeat)] == [1, 2]


async def test_unchanged_feed_is_well_though_it_says_nothing(
    poller_of: MakePoller, hands: Hands
) -> None:
    publisher = MemoryPublisher()
    with serving(feed=[Reply(200, BODY, {"ETag": '"7"'})]) as upstream:
        poller = poller_of([upstream.url("/feed")], publisher)
        await poller.poll()
        hands.moment += 5 * MINUTE_MS
        report, next_due = await poller.poll()
    assert (report.unchanged, report.state) == (1, "ok")
    assert audits(publisher)[-1].operation == "not-modified"
    assert next_due - hands() == 5 * MINUTE_MS * 1.25  # asked a little less often


async def test_empty_success_is_degraded(poller_of: MakePoller) -> None:
    publisher = MemoryPublisher()
    with serving(feed=[Reply(200, EMPTY)]) as upstream:
        await poller_of([upstream.url("/feed")], publisher).poll()
    assert (health(publisher).state, health(publisher).reason) == (
        "degraded",
        "answers without entries",
    )


async def test_much_less_than_usual_for_three_polls_is_degraded(
    poller_of: MakePoller, hands: Hands
) -> None:
    publisher, states = MemoryPublisher(), []
    with serving(feed=[Reply(200, BODY)]) as upstream:
        poller = poller_of([upstream.url("/feed")], publisher)
        for _ in range(4):
            hands.moment += 20 * MINUTE_MS
            states.append((await poller.poll())[0].state)
    assert states == ["ok", "ok", "degraded", "degraded"]
    assert health(publisher).reason == "4 entries where 10 are usual, 4 polls in a row"


async def test_one_broken_feed_leaves_the_others_alone(poller_of: MakePoller) -> None:
    publisher = MemoryPublisher()
    with serving(
        good=[Reply(200, BODY)], gone=[Reply(410)], page=[Reply(200, b"<html>")], shut=[Reply(401)]
    ) as up:
        feeds = [up.url("/gone"), up.url("/page"), up.url("/shut"), up.url("/good")]
        report, _ = await poller_of(feeds, publisher).poll()
    assert (report.published, report.state, len(report.failures)) == (4, "degraded", 3)
    assert "127.0.0.1/gone: HTTP 410" in health(publisher).reason
    assert "127.0.0.1/page: not a feed" in health(publisher).reason
    assert "127.0.0.1/shut: HTTP 401: it asks for a key" in health(publisher).reason


async def test_no_network_is_down_with_its_reason_and_polling_goes_on(
    poller_of: MakePoller, hands: Hands
) -> None:
    publisher, told = MemoryPublisher(), []
    poller = poller_of(["http://127.0.0.1:1/feed"], publisher)
    poller.desk.tell_health = lambda status, detail: told.append(status)
    for _ in range(2):
        await poller.poll()
        hands.moment += 5 * MINUTE_MS
    newest = health(publisher)
    assert (newest.state, newest.consecutive_failures, newest.last_success) == ("down", 2, None)
    assert "127.0.0.1/feed: unreachable" in newest.reason
    assert told == ["down", "down"]


class KeyedSource(TradesSource):
    """A source that has a key, which may be refused."""

    facts = Facts(
        name="trades",
        about="",
        poll_every=timedelta(minutes=5),
        credentials=(Credential("newsapi", "https://a.example"),),
    )


async def test_refused_credentials_disable_the_source(poller_of: MakePoller) -> None:
    publisher = MemoryPublisher()
    with serving(feed=[Reply(401)]) as upstream:
        poller = poller_of([upstream.url("/feed")], publisher, kind=KeyedSource)
        with pytest.raises(DisabledError, match=r"trades is disabled: .*HTTP 401"):
            await polls(poller, poller.desk, asyncio.Event())
    assert health(publisher).state == "disabled"


async def test_stop_ends_the_wait_between_polls(poller_of: MakePoller) -> None:
    stopping = asyncio.Event()
    with serving(feed=[Reply(200, BODY)]) as upstream:
        poller = poller_of([upstream.url("/feed")], MemoryPublisher())
        poller.desk.tell_health = lambda _status, _detail: stopping.set()
        report = await asyncio.wait_for(polls(poller, poller.desk, stopping), 20)
    assert report.published == 4
    assert poller.desk.standing.polls == 1
