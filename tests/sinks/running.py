"""A sink as its own process, a topic to feed it, and a judge of what became of it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from deploy.topics import apply
from schemas.broker import confluent_options
from schemas.codec import decode, encode
from schemas.records import DeadLetter, Mention, Record
from schemas.settings import KafkaSection
from schemas.topics import qualified
from sinks.catalogue import BY_NAME

ROOT = Path(__file__).parents[2]


def wait_until(condition: Callable[[], bool], what: str, within_s: float = 180.0) -> None:
    until = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"waited {within_s:g} s for {what}")
        time.sleep(0.05)


class SinkProcess:
    """`python -m sinks run`, started at once; killed at the end of a `with`, whatever happens."""

    def __init__(self, kafka: KafkaSection, dsn: str, folder: Path, *arguments: str) -> None:
        self.health_file = folder / f"health-{time.monotonic_ns()}.json"
        self.log = self.health_file.with_suffix(".log")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HEAT_")},
            "HEAT_KAFKA__BOOTSTRAP": kafka.bootstrap,
            "HEAT_KAFKA__NAMESPACE": kafka.namespace,
            "HEAT_DATABASE__DSN": dsn,
            "HEAT_HEALTH_FILE": str(self.health_file),
            # The records of tests are older than any row may become.
            "HEAT_MAINTENANCE__EVERY_MINUTES": "0",
        }
        with self.log.open("wb") as log:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "sinks", "run", *arguments],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )

    def __enter__(self) -> "SinkProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def health(self) -> dict[str, Any]:
        if not self.health_file.exists():
            return {"status": "unborn", "lag": -1, "rows": 0, "reason": "", "tables": {}}
        read: dict[str, Any] = json.loads(self.health_file.read_text())
        return read

    def partitions(self, table: str = "mentions") -> list[int]:
        found: list[int] = self.health()["tables"].get(table, {}).get("partitions", [])
        return found

    def words(self) -> str:
        return self.log.read_text(errors="replace")

    def signal(self, number: signal.Signals) -> None:
        self.child.send_signal(number)

    def stop(self, within_s: float = 40.0) -> int:
        self.signal(signal.SIGTERM)
        return self.ended(within_s)

    def ended(self, within_s: float = 180.0) -> int:
        return self.child.wait(within_s)

    def kill(self) -> None:
        self.child.kill()
        self.child.wait()


class Log:
    """One namespace's topics on a real broker."""

    def __init__(self, bootstrap: str, namespace: str) -> None:
        self.kafka = KafkaSection(bootstrap=bootstrap, namespace=namespace, keyed_partitions=4)
        apply(self.kafka)
        self._judge = Consumer({**confluent_options(self.kafka), "group.id": "judge"})
        self._producer = Producer(
            {
                **confluent_options(self.kafka),
                "linger.ms": 5,
                "message.max.bytes": 8_000_000,
                "queue.buffering.max.messages": 500_000,
            }
        )

    def name(self, topic: str) -> str:
        return qualified(self.kafka.namespace, topic)

    def append(self, topic: str, records: Iterable[Record], flush: bool = True) -> None:
        for record in records:
            key = getattr(record, "entity_id", "").encode()
            self._producer.produce(self.name(topic), encode(record), key)
            self._producer.poll(0)
        if flush:
            assert self._producer.flush(30) == 0

    def append_bytes(self, topic: str, value: bytes | None, key: bytes | None, at: int) -> None:
        self._producer.produce(self.name(topic), value, key, partition=at)
        assert self._producer.flush(30) == 0

    def everything(self, topic: str) -> list[tuple[int, int, bytes | None]]:
        """Partition, offset and value of each message, whole topic."""
        ends = self.ends(topic)
        reader = Consumer({**confluent_options(self.kafka), "group.id": "judge"})
        try:
            reader.assign([TopicPartition(self.name(topic), p, 0) for p in ends])
            return list(self._read(reader, sum(ends.values())))
        finally:
            reader.close()

    def _read(self, reader: Consumer, count: int) -> Iterable[tuple[int, int, bytes | None]]:
        until = time.monotonic() + 60
        while count:
            assert time.monotonic() < until, f"{count} messages short"
            for message in reader.consume(min(count, 5000), 1.0):
                error = message.error()
                assert error is None or error.code() == KafkaError._PARTITION_EOF
                yield int(message.partition() or 0), int(message.offset() or 0), message.value()
                count -= 1

    def dead_letters(self, topic: str) -> list[DeadLetter]:
        found = [decode(value) for _, _, value in self.everything(f"{topic}.sink.dlq")]
        return [letter for letter in found if isinstance(letter, DeadLetter)]

    def mention_ids(self) -> set[str]:
        records = (decode(value) for _, _, value in self.everything("mentions"))
        return {record.id for record in records if isinstance(record, Mention)}

    def ends(self, topic: str) -> dict[int, int]:
        """The offset after the last message of each partition that has any."""
        name = self.name(topic)
        partitions = self._judge.list_topics(name, timeout=10).topics[name].partitions
        marks = {p: self._end(TopicPartition(name, p)) for p in partitions}
        return {partition: end for partition, end in marks.items() if end}

    def _end(self, place: TopicPartition) -> int:
        """A partition just made may be without a leader for a moment."""
        until = time.monotonic() + 30
        while True:
            try:
                return int(self._judge.get_watermark_offsets(place, timeout=10)[1])
            except KafkaException:
                if time.monotonic() > until:
                    raise
                self._judge.list_topics(place.topic, timeout=10)

    def close(self) -> None:
        self._judge.close()


def offsets(dsn: str, group: str, topic: str = "") -> dict[int, int]:
    """Of one topic, which a group that reads several has to name."""
    statement = """SELECT partition, next_offset FROM sink_offsets
                   WHERE group_name = %s AND topic = coalesce(nullif(%s, ''), topic)"""
    with psycopg.connect(dsn) as session:
        return dict(session.execute(statement, (group, topic)).fetchall())


def ids(dsn: str, table: str = "mentions") -> list[str]:
    with psycopg.connect(dsn) as session:
        found = session.execute(f"SELECT id FROM {table}").fetchall()
    return [row[0] for row in found]


def caught_up(log: Log, dsn: str, table: str = "mentions") -> bool:
    """Every message that is on the topic now is behind the table's offsets."""
    try:
        return all(
            offsets(dsn, log.name(f"sink-{table}"), log.name(topic)).get(partition) == end
            for topic in BY_NAME[table].topics
            for partition, end in log.ends(topic).items()
        )
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
        return False


def assert_true_copy(log: Log, dsn: str) -> None:
    """The row set is the topic's id set, each once, and the offsets are the topic's ends."""
    rows, wanted = ids(dsn), log.mention_ids()
    assert len(rows) == len(set(rows))
    assert set(rows) == wanted
    reached = offsets(dsn, log.name("sink-mentions"))
    assert {p: end for p, end in reached.items() if end} == log.ends("mentions")
