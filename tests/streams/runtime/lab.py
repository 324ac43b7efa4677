"""Child workers on a real broker, interfered with, and judged by what the broker holds."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
)

ROOT = Path(__file__).parents[3]
KEYS = 50
PARTITIONS = 4


class Lab:
    """Topics, input and workers of one experiment."""

    def __init__(self, bootstrap: str, folder: Path) -> None:
        self.bootstrap, self.folder = bootstrap, folder
        self.app = f"lab-{uuid4().hex[:8]}"
        self.source, self.sink = f"{self.app}.in", f"{self.app}.out"
        self.changelog = f"{self.app}-count-changelog"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.fed = 0
        self.admin = AdminClient({"bootstrap.servers": bootstrap})
        compact = {"cleanup.policy": "compact"}
        topics = [
            NewTopic(self.source, PARTITIONS, 1),
            NewTopic(self.sink, PARTITIONS, 1),
            NewTopic(self.changelog, PARTITIONS, 1, config=compact),
        ]
        for made in self.admin.create_topics(topics).values():
            made.result(30)
        self.asker = Consumer({"bootstrap.servers": bootstrap, "group.id": self.app})

    def feed(self, count: int) -> None:
        """Append `count` records, numbered on; keys in turn."""
        producer = Producer({"bootstrap.servers": self.bootstrap, "linger.ms": 5})
        for number in range(self.fed, self.fed + count):
            producer.produce(self.source, key=b"k%d" % (number % KEYS), value=b"%d" % number)
            producer.poll(0)
        assert producer.flush(150) == 0
        self.fed += count

    def start(self, **plan: Any) -> subprocess.Popen[bytes]:
        number = len(self.workers)
        plan = {
            "app": self.app,
            "bootstrap": self.bootstrap,
            "partitions": PARTITIONS,
            "source": self.source,
            "sink": self.sink,
            "datadir": str(self.folder / f"state{number}"),
            "health": str(self.health_file(number)),
            **plan,
        }
        with (self.folder / f"worker{number}.log").open("wb") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.streams.runtime.job", json.dumps(plan)],
                cwd=ROOT,
                stdout=log,
                stderr=log,
            )
        self.workers.append(worker)
        return worker

    def health_file(self, number: int) -> Path:
        return self.folder / f"worker{number}.json"

    def health(self, worker: subprocess.Popen[bytes]) -> dict[str, Any]:
        try:
            told = json.loads(self.health_file(self.workers.index(worker)).read_text())
        except FileNotFoundError:
            return {"status": "silent", "assignment": {}}
        return dict(told)

    def log(self, worker: subprocess.Popen[bytes]) -> str:
        return (self.folder / f"worker{self.workers.index(worker)}.log").read_text()

    def wait(self, what: str, true: Callable[[], object], within: float = 60.0) -> None:
        deadline = time.monotonic() + within
        while not true():
            logs = "\n".join(self.log(worker)[-1500:] for worker in self.workers[-2:])
            assert time.monotonic() < deadline, f"waited {within:g} s for {what}; logs:\n{logs}"
            time.sleep(0.1)

    def wait_ready(self, *workers: subprocess.Popen[bytes]) -> None:
        for worker in workers:
            self.wait("a ready worker", lambda w=worker: self.health(w)["status"] == "ok")

    def wait_shared(self, *workers: subprocess.Popen[bytes]) -> None:
        """Every one of the workers is at work and owns a part."""
        for worker in workers:
            self.wait("a share of the partitions", lambda w=worker: self.owns(w))

    def wait_taken_over(self, worker: subprocess.Popen[bytes]) -> None:
        """It has what all the others had."""
        self.wait("all of the partitions", lambda: self.owned(worker) == PARTITIONS)

    def owns(self, worker: subprocess.Popen[bytes]) -> bool:
        return 0 < self.owned(worker) < PARTITIONS

    def owned(self, worker: subprocess.Popen[bytes]) -> int:
        """How many partitions it works on."""
        told = self.health(worker)
        return len(told["assignment"].get(self.source, [])) if told["status"] == "ok" else 0

    def wait_committed(self, count: int, within: float = 90.0) -> None:
        self.wait(f"{count} commits", lambda: self.committed() >= count, within)

    def committed(self, within: float = 60.0) -> int:
        asked = [TopicPartition(self.source, number) for number in range(PARTITIONS)]
        deadline = time.monotonic() + within
        while True:
            try:
                return sum(max(0, tp.offset) for tp in self.asker.committed(asked, timeout=10))
            except KafkaException:  # the broker is still loading its first group
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        worker.kill()
        worker.wait(10)

    def stop(self, worker: subprocess.Popen[bytes]) -> int:
        worker.send_signal(signal.SIGTERM)
        return worker.wait(120)

    def freeze(self, worker: subprocess.Popen[bytes]) -> None:
        os.kill(worker.pid, signal.SIGSTOP)

    def thaw(self, worker: subprocess.Popen[bytes]) -> None:
        os.kill(worker.pid, signal.SIGCONT)

    def configure(self, topic: str, name: str, value: str) -> None:
        entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[entry])
        for changed in self.admin.incremental_alter_configs([resource]).values():
            changed.result(30)

    def read(self, topic: str) -> list[tuple[bytes, bytes]]:
        """Every record that the topic holds now, as key and value."""
        reader = Consumer({"bootstrap.servers": self.bootstrap, "group.id": f"read-{uuid4().hex}"})
        parts = [TopicPartition(topic, number, 0) for number in range(PARTITIONS)]
        left = {
            part.partition: end
            for part in parts
            if (end := reader.get_watermark_offsets(part, timeout=10)[1])
        }
        reader.assign([part for part in parts if part.partition in left])
        held, deadline = [], time.monotonic() + 60
        while left:
            assert time.monotonic() < deadline, f"{topic} was not read within 60 s"
            for message in reader.consume(10_000, 0.2):
                assert message.error() is None
                held.append((message.key() or b"", message.value() or b""))
                if message.offset() + 1 >= left.get(message.partition(), 0):
                    left.pop(message.partition(), None)
        reader.close()
        return held

    def judge(self) -> "Verdict":
        outputs = [value.split(b":", 1) for _, value in self.read(self.sink)]
        payloads: dict[bytes, set[bytes]] = {}
        for number, payload in outputs:
            payloads.setdefault(number, set()).add(payload)
        rows = {key: json.loads(value)[0] for key, value in self.read(self.changelog) if value}
        truth = Counter(b"k%d" % (number % KEYS) for number in range(self.fed))
        return Verdict(
            missing=self.fed - len(payloads),
            again=len(outputs) - len(payloads),
            differing=sum(len(told) > 1 for told in payloads.values()),
            wrong_counts={key: rows.get(key, 0) for key in truth if rows.get(key, 0) != truth[key]},
            committed=self.committed(),
        )

    def close(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                self.thaw(worker)
                self.kill(worker)
        self.asker.close()


class Verdict:
    """What came of the input: lost, sent again, told differently, counted wrongly."""

    def __init__(
        self,
        *,
        missing: int,
        again: int,
        differing: int,
        wrong_counts: dict[bytes, int],
        committed: int,
    ) -> None:
        self.missing, self.again, self.differing = missing, again, differing
        self.wrong_counts, self.committed = wrong_counts, committed

    @property
    def exact(self) -> tuple[int, int, dict[bytes, int]]:
        """Nothing missing, nothing told in two ways, every count right."""
        return self.missing, self.differing, self.wrong_counts

    def __repr__(self) -> str:
        return f"Verdict({vars(self)})"


EXACT: tuple[int, int, dict[bytes, int]] = (0, 0, {})
