"""Bytes that are no record of ours, on a real raw topic: set aside, and the rest goes on."""

import time
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from deploy import topics
from deploy.local.supervisor import Supervisor
from deploy.replay.run import workers_of
from producers.catalogue.publish import publish_entities
from producers.file.publish import publish_recording
from schemas.codec import decode, encode
from schemas.records import DeadLetter, Mention
from schemas.settings import KafkaSection
from schemas.topics import qualified
from tests.integration.recordings import plan_of, write_recording

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
POISON = (b"", b"no frame", b"\x00\x00\x98\x96\x7fbody", b"\x00\x00\x01\x86\xa4\x02")


def read(kafka: KafkaSection, topic: str, wanted: int, supervisor: Supervisor) -> list[bytes]:
    """The first so many values of a topic, within two minutes."""
    name, found = qualified(kafka.namespace, topic), []
    consumer = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": "look",
                         "auto.offset.reset": "earliest", "log_level": 2})
    try:
        parts = consumer.list_topics(name, timeout=30).topics[name].partitions
        consumer.assign([TopicPartition(name, p, 0) for p in parts])
        deadline = time.monotonic() + 120
        while len(found) < wanted and time.monotonic() < deadline:
            supervisor.step(time.monotonic())
            found += [m.value() for m in consumer.consume(100, 0.5) if not m.error()]
        return found
    finally:
        consumer.close()


def test_poison_is_set_aside_with_its_coordinates(kafka_bootstrap: str, tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    write_recording(path)
    plan = plan_of(path)
    kafka = KafkaSection(bootstrap=kafka_bootstrap, namespace=f"replay-{uuid4().hex[:8]}",
                         raw_partitions=1, keyed_partitions=2)
    topics.apply(kafka)
    publish_entities(plan.entities(), kafka)
    publish_recording(plan.recording().mentions[:200], kafka, plan.source)
    producer = Producer({"bootstrap.servers": kafka_bootstrap, "log_level": 2})
    raw = qualified(kafka.namespace, "raw.newsapi")
    misplaced = encode(DeadLetter(id="d", known_time=0, topic="t", partition=0, offset=0,
                                  group="g", reason="r"))
    for value in (*POISON, misplaced):
        producer.produce(raw, value, b"poison", 0)
    assert producer.flush(30) == 0
    supervisor = Supervisor([], workers_of(plan, kafka, tmp_path), lambda post: None)
    try:
        supervisor.step(time.monotonic())
        letters = [decode(v) for v in read(kafka, "raw.newsapi.dlq", len(POISON) + 1, supervisor)]
        known = [decode(v) for v in read(kafka, "mentions", 20, supervisor)]
        restarts = sum(post.restarts for post in supervisor.roles)
    finally:
        supervisor.stop()
        topics.delete_namespace(kafka)
    assert {letter.topic for letter in letters} == {raw}  # type: ignore[attr-defined]
    offsets = sorted(letter.offset for letter in letters)  # type: ignore[attr-defined]
    assert offsets == list(range(offsets[0], offsets[0] + len(POISON) + 1))
    assert all(letter.reason for letter in letters)  # type: ignore[attr-defined]
    assert any(isinstance(record, Mention) for record in known)
    assert restarts == 0
