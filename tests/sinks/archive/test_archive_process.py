"""The archive as a user runs it: a process between a real broker and a real store."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from confluent_kafka import KafkaError

from schemas.clock import HOUR_MS, now
from schemas.codec import decode
from schemas.errors import RetriableError
from schemas.records import RawMention
from schemas.settings import ArchiveSection, KafkaSection
from sinks.archive.reading import stored
from sinks.archive.run import Archiver
from sinks.archive.store import Store
from tests.builders import mention, raw, tick
from tests.sinks.archive.building import problems, section
from tests.sinks.archive.s3 import SECRET, serving
from tests.sinks.running import ROOT, Log, wait_until

TOPICS = ("raw.reddit", "mentions")


def environment(kafka: KafkaSection, archive: ArchiveSection, **more: str) -> dict[str, str]:
    secrets = {
        "access_key_id": archive.access_key_id,
        "secret_access_key": archive.secret_access_key,
    }
    named = {
        "address": archive.address,
        "endpoint": archive.endpoint,
        **{name: value.get_secret_value() for name, value in secrets.items() if value},
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HEAT_")}
    return {
        **kept,
        "HEAT_KAFKA__BOOTSTRAP": kafka.bootstrap,
        "HEAT_KAFKA__NAMESPACE": kafka.namespace,
        **{f"HEAT_ARCHIVE__{name.upper()}": value for name, value in named.items() if value},
        **more,
    }


class ArchiveProcess:
    """`heat sink archive`, killed at the end of a `with`, whatever happens."""

    def __init__(
        self, log: Log, archive: ArchiveSection, folder: Path, *arguments: str, **more: str
    ) -> None:
        self.health_file = folder / f"archive-{time.monotonic_ns()}.json"
        self.log = self.health_file.with_suffix(".log")
        with self.log.open("wb") as words:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "sinks", "archive", *TOPICS, *arguments],
                cwd=ROOT,
                env=environment(log.kafka, archive, HEAT_HEALTH_FILE=str(self.health_file), **more),
                stdout=words,
                stderr=words,
            )

    def __enter__(self) -> "ArchiveProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.child.kill()
        self.child.wait()

    def health(self) -> dict[str, Any]:
        if not self.health_file.exists():
            return {"status": "unborn", "sealed": 0}
        return msgspec.json.decode(self.health_file.read_bytes(), type=dict[str, Any])


def seal_all(log: Log, archive: ArchiveSection, folder: Path) -> None:
    with ArchiveProcess(log, archive, folder, "--once") as process:
        assert process.child.wait(120) == 0, process.log.read_text()


def assert_true_copy(log: Log, archive: ArchiveSection, topics: Sequence[str] = TOPICS) -> None:
    """Every message of the topics, once, and every file as it was sealed."""
    store = Store(archive)
    for topic in topics:
        wanted = {(p, offset): decode(value) for p, offset, value in log.everything(topic)}
        found = [
            ((one.partition, one.offset), one.record) for one in stored(store, log.name(topic))
        ]
        assert len(found) == len(wanted)
        assert dict(found) == wanted
        assert problems(store, log.name(topic)) == []


def some_mentions(first: int, count: int) -> list[Any]:
    """As if written over many hours, up to now; ticks among them."""
    begin = now() - 20 * HOUR_MS
    return [raw(f"t3_{n}", begin + n) if n % 7 else tick(n) for n in range(first, first + count)]


def feed(log: Log, count: int) -> None:
    for first in range(0, count, 200):
        log.append("raw.reddit", some_mentions(first, 200))
        log.append("mentions", [mention(raw_id=f"raw-{n}") for n in range(first, first + 100)])


def survive(log: Log, folder: Path, count: int, kills: int) -> None:
    """SIGKILL the archive at random entries, while the topics grow."""
    chance, archive = random.Random(8), section(folder / "archive")
    feeding = threading.Thread(target=feed, args=(log, count))
    feeding.start()
    killed = 0
    for _ in range(kills):
        with ArchiveProcess(log, archive, folder, HEAT_ARCHIVE__SEAL_AFTER_S="0.2") as process:
            wait_until(lambda p=process: p.health()["status"] == "ok", "the archive to begin", 60)
            wait_until_some(archive, log, chance.randint(1, 4))
            process.child.kill()
            killed += process.child.wait(30) == -9
    feeding.join()
    seal_all(log, archive, folder)
    assert killed == kills
    assert_true_copy(log, archive)


@pytest.mark.soak
def test_killed_at_random_moments_it_is_the_topic_all_the_same(log: Log, tmp_path: Path) -> None:
    survive(log, tmp_path, 2000, 2)


@pytest.mark.soak
def test_killed_often_over_a_large_topic_it_is_the_topic_all_the_same(
    log: Log, tmp_path: Path
) -> None:
    survive(log, tmp_path, 100_000, 12)


def wait_until_some(archive: ArchiveSection, log: Log, more: int) -> None:
    """Some entries more than there are, or nothing more to write."""
    store, folder = Store(archive), f"{log.name('raw.reddit')}/_manifest"
    before = len(store.names(folder))
    until = time.monotonic() + 3
    while len(store.names(folder)) < before + more and time.monotonic() < until:
        time.sleep(0.005)


def test_a_store_that_is_away_is_waited_for_and_nothing_is_lost(log: Log, tmp_path: Path) -> None:
    with serving() as server:
        archive = server.section()
        log.append("raw.reddit", some_mentions(0, 500))
        seconds = {"HEAT_ARCHIVE__SEAL_AFTER_S": "0.2"}
        with ArchiveProcess(log, archive, tmp_path, **seconds) as process:
            wait_until(lambda: process.health()["sealed"] == 500, "500 to be sealed", 60)
            server.stop()
            log.append("raw.reddit", some_mentions(500, 500))
            wait_until(
                lambda: process.health()["status"] == "degraded", "the outage to be told", 60
            )
            assert "does not answer" in process.health()["detail"]
            server.start()
            wait_until(lambda: process.health()["sealed"] == 1000, "the rest to be sealed", 60)
            wait_until(lambda: process.health()["status"] == "ok", "it to be well", 60)
        assert_true_copy(log, archive, ["raw.reddit"])
        assert SECRET not in process.log.read_text()


@pytest.mark.parametrize(
    ("bucket", "told"), [("nowhere", "has no bucket nowhere"), ("", "HEAT_ARCHIVE__ADDRESS")]
)
def test_a_setting_that_cannot_work_ends_it_with_a_word(
    log: Log, tmp_path: Path, bucket: str, told: str
) -> None:
    with serving() as server:
        archive = server.section(bucket) if bucket else ArchiveSection()
        with ArchiveProcess(log, archive, tmp_path) as process:
            assert process.child.wait(60) == 2
        assert told in process.log.read_text()
        assert "Traceback" not in process.log.read_text()


def test_records_that_were_sealed_are_those_of_the_topic(log: Log, tmp_path: Path) -> None:
    archive = section(tmp_path / "archive")
    log.append("raw.reddit", [raw("t3_1"), raw("t3_2", title="nul \0 and 🎬 inside")])
    log.append_bytes("raw.reddit", b"\0" * 5_000_000, None, 0)
    seal_all(log, archive, tmp_path)
    found = [one.record for one in stored(Store(archive), log.name("raw.reddit"))]
    kept = [record for record in found if isinstance(record, RawMention)]
    assert sorted(one.title for one in kept) == ["Nova Reyes again (t3_1)", "nul \0 and 🎬 inside"]
    assert found.count(None) == 1


class Trouble:
    """What the client delivers between messages when it has lost all brokers."""

    def error(self) -> KafkaError:
        return KafkaError(KafkaError._ALL_BROKERS_DOWN)

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return -1001

    def timestamp(self) -> tuple[int, int]:
        return 0, -1

    key = value = lambda _self: None


def test_an_error_among_messages_loses_none_of_those_behind_it(log: Log, tmp_path: Path) -> None:
    archive = section(tmp_path / "archive")
    log.append("raw.reddit", some_mentions(0, 300))
    archiver = Archiver(log.kafka, archive, TOPICS)
    read, fired = archiver._reader.read, 0

    def troubled(limit: int, within_s: float) -> list[Any]:
        nonlocal fired
        found: list[Any] = read(limit, within_s)
        if len(found) > 20 and fired < 3:
            fired += 1
            found.insert(10, (found[0][0], Trouble()))
        return found

    archiver._reader.read = troubled  # type: ignore[method-assign]
    refusals = 0
    while not archiver.caught_up:
        try:
            archiver.turn()
        except RetriableError:
            refusals += 1
    archiver.settle(all_of_it=True)
    archiver.close()
    assert refusals >= fired == 3
    assert_true_copy(log, archive, ["raw.reddit"])
