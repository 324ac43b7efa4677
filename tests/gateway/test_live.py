"""Real clients on a real gateway on a real broker, with the gateway killed in between."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from gateway.settings import Patience
from schemas.records import Alert, Heat
from schemas.topics import qualified
from tests.gateway.builders import TICK, alert, heat
from tests.gateway.clients import CLIENTS, WITHIN_S, Resuming
from tests.gateway.conftest import Deployment


@pytest.mark.integration
async def test_a_gateway_killed_mid_stream_loses_nothing_and_repeats_nothing(
    running: Deployment,
) -> None:
    """A kill while records keep coming: every client gets each once, in rising order."""
    clients, written = [client_type(running) for client_type in CLIENTS], list[str]()
    rounds = 2

    async def disturb() -> None:
        for n in range(rounds):
            batch: list[Heat | Alert] = [
                heat(f"e{k}", 1.0, TICK + n * 100 + k) for k in range(60)
            ] + [alert(f"e{n}-{k}", n) for k in range(5)]
            await asyncio.to_thread(running.produce, *batch)
            written.extend(record.id for record in batch)
            if n < rounds - 1:
                await eventually(lambda: all(len(c.seen) >= len(written) - 50 for c in clients))
                running.kill()
                running.start()
                await asyncio.to_thread(running.wait_well)

    async def follow(client: Resuming) -> None:
        await client.until(lambda: disturbing.done() and len(client.seen) >= len(written))

    disturbing = asyncio.create_task(disturb())
    await asyncio.gather(*map(follow, clients))
    await disturbing
    for client in clients:
        assert client.seen == Counter(written), type(client)
        assert client.seqs == sorted(set(client.seqs))


async def eventually(condition: Callable[[], bool]) -> None:
    """Return when it holds; the deadline is what a waiting test would call never."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            if await asyncio.to_thread(condition):
                return
            await asyncio.sleep(0.01)


async def last_words(socket: ClientConnection) -> tuple[list[dict[str, Any]], int]:
    """All that is told until the gateway closes, and the code it closes with."""
    told = []
    try:
        while True:
            told.append(json.loads(await asyncio.wait_for(socket.recv(), WITHIN_S)))
    except ConnectionClosed as closed:
        return told, 0 if closed.rcvd is None else closed.rcvd.code


@pytest.mark.integration
async def test_events_enter_the_feed_once_byte_for_byte_in_the_order_of_each_entity(
    deployment: Deployment,
) -> None:
    """Killed while it moves a backlog, as is the next; a third finishes it."""
    records = [heat(f"e{k % 50}", 1.0, TICK + k) for k in range(6000)]
    await asyncio.to_thread(deployment.produce, *records)
    for _ in range(2):
        deployment.start()
        await some_of_the_feed(deployment)
        deployment.kill()
    deployment.start()
    await asyncio.to_thread(deployment.wait_well)
    values = await asyncio.to_thread(whole_feed, deployment, len(records))
    assert Counter(values) == Counter(whole_topic(deployment, "heat", len(records)))
    assert len(set(values)) == len(records)


async def some_of_the_feed(deployment: Deployment) -> None:
    """Wait until the gateway wrote something."""
    with feed_consumer(deployment) as consumer:
        feed = TopicPartition(qualified(deployment.kafka.namespace, "feed"), 0)
        ends: list[int] = []

        def grew() -> bool:
            try:
                ends.append(consumer.get_watermark_offsets(feed, timeout=10)[1])
            except KafkaException as problem:
                if problem.args[0].code() != KafkaError.NOT_LEADER_FOR_PARTITION:
                    raise
                consumer.list_topics(feed.topic, timeout=10)  # just made, and led by nobody yet
            return bool(ends) and ends[-1] > ends[0]

        await eventually(grew)


@contextlib.contextmanager
def feed_consumer(deployment: Deployment) -> Any:
    consumer = Consumer(
        {
            "bootstrap.servers": deployment.kafka.bootstrap,
            "group.id": "looking",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
        }
    )
    try:
        yield consumer
    finally:
        consumer.close()


def whole_feed(deployment: Deployment, count: int) -> list[bytes]:
    return read_all(deployment, "feed", [0], count)


def whole_topic(deployment: Deployment, topic: str, count: int) -> list[bytes]:
    return read_all(deployment, topic, range(deployment.kafka.keyed_partitions), count)


def read_all(deployment: Deployment, topic: str, partitions: Any, count: int) -> list[bytes]:
    """At least `count` values, and whatever else comes within a second of silence."""
    name = qualified(deployment.kafka.namespace, topic)
    values: list[bytes] = []
    last: dict[bytes, bytes] = {}
    with feed_consumer(deployment) as consumer:
        consumer.assign([TopicPartition(name, n, 0) for n in partitions])
        silent = 0
        while silent < (2 if len(values) >= count else 40):
            batch = consumer.consume(2000, 0.5)
            silent = 0 if batch else silent + 1
            for message in batch:
                assert message.error() is None
                values.append(message.value())
                last[message.key()] = message.value()
    return values


@pytest.mark.integration
async def test_a_snapshot_is_followed_by_the_stream(shared: Deployment) -> None:
    gala = {"entity_type": "event"}
    shared.produce(heat("a", 1.0, **gala), heat("b", 2.0, **gala))
    await eventually(lambda: total(shared, "category=event") == 2)
    url = f"ws://{shared.address}/ws?snapshot=1&shape=thin&category=event"
    async with connect(url) as socket:
        hello, snapshot, info = [json.loads(await socket.recv()) for _ in range(3)]
        assert (hello["type"], info["name"]) == ("hello", "CaughtUp")
        assert [held["data"]["entity_id"] for held in snapshot["items"]] == ["b", "a"]
        shared.produce(heat("c", 0.5, **gala))
        event = json.loads(await asyncio.wait_for(socket.recv(), WITHIN_S))
        assert (event["seq"] > snapshot["seq"], event["data"]["entity_id"]) == (True, "c")


def total(deployment: Deployment, query: str) -> int:
    url = f"http://{deployment.address}/trends/intelligent?{query}"
    return int(httpx.get(url, timeout=30).json()["total"])


@pytest.mark.integration
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("colour=red", "UnknownParameter"),
        ("kinds=heat&kinds=heat", "DoubledParameter"),
        ("cursor=99999", "CursorUnknown"),
        ("snapshot=1&cursor=earliest", "Contradiction"),
    ],
)
async def test_a_socket_that_cannot_be_served_is_told_why_and_closed(
    shared: Deployment, query: str, name: str
) -> None:
    async with connect(f"ws://{shared.address}/ws?{query}") as socket:
        (error,), code = await last_words(socket)
    assert (error["type"], error["name"], code) == ("error", name, 1008)


@pytest.mark.integration
async def test_a_client_that_talks_is_closed(shared: Deployment) -> None:
    async with connect(f"ws://{shared.address}/ws") as socket:
        for _ in range(Patience().frames_per_minute + 1):
            await socket.send("hello?")
        told, code = await last_words(socket)
    assert (told[-1]["name"], code) == ("TooManyFrames", 1008)


@pytest.mark.integration
async def test_a_large_frame_is_not_read(shared: Deployment) -> None:
    async with connect(f"ws://{shared.address}/ws") as socket:
        await socket.send("x" * 100_000)
        _, code = await last_words(socket)
    assert code == 1009


@pytest.mark.integration
async def test_a_client_that_does_not_read_is_dropped_and_can_resume(
    deployment: Deployment,
) -> None:
    """The sleeper's socket fills up; the ring moves on; others do not notice."""
    deployment.variables["HEAT_GATEWAY__RING"] = "2000"
    deployment.start()
    await asyncio.to_thread(deployment.wait_well)
    async with connect(f"ws://{deployment.address}/ws", max_queue=1, ping_interval=None) as sleeper:
        for n in range(8):
            batch = [heat(f"e{k % 100}", 1.0, TICK + 1000 * n + k) for k in range(1000)]
            await asyncio.to_thread(deployment.produce, *batch)
        told, _ = await last_words(sleeper)
    last = told[-1]
    assert last["name"] == "ConsumerTooSlow"
    assert last["resume_from"] >= max(m["seq"] for m in told if m["type"] == "event")
