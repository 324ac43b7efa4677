"""A namespace of its own on the real broker, with the topics that producers write."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from uuid import uuid4

import pytest
import typer
from confluent_kafka import Message
from confluent_kafka.admin import AdminClient, NewTopic
from typer.testing import CliRunner, Result

from producers import cli
from producers.base.reading import LogReader, whole
from schemas.codec import decode
from schemas.records import Record
from schemas.settings import KafkaSection
from schemas.topics import qualified

VISIBLE_WITHIN_S = 60.0
OPS = ("ops.audit", "ops.health", "ops.heartbeat")


@dataclass(frozen=True)
class Log:
    """The namespace and what its topics hold."""

    kafka: KafkaSection

    def create_all(self, topics: dict[str, int]) -> None:
        admin = AdminClient({"bootstrap.servers": self.kafka.bootstrap})
        new = [
            NewTopic(qualified(self.kafka.namespace, name), partitions, 1)
            for name, partitions in topics.items()
        ]
        for created in admin.create_topics(new, operation_timeout=30).values():
            created.result(30)
        self._wait_for(set(topics))

    def _wait_for(self, topics: set[str]) -> None:
        """A broker agrees to make a topic a moment before it tells of it."""
        until = monotonic() + VISIBLE_WITHIN_S
        with LogReader(self.kafka) as reader:
            while missing := topics - reader.partitions().keys():
                assert monotonic() < until, f"waited {VISIBLE_WITHIN_S:.0f} s for {missing}"

    def messages(self, topic: str, partition: int = 0) -> list[Message]:
        with LogReader(self.kafka) as reader:
            return list(whole(reader, topic, partition))

    def records(self, topic: str, partition: int = 0) -> list[Record]:
        return [decode(message.value()) for message in self.messages(topic, partition)]


@pytest.fixture
def log(kafka_bootstrap: str) -> Log:
    """Two sources with 2 and 1 partitions, ticks, entities and the ops topics."""
    kafka = KafkaSection(bootstrap=kafka_bootstrap, namespace=f"test-{uuid4().hex[:8]}")
    created = Log(kafka)
    created.create_all(
        {"ticks": 1, "entities": 1, "raw.newsapi": 2, "raw.trades": 1} | dict.fromkeys(OPS, 1)
    )
    return created


@pytest.fixture
def producers_here(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The commands in this process, whose log stays as it is: one of its own takes seconds."""
    monkeypatch.setattr(cli, "configure_logging", lambda role, log: None)
    app = typer.Typer(no_args_is_help=True)
    cli.register(app)
    return lambda *words, **settings: CliRunner(env=settings).invoke(app, list(map(str, words)))
