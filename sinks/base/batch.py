"""When is a batch worth writing, and what it holds. Pure: the time is an argument."""

from dataclasses import dataclass, field
from typing import Protocol

from schemas.records import DeadLetter

Entry = tuple[bytes, bytes, "Delivery"]  # id, row, and the message that they were read from
Place = tuple[str, int]  # a topic by its full name, and one of its partitions


class Delivery(Protocol):
    """A message as the Kafka client hands it over."""

    def topic(self) -> str | None: ...
    def partition(self) -> int | None: ...
    def offset(self) -> int | None: ...
    def key(self) -> bytes | None: ...
    def value(self) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class BatchPolicy:
    """Large enough to be quick, young enough to be fresh, small enough for any memory."""

    max_records: int = 10_000
    max_bytes: int = 16 * 1024 * 1024
    max_age_s: float = 0.5


@dataclass(slots=True)
class Batch:
    """Rows of one table and the offsets that they bring it to, from where each partition stood."""

    expected: dict[Place, int]
    replaces: bool
    opened_at: float | None = None
    records: int = 0
    size: int = 0
    entries: dict[bytes, Entry] = field(default_factory=dict)
    dead: list[DeadLetter] = field(default_factory=list)
    set_aside: int = 0  # dead letters that the broker has acknowledged
    next_offsets: dict[Place, int] = field(default_factory=dict)

    def add(self, key: bytes, row: bytes, delivery: Delivery) -> None:
        """Rows of one id in one batch become one: two would meet in one statement."""
        if self.replaces or key not in self.entries:
            self.entries[key] = (key, row, delivery)

    def advance(self, place: Place, next_offset: int, now: float) -> None:
        """All before the offset is dealt with, whatever became of it."""
        self.next_offsets[place] = next_offset
        if self.opened_at is None:
            self.opened_at = now

    def count(self, records: int, size: int) -> None:
        self.records += records
        self.size += size

    def next_offset(self, place: Place) -> int:
        return self.next_offsets.get(place, self.expected[place])

    def full(self, policy: BatchPolicy) -> bool:
        return self.records >= policy.max_records or self.size >= policy.max_bytes

    def due(self, policy: BatchPolicy, now: float) -> bool:
        if self.opened_at is None:
            return False
        return self.full(policy) or now - self.opened_at >= policy.max_age_s

    def follower(self) -> "Batch":
        """An empty batch that takes up where this one ends."""
        return Batch({**self.expected, **self.next_offsets}, self.replaces)
