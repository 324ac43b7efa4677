"""Real worker processes on a namespace of their own, timed from first record to last commit."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from confluent_kafka import Producer

from deploy import topics
from deploy.local.child import Child, Program
from deploy.local.roles import writes_ok
from deploy.local.settings import child_environment
from deploy.replay.finished import Left, Progress, told
from producers.catalogue.publish import publish_entities
from schemas.broker import confluent_options
from schemas.errors import HeatError
from schemas.records import Entity
from schemas.settings import KafkaSection
from schemas.topics import qualified
from tests.bench.parts.chatter import SOURCE, Sent
from tests.bench.parts.figures import Figures, timed

PATIENCE_S: Final = 300.0
LOOK_EVERY_S: Final = 0.25


@contextmanager
def namespace(
    settings: KafkaSection, folder: Path, entities: Sequence[Entity]
) -> Iterator[tuple[KafkaSection, Path]]:
    """Fresh topics with the catalogue in them; gone afterwards."""
    name = f"bench-{uuid4().hex[:8]}"
    kafka = settings.model_copy(update={"namespace": name})
    topics.apply(kafka)
    publish_entities(entities, kafka)
    try:
        yield kafka, folder / name
    finally:
        with suppress(HeatError):  # the broker goes with the bench
            topics.delete_namespace(kafka)


@contextmanager
def workers(kafka: KafkaSection, folder: Path, *roles: str) -> Iterator[dict[str, Child]]:
    """Worker processes that have joined and wait for records."""
    running = {role: Child(_program(kafka, folder, role)) for role in roles}
    try:
        for child in running.values():
            child.wait_ready()
        yield running
    finally:
        for child in running.values():
            child.stop()


def _program(kafka: KafkaSection, folder: Path, role: str) -> Program:
    folder.mkdir(parents=True, exist_ok=True)
    health = folder / f"{role}.json"
    env = {
        "HEAT_KAFKA__BOOTSTRAP": kafka.bootstrap,
        "HEAT_KAFKA__NAMESPACE": kafka.namespace,
        "HEAT_KAFKA__RAW_PARTITIONS": str(kafka.raw_partitions),
        "HEAT_KAFKA__KEYED_PARTITIONS": str(kafka.keyed_partitions),
        "HEAT_STREAM__DATA": str(folder / "workers"),
        "HEAT_HEALTH_FILE": str(health),
    }
    return Program(
        name=f"worker-{role}", argv=[sys.executable, "-m", "streams", role],
        log=folder / f"{role}.log", ready=writes_ok(health), env=child_environment(env),
        start_within=120.0, stop_within=30.0, health_file=health,
    )


def publish(kafka: KafkaSection, topic: str, messages: Sequence[Sent]) -> None:
    """All of it, as fast as the broker takes it."""
    producer = Producer({
        **confluent_options(kafka), "linger.ms": 5, "partitioner": "murmur2_random",
        "enable.idempotence": True, "queue.buffering.max.messages": 2_000_000,
    })
    name = qualified(kafka.namespace, topic)
    for partition, key, value in messages:
        producer.produce(name, value, key, partition)
    if producer.flush(PATIENCE_S):
        raise SystemExit(f"the broker did not take the records of {name}")


def run_stage(
    kafka: KafkaSection, running: dict[str, Child], topic: str, messages: Sequence[Sent],
    events: int, broker: int, done: Callable[[Left], bool],
) -> Figures:
    """Publish to waiting workers; until what they have committed is all there is."""
    pids = {role: child.pid for role, child in running.items()} | {"broker": broker}
    progress = Progress(kafka, SOURCE)
    try:
        with timed(events, pids) as figures:
            publish(kafka, topic, messages)
            _wait(progress, running, done)
    finally:
        progress.close()
    return figures


def _wait(
    progress: Progress, running: dict[str, Child], done: Callable[[Left], bool]
) -> None:
    until = time.monotonic() + PATIENCE_S
    while not done(behind := progress.behind()):
        for child in running.values():
            if child.exit_code is not None:
                raise SystemExit(child.obituary())
        if time.monotonic() > until:
            raise SystemExit(f"not done within {PATIENCE_S:g} s: left: {told(behind)}")
        time.sleep(LOOK_EVERY_S)
