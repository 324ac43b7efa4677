"""Whatever is killed or frozen around a producer, no mention is lost, none has two ids, and the
schedule goes on: real processes, a real broker, a real Redis."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest

from deploy.local import ports
from deploy.local.redis import answers, server
from producers.base.errors import BrokerAwayError
from producers.base.publisher import KafkaPublisher
from schemas.clock import now, tick_of
from schemas.ids import mention_id
from schemas.records import Health, RawMention, Tick
from tests.producers.conftest import Log
from tests.producers.upstream import Reply, Upstream, serving

WITHIN_S = 90.0
OUTAGE_S = 8.0  # long enough for the broker to give up on the producer's turn
SPEED = 20  # a poll every ten seconds of the producer's clock is two a second of ours
FEEDS = ("one.example/feed", "two.example/feed")
SOURCES = """
sources:
  trades:
    poll_every_s: 10
    feeds: ["https://one.example/feed", "https://two.example/feed"]
"""


def feed(name: str, items: int) -> bytes:
    """A feed that has grown to so many items."""
    entries = "".join(
        f"<item><title>{name} {n}</title><guid>{name}-{n}</guid></item>" for n in range(items)
    )
    return f"<rss version='2.0'><channel><title>t</title>{entries}</channel></rss>".encode()


def expected(items: int) -> set[str]:
    return {mention_id("trades", f"{host}-{n}") for host in ("one", "two") for n in range(items)}


class World:
    """One log with its first tick, one upstream, and the producers that run against them."""

    def __init__(self, log: Log, upstream: Upstream, redis_url: str, folder: Path) -> None:
        self.log = log
        file = folder / "sources.yml"
        file.write_text(SOURCES)
        self._environment = os.environ | {
            "HEAT_KAFKA__BOOTSTRAP": log.kafka.bootstrap,
            "HEAT_KAFKA__NAMESPACE": log.kafka.namespace,
            "HEAT_REDIS__URL": redis_url,
            "HEAT_PRODUCER__UPSTREAM": upstream.address,
            "HEAT_PRODUCER__SOURCES": str(file),
            "HEAT_PRODUCER__CLOCK_SPEED": str(SPEED),
        }
        publisher = KafkaPublisher(log.kafka)
        n = tick_of(now())
        tick = Tick(n=n, first=n, present={"trades": 1}, catalogue=(1, 1))
        publisher.send("raw.trades", "tick", tick, partition=0)
        publisher.settle()

    @contextmanager
    def producer(self, *more: str) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "producers", "run", "trades", *more]
        child = subprocess.Popen(command, env=self._environment, stderr=subprocess.PIPE)
        try:
            yield child
        finally:
            child.kill()
            child.communicate(timeout=WITHIN_S)

    def published(self) -> list[str]:
        return [r.id for r in self.log.records("raw.trades") if isinstance(r, RawMention)]

    def healths(self) -> list[Health]:
        return [r for r in self.log.records("ops.health") if isinstance(r, Health)]


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with serving(**{name: [Reply(404)] for name in FEEDS}) as made:
        yield made


def say(upstream: Upstream, items: int) -> None:
    """From now on both feeds have so many items."""
    for name in FEEDS:
        upstream.replies[f"/{name}"] = [Reply(200, feed(name[:3], items))]


def wait_until(what: str, is_so: Callable[[], bool]) -> None:
    """A broker that is on its way back answers a moment later."""
    until = monotonic() + WITHIN_S
    while True:
        with suppress(BrokerAwayError):
            if is_so():
                return
        assert monotonic() < until, f"not within {WITHIN_S:.0f} s: {what}"
        sleep(0.1)


def test_kill_between_publishing_and_settling_loses_nothing(
    log: Log, redis_url: str, upstream: Upstream, tmp_path: Path
) -> None:
    world, never = World(log, upstream, redis_url, tmp_path), threading.Event()
    say(upstream, 3)
    upstream.replies["/two.example/feed"] = [Reply(200, hold=never)]
    with world.producer() as first:
        wait_until("the second feed is asked", lambda: len(upstream.asked) == 2)
        first.send_signal(signal.SIGKILL)
        assert first.wait(WITHIN_S) == -signal.SIGKILL
    assert world.healths() == []  # it was killed in the middle of its first poll
    never.set()
    say(upstream, 4)
    with world.producer("--once") as second:
        assert second.wait(WITHIN_S) == 0
    published = world.published()
    assert set(published) == expected(4)
    again = {id_ for id_, times in Counter(published).items() if times > 1}
    assert again <= expected(3)  # what was on its way when it was killed, under the id it had


@pytest.mark.soak
def test_outages_of_redis_the_network_and_the_broker_cost_no_mention_and_no_copy(
    log: Log, tmp_path: Path, upstream: Upstream
) -> None:
    with redis_of_our_own(tmp_path) as (redis_url, redis):
        world = World(log, upstream, redis_url, tmp_path)
        say(upstream, 2)
        with world.producer() as producer:
            wait_until("a first poll", lambda: set(world.published()) == expected(2))

            redis.send_signal(signal.SIGKILL)
            redis.wait(WITHIN_S)
            say(upstream, 4)
            wait_until("a poll without Redis", lambda: set(world.published()) == expected(4))

            for name in FEEDS:
                upstream.replies[f"/{name}"] = [Reply(hang_up=True)]
            wait_until("a poll without a network", lambda: world.healths()[-1].state != "ok")
            say(upstream, 6)
            wait_until("a poll after it", lambda: set(world.published()) == expected(6))

            with frozen(broker_of(log)):
                say(upstream, 8)
                sleep(OUTAGE_S)
            say(upstream, 9)
            wait_until("a poll after that", lambda: set(world.published()) == expected(9))
            wait_until("all is well", lambda: world.healths()[-1].state == "ok")
            assert producer.poll() is None
        published = world.published()
    assert len(published) == len(set(published))


@contextmanager
def redis_of_our_own(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = ports.choose(0)
    command = [str(server()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    child = subprocess.Popen([*command, "--save", ""], stdout=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}/0"
    try:
        wait_until("Redis answers", lambda: answers(url))
        yield url, child
    finally:
        child.kill()
        child.wait(WITHIN_S)


@contextmanager
def frozen(process: psutil.Process) -> Iterator[None]:
    """It holds its connections and answers nobody."""
    process.suspend()
    try:
        wait_until("it is frozen", lambda: process.status() == psutil.STATUS_STOPPED)
        yield
    finally:
        process.resume()


def broker_of(log: Log) -> psutil.Process:
    port = int(log.kafka.bootstrap.rpartition(":")[2])
    for connection in psutil.net_connections("tcp"):
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
            return psutil.Process(connection.pid)
    raise AssertionError(f"nobody listens on {port}")
