"""The archive as one process: every topic read, sealed and told of, until it is asked to stop."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import gettempdir
from types import FrameType
from typing import Final

import structlog
from confluent_kafka import Message

from schemas.clock import Now, now
from schemas.errors import FatalError, RetriableError, SettingsError
from schemas.settings import ArchiveSection, KafkaSection
from schemas.topics import qualified
from sinks.archive.chain import OvertakenError
from sinks.archive.forgotten import ForgottenList
from sinks.archive.reader import Reader, StalePlaceError, message_of, progress
from sinks.archive.store import Store
from sinks.archive.topic_archive import Extent, SealPolicy, TopicArchive
from sinks.base.cluster import Cluster

OK: Final = 0
WRONG_USAGE: Final = 2
STOPPED: Final = 70
FETCH: Final = 2000
FETCH_WITHIN_S: Final = 0.1
LOOK_EVERY_S: Final = 60.0  # for topics and partitions that are new
TELL_EVERY_S: Final = 2.0
FIRST_BACKOFF_S: Final = 0.2
LONGEST_BACKOFF_S: Final = 10.0
log = structlog.get_logger("archive")


class Archiver:
    """All topics of one archive. `turn` never waits long, except for the store."""

    def __init__(
        self, kafka: KafkaSection, archive: ArchiveSection, topics: Sequence[str], clock: Now = now
    ) -> None:
        self._store = Store(archive)
        self._now = clock
        self._reader = Reader(kafka)
        self._cluster = Cluster(kafka)
        forgotten = ForgottenList(self._store)
        policy = SealPolicy(archive.seal_after_s, archive.seal_bytes)
        self._topics = {
            name: TopicArchive(self._store, name, forgotten, policy)
            for name in (qualified(kafka.namespace, topic) for topic in topics)
        }
        self._known: dict[str, frozenset[int]] = {}
        self._ended: set[tuple[str, int]] = set()
        self._look_at = 0.0
        self._astray = False  # something that was fetched may not have been taken
        self._stuck = False  # something that is due could not be sealed

    @property
    def missing(self) -> list[str]:
        return [topic for topic in self._topics if topic not in self._known]

    @property
    def caught_up(self) -> bool:
        """Whether every partition that is known was read to its end."""
        return bool(self._known) and all(
            (t, p) in self._ended for t, found in self._known.items() for p in found
        )

    @property
    def unsealed(self) -> int:
        return sum(one.unsealed for one in self._topics.values())

    @property
    def sealed(self) -> int:
        return sum(one.sealed_records for one in self._topics.values())

    def lag(self) -> int:
        """Messages on the topics that are in no entry yet."""
        return sum(
            max(0, self._reader.end_of(topic, p) - self._topics[topic].sealed_to.get(p, 0))
            for topic, found in self._known.items()
            for p in found
        )

    def turn(self) -> None:
        """Read what there is and seal what is due. Raises RetriableError: then once more."""
        if time.monotonic() >= self._look_at:
            self._look()
        if self._stuck:
            self.settle()  # nothing more is read before what waits is sealed
        if self._astray:
            self._start()
        for topic, delivered in self._fetched():
            try:
                self._take(topic, delivered)
            except StalePlaceError:
                self._lose(topic)
        self.settle()

    def _fetched(self) -> Iterator[tuple[str, Message]]:
        """If an error ends the loop, what is behind it in the batch is fetched again."""
        self._astray = True
        yield from self._reader.read(FETCH, FETCH_WITHIN_S)
        self._astray = False

    def _lose(self, topic: str) -> None:
        """Our place in a topic is void: find it anew."""
        self._known.pop(topic, None)
        self._look_at = 0.0

    def _start(self) -> None:
        self._reader.start({topic: self._topics[topic].places for topic in self._known})
        self._astray = False

    def settle(self, *, all_of_it: bool = False) -> None:
        self._stuck = True
        for topic, one in self._topics.items():
            try:
                one.settle(self._now(), time.monotonic(), all_of_it=all_of_it)
            except OvertakenError as error:
                log.warning("another archive was faster; reading on behind it", reason=str(error))
                self._lose(topic)
        self._stuck = False

    def _take(self, topic: str, delivered: Message) -> None:
        if topic not in self._known:  # of before we lost our place
            return
        one, message = self._topics[topic], message_of(delivered)
        if progress(topic, delivered):
            if message.offset >= one.places[message.partition]:
                self._ended.discard((topic, message.partition))
                one.take(message, self._now(), time.monotonic())
        else:
            self._ended.add((topic, message.partition))
            one.ended(message.partition, message.offset)

    def _look(self) -> None:
        """Begin with topics and partitions that we do not read yet."""
        there = self._reader.partitions()
        fresh = [t for t in self._topics if there.get(t) and there[t] != self._known.get(t)]
        for topic in fresh:
            wanted = sorted(there[topic])
            extent = Extent(
                self._cluster.incarnation(topic),
                self._cluster.earliest(topic, wanted),
                self._cluster.latest(topic, wanted),
            )
            self._topics[topic].begin(extent, self._now())
            self._known[topic] = there[topic]
        if fresh:
            self._ended -= {(t, p) for t in fresh for p in there[t]}
            self._start()
        self._look_at = time.monotonic() + LOOK_EVERY_S

    def close(self) -> None:
        for one in self._topics.values():
            one.drop()
        self._reader.close()


class Health:
    """The file in which the role says how it is."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._again_at = 0.0

    def tell(self, archiver: Archiver, status: str, detail: str = "", *, now: bool = False) -> None:
        if self._path is None or (time.monotonic() < self._again_at and not now):
            return
        self._again_at = time.monotonic() + TELL_EVERY_S
        told = {
            "status": status,
            "role": "archive",
            "pid": os.getpid(),
            "lag": archiver.lag(),
            "unsealed": archiver.unsealed,
            "sealed": archiver.sealed,
            "detail": detail,
        }
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(told), "utf-8")
        beside.replace(self._path)


def run(
    kafka: KafkaSection,
    archive: ArchiveSection,
    topics: Sequence[str],
    health_file: Path | None = None,
    *,
    once: bool = False,
) -> int:
    """Until a signal or an error that stops, or with `once` until all there is is sealed."""
    stopping = threading.Event()
    _stop_on_signals(stopping)
    archiver, health = Archiver(kafka, archive, topics), Health(health_file)
    try:
        _archived(archiver, health, stopping, once=once)
    except FatalError as error:
        health.tell(archiver, "degraded", str(error), now=True)
        log.critical("stopped", reason=str(error))
        return WRONG_USAGE if isinstance(error, SettingsError) else STOPPED
    except OSError as error:  # of the files that grow; what is in them stands on the topics, too
        log.critical("stopped", reason=f"{gettempdir()}: {error.strerror or error}")
        return STOPPED
    finally:
        archiver.close()
    return OK


def _archived(archiver: Archiver, health: Health, stopping: threading.Event, *, once: bool) -> None:
    backoff_s = FIRST_BACKOFF_S
    while not stopping.is_set():
        try:
            archiver.turn()
            if once and archiver.caught_up:
                archiver.settle(all_of_it=True)
                return
        except RetriableError as outage:
            log.warning("waiting", reason=str(outage))
            health.tell(archiver, "degraded", str(outage), now=True)
            stopping.wait(backoff_s)
            backoff_s = min(2 * backoff_s, LONGEST_BACKOFF_S)
        else:
            backoff_s = FIRST_BACKOFF_S
            missing = archiver.missing
            detail = f"no topic {', '.join(missing[:3])}; run: heat topics apply" if missing else ""
            health.tell(archiver, "degraded" if missing else "ok", detail)


def _stop_on_signals(stopping: threading.Event) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
