"""Clients that know nothing of our code read our topics with our registry alone."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import platformdirs
import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

from schemas.clock import millis
from schemas.records import Mention, Record, Tick
from schemas.topics import qualified
from tests.gateway.builders import LINEAGE, alert, heat
from tests.gateway.conftest import Deployment

pytestmark = pytest.mark.integration
FOREIGN = Path(__file__).parent / "foreign"
TOPICS = ("heat", "alerts", "mentions")
INSTALL_WITHIN_S, READ_WITHIN_S = 240, 120

MENTION = Mention(
    id="m1", event_time=1_600_000_000_123, known_time=1_600_000_060_000, source="reddit",
    source_type="social", raw_id="r1", entity_id="beyoncé", entity_name="Beyoncé",
    entity_type="person", surface="Beyoncé", score=0.9, margin=0.4, about="subject",
    sentiment=-0.25, intensity=0.5, spam=0.0, outlet="r/music", author_key=2**47 + 1,
    text_key=3, title="Beyoncé ✨", url=None, **LINEAGE,
)  # fmt: skip
RECORDS: tuple[Record, ...] = (heat("beyoncé", 1.25), alert("beyoncé"), MENTION)


@pytest.fixture(scope="module")
def written(shared: Deployment) -> Deployment:
    """A deployment with one record on each of the three topics."""
    shared.produce(*RECORDS)
    return shared


@pytest.fixture
def registry(written: Deployment) -> Iterator[SchemaRegistryClient]:
    with SchemaRegistryClient({"url": f"http://{written.address}"}) as client:
        yield client


def plain(record: Record) -> dict[str, Any]:
    """The record as JSON knows it."""
    return dict(json.loads(msgspec.json.encode(record)))


def in_millis(value: Any) -> Any:
    """Times as we write them; the Avro library makes datetimes of them."""
    if isinstance(value, datetime):
        return millis(value)
    if isinstance(value, dict):
        return {key: in_millis(part) for key, part in value.items()}
    return [in_millis(part) for part in value] if isinstance(value, list) else value


def test_the_avro_deserializer_of_confluent_reads_our_topics(
    written: Deployment, registry: SchemaRegistryClient
) -> None:
    deserialize = AvroDeserializer(registry)
    names = [qualified(written.kafka.namespace, topic) for topic in TOPICS]
    consumer = Consumer(
        {"bootstrap.servers": written.kafka.bootstrap, "group.id": "foreign-python"}
    )
    try:
        consumer.assign(
            [TopicPartition(n, p, 0) for n in names for p in range(written.kafka.keyed_partitions)]
        )
        read = {}
        while RECORDS[0].id not in read or RECORDS[1].id not in read or MENTION.id not in read:
            message = consumer.poll(READ_WITHIN_S)
            assert message is not None
            assert message.error() is None
            context = SerializationContext(message.topic(), MessageField.VALUE)
            value = deserialize(message.value(), context)
            read[value["id"]] = in_millis(value)
    finally:
        consumer.close()
    assert [read[record.id] for record in RECORDS] == [plain(record) for record in RECORDS]  # type: ignore[attr-defined]


def test_the_client_of_confluent_finds_subjects_and_versions(
    registry: SchemaRegistryClient,
) -> None:
    registered = registry.get_latest_version("mentions-value")
    assert registry.get_schema(registered.schema_id).schema_str == registered.schema.schema_str
    assert registry.lookup_schema("mention", registered.schema).schema_id == registered.schema_id
    assert {"heat", "heat-value", "alerts-value"} <= set(registry.get_subjects())
    assert len(registry.get_versions("mentions-value")) == 2
    assert Tick.schema_name in registry.get_subjects()


@pytest.fixture(scope="module")
def node_folder() -> Path:
    """The npm clients of the lock file, kept per user; npm finds its registry by itself."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node.js is not installed, so its clients cannot be tried")
    folder = platformdirs.user_cache_path("heat") / "foreign-client"
    lock = (FOREIGN / "package-lock.json").read_text()
    stamp = folder / "installed-lock.json"
    if not stamp.exists() or stamp.read_text() != lock:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(FOREIGN / name, folder)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=folder, check=True, timeout=INSTALL_WITHIN_S)
        stamp.write_text(lock)
    shutil.copy(FOREIGN / "read.mjs", folder)
    return folder


def test_kafkajs_with_its_registry_client_reads_our_topics(
    written: Deployment, node_folder: Path
) -> None:
    names = [qualified(written.kafka.namespace, topic) for topic in TOPICS]
    url = f"http://{written.address}"
    wanted = {
        f"{name}={record.id}": plain(record)  # type: ignore[attr-defined]
        for name, record in zip(names, RECORDS, strict=True)
    }
    done = subprocess.run(
        ["node", "read.mjs", written.kafka.bootstrap, url, *wanted],
        cwd=node_folder,
        env={**os.environ, "KAFKAJS_NO_PARTITIONER_WARNING": "1"},
        capture_output=True,
        text=True,
        timeout=READ_WITHIN_S,
    )
    assert done.returncode == 0, done.stderr
    read = {}  # others write to these topics, too
    for line in done.stdout.splitlines():
        told = json.loads(line)
        read[f"{told['topic']}={told['value']['id']}"] = told["value"]
    assert {name: read.get(name) for name in wanted} == wanted
