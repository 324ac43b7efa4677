"""A gateway as an application without a broker, and as a real process on a real one."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from confluent_kafka import Producer
from fastapi import FastAPI

from deploy.topics import apply
from gateway.app import build_app
from gateway.settings import GatewaySettings
from schemas.codec import encode
from schemas.records import Alert, Heat, Record
from schemas.settings import KafkaSection
from schemas.topics import qualified
from tests.gateway.builders import messages

ROOT = Path(__file__).parents[2]
START_WITHIN_S = 180.0


@pytest.fixture
def app() -> FastAPI:
    """Its lifespan is not entered: nothing connects, the feed is what a test puts there."""
    return build_app(GatewaySettings())


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        yield client


@pytest.fixture
def feed(app: FastAPI) -> Callable[[list[Heat | Alert]], None]:
    """Gives the application a feed with these records."""

    def give(records: list[Heat | Alert]) -> None:
        held = app.state.gateway.feed
        held.begin(0)
        held.take(messages(records), len(records), True)

    return give


@dataclass
class Deployment:
    """Topics of one namespace and a gateway on them, which can be killed and started again."""

    kafka: KafkaSection
    port: int
    log: Path
    variables: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        variables = {
            **os.environ,
            "HEAT_KAFKA__BOOTSTRAP": self.kafka.bootstrap,
            "HEAT_KAFKA__NAMESPACE": self.kafka.namespace,
            "HEAT_GATEWAY__PORT": str(self.port),
            **self.variables,
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gateway"], cwd=ROOT, env=variables, stderr=log
            )

    def wait_well(self) -> None:
        """Return when /health says ok; fail with the log when it does not in time."""
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline and self.process and self.process.poll() is None:
            try:
                if httpx.get(f"http://{self.address}/health", timeout=3).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        pytest.fail(f"the gateway did not become well:\n{self.log.read_text()[-2000:]}")

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def stop(self) -> int:
        """The exit code after a polite signal."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def produce(self, *records: Record) -> None:
        """Write records to their topics, as the stages before the gateway do."""
        producer = Producer({"bootstrap.servers": self.kafka.bootstrap, "linger.ms": 1})
        topics = {"heat": "heat", "alert": "alerts", "mention": "mentions", "health": "ops.health",
                  "discovery": "discoveries", "question": "resolve.queue"}
        for record in records:
            topic = qualified(self.kafka.namespace, topics[record.schema_name])
            key = getattr(record, "entity_id", "source")
            producer.produce(topic, encode(record), key.encode())
        assert producer.flush(30) == 0


@contextmanager
def deployed(bootstrap: str, folder: Path) -> Iterator[Deployment]:
    kafka = KafkaSection(bootstrap=bootstrap, namespace=f"gw-{uuid4().hex[:8]}", keyed_partitions=3)
    apply(kafka, deadline_s=START_WITHIN_S)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    held = Deployment(kafka, port, folder / "gateway.log")
    try:
        yield held
    finally:
        if held.process is not None and held.process.poll() is None:
            held.kill()


@pytest.fixture
def deployment(kafka_bootstrap: str, tmp_path: Path) -> Iterator[Deployment]:
    """A namespace with all topics, and a port; the gateway is not started yet."""
    with deployed(kafka_bootstrap, tmp_path) as held:
        yield held


@pytest.fixture(scope="session")
def shared(kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A gateway that is well, for tests that leave it so."""
    with deployed(kafka_bootstrap, tmp_path_factory.mktemp("gateway")) as held:
        held.start()
        held.wait_well()
        yield held


@pytest.fixture
def running(deployment: Deployment) -> Deployment:
    """A gateway that is well."""
    deployment.start()
    deployment.wait_well()
    return deployment
