"""What a stream tells, in order, without a connection."""

import asyncio
from collections.abc import AsyncGenerator
from hashlib import sha256
from typing import Any

import orjson
import pytest

from gateway.feed import Feed
from gateway.metrics import Metrics
from gateway.settings import Patience
from gateway.stream import Message, Streams, TooSlowError
from gateway.subscription import RefusedError, SseQuery, Subscription
from tests.gateway.builders import TICK, alert, fed, heat, messages

ALL = Subscription()


def streams_of(feed: Feed, **patience: Any) -> Streams:
    return Streams(feed, Metrics(), Patience(**patience))


async def told(stream: AsyncGenerator[Message, None], count: int) -> list[dict[str, Any]]:
    return [orjson.loads((await anext(stream)).body) for _ in range(count)]


async def test_a_stream_says_hello_tells_what_was_missed_and_that_it_caught_up() -> None:
    streams = streams_of(fed([heat("a"), alert("a"), heat("b")]))
    hello, *events, info = await told(streams.tell(ALL, 0), 4)
    assert (hello["type"], hello["floor_seq"], hello["tip_seq"]) == ("hello", -1, 2)
    assert [(e["kind"], e["seq"]) for e in events] == [("alerts", 1), ("heat", 2)]
    assert info == {"type": "info", "name": "CaughtUp", "seq": 2}


async def test_what_comes_later_is_told_as_it_comes() -> None:
    feed = fed([heat("a")])
    stream = streams_of(feed).tell(ALL, 0)
    await told(stream, 2)
    waiting = asyncio.create_task(told(stream, 1))
    await asyncio.sleep(0)
    feed.take(messages([heat("b")], first=4), 5, True)
    (event,) = await waiting
    assert (event["seq"], event["data"]["entity_id"]) == (4, "b")


async def test_a_heartbeat_moves_a_filtered_client_past_what_it_did_not_want() -> None:
    streams = streams_of(fed([heat("a"), heat("b")]), heartbeat=0.01)
    stream = streams.tell(Subscription(entity="nobody"), -1)
    *_, heartbeat = await told(stream, 3)
    assert heartbeat == {"type": "heartbeat", "seq": 1}


async def test_the_cursor_of_a_message_is_never_ahead_of_what_was_told() -> None:
    feed = fed([heat("a", tick=TICK + n) for n in range(5)])
    seen: list[int] = []
    async for message in streams_of(feed, batch=2, heartbeat=0.01).tell(ALL, -1):
        if message.sort == "event":
            seen.append(message.seq)
        missed = [seq for seq in range(feed.ring.tip + 1) if seq <= message.seq and seq not in seen]
        assert missed == []
        if message.sort == "heartbeat":
            break
    assert seen == [0, 1, 2, 3, 4]


async def test_a_snapshot_is_the_state_and_is_followed_by_what_comes_after() -> None:
    feed = fed([heat("a", 1.0), alert("a"), heat("a", 2.0, TICK + 5)])
    stream = streams_of(feed).tell(ALL, feed.ring.tip, snapshot=True)
    _, snapshot, info = await told(stream, 3)
    ids = [held["data"]["id"] for held in snapshot["items"]]
    assert snapshot["seq"] == 2
    assert [held["kind"] for held in snapshot["items"]] == ["heat", "alerts"]
    assert snapshot["checksum"] == sha256("\n".join(ids).encode()).hexdigest()
    assert info["name"] == "CaughtUp"


async def test_a_client_that_lags_by_half_the_ring_is_dropped_while_it_can_still_resume() -> None:
    feed = fed([heat("a")], capacity=10)
    stream = streams_of(feed, batch=2).tell(ALL, 0)
    await told(stream, 2)
    feed.take(messages([heat("a", tick=TICK + n) for n in range(1, 8)], first=1), 8, True)
    with pytest.raises(TooSlowError) as lag:
        await told(stream, 1)
    assert lag.value.body["resume_from"] == 0
    assert feed.ring.floor <= 0


async def test_a_client_that_was_overtaken_is_dropped() -> None:
    feed = fed([heat("a", tick=TICK + n) for n in range(4)], capacity=4)
    stream = streams_of(feed, batch=1).tell(ALL, -1)
    await told(stream, 2)
    feed.take(messages([heat("a", tick=TICK + n) for n in range(4, 12)], first=4), 12, True)
    with pytest.raises(TooSlowError) as lag:
        await told(stream, 4)
    assert lag.value.resume_from == 0


async def test_no_stream_opens_before_the_tip_is_known() -> None:
    feed = Feed(10, Metrics())
    with pytest.raises(RefusedError) as refusal, streams_of(feed).opened("sse"):
        pass
    assert refusal.value.name == "NotReady"


async def test_the_number_of_streams_is_limited_and_counted_back() -> None:
    streams = streams_of(fed([]), streams=1)
    with streams.opened("sse"), pytest.raises(RefusedError), streams.opened("websocket"):
        pass
    with streams.opened("sse"):
        pass


async def test_a_cursor_that_is_a_moment_ahead_is_waited_for() -> None:
    feed = fed([heat("a")])
    beginning = asyncio.create_task(streams_of(feed).begin(SseQuery(), "3"))
    await asyncio.sleep(0)
    feed.take([], 4, True)
    assert await beginning == 3


async def test_a_cursor_of_another_feed_is_refused_after_the_wait() -> None:
    streams = streams_of(fed([heat("a")]), cursor_ahead=0.01)
    with pytest.raises(RefusedError) as refusal:
        await streams.begin(SseQuery(), "3")
    assert refusal.value.name == "CursorUnknown"


async def test_a_stopping_gateway_ends_its_streams() -> None:
    feed = fed([])
    stream = streams_of(feed).tell(ALL, -1)
    await told(stream, 2)
    waiting = asyncio.create_task(anext(stream, None))
    await asyncio.sleep(0)
    feed.stop()
    assert await waiting is None


async def test_bytes_that_are_no_record_are_skipped_and_counted() -> None:
    feed = fed([heat("a")])
    bad = messages([heat("b")], first=1)[0]
    bad.value = b"\x00nonsense"
    feed.take([bad, *messages([heat("c")], first=2)], 3, True)
    told = feed.ring.read(feed.ring.place_after(-1), 9)
    assert [e.entities for e in told] == [{"a"}, {"c"}]
