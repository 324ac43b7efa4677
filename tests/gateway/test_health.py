"""Health tells the truth, and tells it in time."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local.stack import Stack
from gateway.app import build_app
from gateway.health import Finding, State, verdict
from gateway.settings import GatewaySettings
from schemas.settings import KafkaSection, RedisSection
from tests.gateway.builders import heat
from tests.gateway.conftest import Deployment, deployed

ANSWER_WITHIN_S = 2.0
NOTICED_WITHIN_S = 60.0
BROKER_SESSION_S = 12.0  # its default is 9


@pytest.mark.parametrize(
    ("needed", "unneeded", "state"),
    [
        (["ok", "ok"], [], "ok"),
        (["ok", "down"], [], "down"),
        (["starting", "down"], [], "down"),
        (["ok", "starting"], ["down"], "starting"),
        (["ok"], ["down"], "degraded"),
        (["ok"], ["ok"], "ok"),
    ],
)
def test_the_whole_is_as_well_as_what_it_needs(
    needed: list[State], unneeded: list[State], state: State
) -> None:
    findings = [Finding("needed", s) for s in needed]
    findings += [Finding("unneeded", s, needed=False) for s in unneeded]
    assert verdict(findings) == state


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


async def health_at(settings: GatewaySettings) -> httpx.Response:
    """The answer of a gateway, within the time that is promised."""
    app = build_app(settings)
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://g") as client,
        asyncio.timeout(ANSWER_WITHIN_S),
    ):
        return await client.get("/health")


async def test_a_broker_that_hangs_is_down_and_the_answer_comes_in_time(silent_server: str) -> None:
    answer = await health_at(GatewaySettings(kafka=KafkaSection(bootstrap=silent_server)))
    assert answer.status_code == 503
    assert answer.json()["dependencies"]["kafka"]["state"] == "down"


async def test_a_broker_that_is_away_is_down(unused_tcp_port: int) -> None:
    kafka = KafkaSection(bootstrap=f"127.0.0.1:{unused_tcp_port}")
    answer = await health_at(GatewaySettings(kafka=kafka))
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"


async def test_a_redis_that_hangs_is_told_without_its_password(silent_server: str) -> None:
    settings = GatewaySettings(
        kafka=KafkaSection(bootstrap=silent_server),
        redis=RedisSection(url=f"redis://:sesame@{silent_server}/0"),  # type: ignore[arg-type]
    )
    answer = await health_at(settings)
    redis = answer.json()["dependencies"]["redis"]
    assert (redis["state"], redis["needed"]) == ("down", False)
    assert "sesame" not in answer.text


async def test_the_client_of_redis_is_imported_for_the_first_question_alone(
    unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = GatewaySettings(
        kafka=KafkaSection(bootstrap=f"127.0.0.1:{unused_tcp_port}"),
        redis=RedisSection(url=f"redis://127.0.0.1:{unused_tcp_port}/0"),  # type: ignore[arg-type]
    )
    app = build_app(settings)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://g") as client:
        first = await client.get("/health")
        assert "redis.asyncio" in sys.modules
        monkeypatch.delitem(sys.modules, "redis.asyncio")
        again = await client.get("/health")
        assert "redis.asyncio" not in sys.modules
    for answer in (first, again):
        assert answer.json()["dependencies"]["redis"]["detail"] == "ConnectionError"


def test_a_gateway_with_a_broker_is_well(shared: Deployment) -> None:
    told = httpx.get(f"http://{shared.address}/health", timeout=30).json()
    assert told["status"] == "ok"
    assert {name: one["state"] for name, one in told["dependencies"].items()} == {
        "kafka": "ok", "feed": "ok", "sequencer": "ok",
    }  # fmt: skip


def test_a_gateway_ends_cleanly_and_leaves_no_stream_hanging(running: Deployment) -> None:
    with httpx.stream("GET", f"http://{running.address}/trends/sse", timeout=30) as stream:
        lines = stream.iter_lines()
        while '"CaughtUp"' not in next(lines):
            pass
        assert running.stop() == 0
        assert all(not line or line.startswith(("id:", "data:", ":", "event:")) for line in lines)


def _until_unwell(address: str) -> httpx.Response:
    """The first answer that is not well; the last one when the patience is over."""
    until = time.monotonic() + NOTICED_WITHIN_S
    while True:
        answer = httpx.get(f"http://{address}/health", timeout=30)
        if answer.status_code != 200 or time.monotonic() > until:
            return answer


@pytest.mark.integration
@pytest.mark.soak
def test_a_broker_that_froze_and_lost_its_session_is_noticed_and_forgiven(tmp_path: Path) -> None:
    """Frozen for longer than its own session, the broker leads again under a newer epoch."""
    with (
        Stack(tmp_path / "stack", parts={"kafka"}, usual_ports=False, durable=False) as stack,
        deployed(stack.kafka_bootstrap, tmp_path) as held,
    ):
        held.start()
        held.wait_well()
        (broker,) = stack.state().children
        os.kill(broker.pid, signal.SIGSTOP)
        try:
            frozen = _until_unwell(held.address)
            time.sleep(BROKER_SESSION_S)  # There is nothing to wait for: the broker is frozen.
        finally:
            os.kill(broker.pid, signal.SIGCONT)
        assert frozen.status_code == 503
        held.wait_well()
        held.produce(heat("after"))
        with httpx.stream("GET", f"http://{held.address}/trends/sse?cursor=earliest") as stream:
            assert any('"after"' in line for line in stream.iter_lines())
