"""The role on a real broker: a day is told once, a restart adds nothing, outages are waited for."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from deploy.daily.reading import judged, training_runs
from deploy.daily.role import SETTLED_MS, Daily
from deploy.daily.settings import DailySettings
from deploy.replay.topic_reader import read_places
from deploy.topics import apply
from schemas.clock import DAY_MS, HOUR_MS, INTERVAL_MS, Millis
from schemas.codec import decode, encode
from schemas.errors import RetriableError
from schemas.ids import derived_id
from schemas.records import Action, Audit, Kpi, Record, Tick
from schemas.settings import KafkaSection, StreamSection
from schemas.topics import TOPICS, Topic, partitions_of, qualified
from tests.builders import NOON
from tests.sinks.running import wait_until
from tests.streams.installed import FADING, install
from tests.streams.kpis.builders import busy_feed, evidence, opened, trade

MIDNIGHT = (NOON // DAY_MS + 1) * DAY_MS
LATE = MIDNIGHT + 72 * HOUR_MS + SETTLED_MS
ALERT = opened()
VOTE = Action(
    id=derived_id("vote", "ida"), event_time=NOON + HOUR_MS, known_time=NOON + HOUR_MS,
    source="slack", action="vote", actor="ida", channel="desk", alert_id=ALERT.alert_id,
    attributes={"vote": "useful"},
)
CALL = Audit(
    id="call", event_time=NOON, known_time=NOON, source="x", source_type="social",
    operation="fetch", address="api.example.org/search", cost=0.25, cost_unit="usd",
)


@pytest.fixture
def kafka(kafka_bootstrap: str) -> KafkaSection:
    section = KafkaSection(
        bootstrap=kafka_bootstrap, namespace=f"daily-{uuid4().hex[:8]}", keyed_partitions=2,
        raw_partitions=1,
    )
    apply(section, deadline_s=60)
    topics = [topic for topic in TOPICS if "daily" in topic.read_by]
    wait_until(lambda: all(led(section, topic) for topic in topics), "leaders of new topics", 60)
    return section


def led(kafka: KafkaSection, topic: Topic) -> bool:
    """Whether each partition of a new topic has a leader that knows of it."""
    consumer = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": "led", "log_level": 2})
    name = qualified(kafka.namespace, topic.name)
    try:
        for partition in range(partitions_of(topic, kafka)):
            consumer.get_watermark_offsets(TopicPartition(name, partition), timeout=10)
    except KafkaException:
        return False
    finally:
        consumer.close()
    return True


def put(kafka: KafkaSection, topic: str, *records: Record | bytes) -> None:
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "linger.ms": 1})
    for record in records:
        value = record if isinstance(record, bytes) else encode(record)
        producer.produce(qualified(kafka.namespace, topic), value, b"key")
    assert producer.flush(30) == 0


def tick(at: Millis) -> Tick:
    first = NOON // INTERVAL_MS
    return Tick(n=at // INTERVAL_MS - 1, first=first, present={}, catalogue=(1, 1))


def fill(kafka: KafkaSection) -> None:
    """One early alert with a vote, paid for; one unreadable message, a mention told twice."""
    said = [*busy_feed(NOON - 4 * DAY_MS, 9), *evidence(), trade(1, NOON + 4 * HOUR_MS)]
    put(kafka, "mentions", b"\x00garbage", *said, said[-1])
    put(kafka, "alerts", ALERT)
    put(kafka, "actions", VOTE)
    put(kafka, "ops.audit", CALL)


def told(kafka: KafkaSection) -> list[Kpi]:
    found: list[Kpi] = []

    def take(_place: object, value: bytes) -> None:
        record = decode(value)
        assert isinstance(record, Kpi)
        found.append(record)

    read_places(kafka, "kpis", take)
    return found


def test_what_is_due_is_told_once_however_often_the_role_begins(kafka: KafkaSection) -> None:
    settings = DailySettings(kafka=kafka)
    with pytest.raises(RetriableError, match="waiting for the first tick"):
        Daily(settings).look()
    fill(kafka)
    put(kafka, "ticks", tick(MIDNIGHT + 8 * HOUR_MS))
    assert Daily(settings).look() == 1 + 3  # a day, and three packaged tables
    put(kafka, "ticks", tick(LATE))
    assert Daily(settings).look() > 0
    assert Daily(settings).look() == 0
    day = [kpi for kpi in told(kafka) if kpi.day == "2026-03-14"]
    assert [kpi.state for kpi in day] == ["provisional", "final"]
    assert len({kpi.id for kpi in day}) == 1
    figures = {figure.name: figure.value for figure in day[-1].figures}
    assert (figures["early"], figures["useful"], figures["voted"]) == (1.0, 1.0, 1.0)
    assert (day[-1].spent_usd, day[-1].cost_per_useful) == (0.25, 0.25)
    assert judged(kafka)["2026-03-14"] == "final"


def test_a_training_that_cannot_be_is_told_once_a_week(
    kafka: KafkaSection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(install(tmp_path, fading=FADING))
    settings = DailySettings(kafka=kafka, stream=StreamSection(forecaster="fading"))
    put(kafka, "ticks", tick(MIDNIGHT + 30 * HOUR_MS))  # a Monday; the topic of heat is empty
    Daily(settings).look()
    assert Daily(settings).look() == 0
    runs = [run for run in training_runs(kafka) if run.trained_on == "topic heat"]
    assert sorted((run.model, run.served, run.refusal) for run in runs) == [
        ("heat", False, "topic heat: no heat was told"),
        ("heat.fading", False, "topic heat: no heat was told"),
    ]


@contextmanager
def process(bootstrap: str, namespace: str, health: Path) -> Iterator[subprocess.Popen[bytes]]:
    variables = {
        **os.environ, "HEAT_KAFKA__BOOTSTRAP": bootstrap, "HEAT_KAFKA__NAMESPACE": namespace,
        "HEAT_HEALTH_FILE": str(health), "HEAT_DAILY__LOOK_S": "0.2",
    }
    role = subprocess.Popen([sys.executable, "-m", "deploy.daily"], env=variables)
    try:
        yield role
    finally:
        role.kill()
        role.wait(10)


def status(health: Path) -> str:
    return str(json.loads(health.read_text())["status"]) if health.exists() else ""


def test_the_process_says_that_it_is_well_and_goes_when_asked(
    kafka: KafkaSection, tmp_path: Path
) -> None:
    health = tmp_path / "daily.json"
    fill(kafka)
    put(kafka, "ticks", tick(MIDNIGHT + 8 * HOUR_MS))
    with process(kafka.bootstrap, kafka.namespace, health) as role:
        wait_until(lambda: status(health) == "ok" and bool(told(kafka)), "a day", 120)
        role.send_signal(signal.SIGTERM)
        assert role.wait(60) == 0
    assert status(health) == "stopping"


def test_without_a_broker_it_waits_and_says_so(tmp_path: Path) -> None:
    health = tmp_path / "daily.json"
    with process("127.0.0.1:1", "", health) as role:
        wait_until(lambda: status(health) == "degraded", "an outage", 120)
        assert role.poll() is None
    assert "ticks" in json.loads(health.read_text())["detail"]
