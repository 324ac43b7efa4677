"""A topic in memory, an archive of it in a folder, and a store that dies when it is told to."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from schemas.clock import HOUR_MS, Millis
from schemas.codec import encode
from schemas.records import Record
from schemas.settings import ArchiveSection
from sinks.archive.forgotten import ForgottenList
from sinks.archive.proof import findings
from sinks.archive.reading import stored
from sinks.archive.segment import Message
from sinks.archive.store import Store
from sinks.archive.topic_archive import Extent, SealPolicy, TopicArchive
from tests.builders import NOON, raw, tick

TOPIC = "raw.reddit"
LATER = NOON + 48 * HOUR_MS
MADE: list[TopicArchive] = []
POLICY = SealPolicy(max_age_s=1e9, max_bytes=1 << 40)


class KilledError(BaseException):
    """As SIGKILL ends a process: nothing of ours may catch it."""


class MortalStore(Store):
    """Dies before its n-th change of the store, or right behind it."""

    def __init__(self, section: ArchiveSection, lives: int | None = None) -> None:
        super().__init__(section)
        self.changes, self._lives = 0, lives

    def _count(self, name: str, *arguments: Any) -> Any:
        act = getattr(super(), name)
        if self._lives is not None and self.changes >= self._lives:
            raise KilledError(f"before {name} {arguments[0]}")
        self.changes += 1
        return act(*arguments)

    def put(self, path: str, body: Any) -> None:
        self._count("put", path, body)

    def create(self, path: str, body: bytes) -> bool:
        return bool(self._count("create", path, body))

    def rename(self, old: str, new: str) -> bool:
        return bool(self._count("rename", old, new))

    def delete(self, path: str) -> None:
        self._count("delete", path)


def section(folder: Path) -> ArchiveSection:
    return ArchiveSection(address=str(folder))


def message(
    offset: int,
    record: Record | bytes | None,
    partition: int = 0,
    timestamp: Millis = NOON,
    key: bytes | None = b"k",
) -> Message:
    value = encode(record) if isinstance(record, Record) else record
    return Message(partition, offset, timestamp, key, value)


def some_log(count: int, partitions: int = 2, every_ms: Millis = 10 * 60_000) -> list[Message]:
    """Posts and ticks in turn, over some hours, in several partitions."""
    return [
        message(
            n // partitions,
            raw(f"t3_{n}", NOON + n * every_ms) if n % 3 else tick(n),
            n % partitions,
            NOON + n * every_ms,
        )
        for n in range(count)
    ]


def extent(log: Sequence[Message], incarnation: str = "one") -> Extent:
    ends: dict[int, int] = {}
    for one in log:
        ends[one.partition] = max(ends.get(one.partition, 0), one.offset + 1)
    return Extent(incarnation, dict.fromkeys(ends, 0), ends)


def archive_of(store: Store, topic: str = TOPIC, policy: SealPolicy = POLICY) -> TopicArchive:
    made = TopicArchive(store, topic, ForgottenList(store), policy)
    MADE.append(made)
    return made


def feed(made: TopicArchive, log: Iterable[Message], now: Millis = LATER) -> None:
    """From where it stands to the end of the log, sealing what is due on the way."""
    for one in log:
        if one.offset >= made.places[one.partition]:
            made.take(one, now, 0.0)
            made.settle(now, 0.0)
    for partition in made.places:
        made.ended(partition, made.places[partition])
    made.settle(now, 0.0)


def archived(store: Store, log: Sequence[Message], now: Millis = LATER) -> TopicArchive:
    """Fed, and what is open dropped, as the end of a process drops it."""
    made = archive_of(store)
    try:
        made.begin(extent(log), now)
        feed(made, log, now)
        made.settle(now, 0.0, all_of_it=True)
    finally:
        made.drop()
    return made


def contents(store: Store, topic: str = TOPIC) -> list[tuple[int, int, Record | None]]:
    found = [(one.partition, one.offset, one.record) for one in stored(store, topic)]
    return sorted(found, key=lambda one: one[:2])


def problems(store: Store, topic: str = TOPIC) -> list[str]:
    return list(findings(store, topic, lambda _done, _all: None, thorough=True))
