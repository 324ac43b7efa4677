"""One topic's way into the archive: from where its chain ends, through open hours, to the next
entry. What is not in an entry was never read: whoever comes next reads it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Final

import structlog

from schemas.clock import Millis
from schemas.errors import FatalError
from sinks.archive.chain import Chain, Head, OvertakenError
from sinks.archive.forgotten import UPSTREAM, ForgottenList
from sinks.archive.hours import Hours
from sinks.archive.manifest import File, Span
from sinks.archive.segment import Message, Segment, entry_of
from sinks.archive.store import Store
from sinks.forget.blanking import Gone

log = structlog.get_logger("archive")
NOTHING: Final = Gone()


@dataclass(frozen=True, slots=True)
class Extent:
    """What the broker has of a topic."""

    incarnation: str
    earliest: Mapping[int, int]
    latest: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class SealPolicy:
    """When a file that still grows is closed all the same."""

    max_age_s: float = 3600.0
    max_bytes: int = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Closed:
    """A segment that takes no more, until its entry is in the chain."""

    segment: Segment
    files: list[tuple[File, IO[bytes]]]
    at: Millis


class TopicArchive:
    """Messages come in the order of their partitions; `settle` seals what is due."""

    def __init__(
        self, store: Store, topic: str, forgotten: ForgottenList, policy: SealPolicy
    ) -> None:
        self.topic = topic
        self._chain = Chain(store, topic)
        self._forgotten = forgotten
        self._policy = policy
        self._head = Head()
        self._incarnation = ""
        self._hours = Hours()
        self._open: dict[int, Segment] = {}
        self._closed: Closed | None = None
        self._gone = NOTHING
        self._lost: list[Span] = []
        self.places: dict[int, int] = {}  # the next offset to read
        self.sealed_records = 0

    @property
    def sealed_to(self) -> dict[int, int]:
        """The next offset that is in no entry, of each partition that has one in any."""
        entry = self._head.entry
        return self._head.next if entry and entry.incarnation == self._incarnation else {}

    def begin(self, extent: Extent, now: Millis) -> None:
        """Find where to read on. Raises FatalError when the chain is about another log."""
        self.drop()
        self._chain.mend(now)
        self._head = self._chain.head()
        self._incarnation = extent.incarnation
        entry = self._head.entry
        if entry and entry.incarnation != extent.incarnation:
            log.warning("topic was made anew; its archive goes on", topic=self.topic)
        self.places = {p: self._start(p, extent) for p in extent.earliest}
        self._gone = self._forgotten.now()

    def _start(self, partition: int, extent: Extent) -> int:
        written = self.sealed_to.get(partition, 0)
        earliest, latest = extent.earliest[partition], extent.latest[partition]
        if written > latest:
            raise FatalError(
                f"topic {self.topic}, partition {partition}, ends at {latest}, but {written} is"
                " sealed: the log has lost its end. Restore it and start again"
            )
        if earliest > written:
            self._lost.append(Span(partition, written, earliest))
            if written or self._head.entry:
                log.error(
                    "records expired before they were sealed",
                    topic=self.topic,
                    partition=partition,
                    first=written,
                    count=earliest - written,
                )
        return max(written, earliest)

    def take(self, message: Message, now: Millis, clock: float) -> None:
        """Asks nothing of the store: a message that was read must not be lost on the way."""
        hour = self._hours.place(message.partition, message.timestamp, now)
        segment = self._open.get(hour)
        if segment is None:
            segment = self._open[hour] = Segment(self.topic, hour, clock)
        segment.add(message, self._gone)
        self.places[message.partition] = message.offset + 1

    def ended(self, partition: int, offset: int) -> None:
        """The end of a partition, past any transaction markers."""
        self._hours.ended(partition)
        self.places[partition] = max(offset, self.places.get(partition, 0))

    @property
    def unsealed(self) -> int:
        return sum(segment.records for segment in self._open.values())

    def settle(self, now: Millis, clock: float, *, all_of_it: bool = False) -> int:
        """Seal what is due, the oldest hour first; the number of entries. May be called again after
        any error but OvertakenError, after which `begin` must come first."""
        entries = 0
        while self._closed or self._close(now, clock, all_of_it):
            self._commit()
            entries += 1
        return entries

    def _due(self, now: Millis, clock: float, all_of_it: bool) -> int | None:
        if not self._open:
            return None
        hour = min(self._open)
        old = clock - self._open[hour].opened_at >= self._policy.max_age_s
        large = sum(segment.size for segment in self._open.values()) >= self._policy.max_bytes
        return hour if all_of_it or old or large or self._hours.over(hour, now) else None

    def _close(self, now: Millis, clock: float, all_of_it: bool) -> bool:
        hour = self._due(now, clock, all_of_it)
        if hour is None:
            return False
        segment = self._open[hour]
        if segment.taken_back:
            self._forgotten.add(Gone(frozenset(segment.taken_back)), UPSTREAM, now)
        self._gone = self._forgotten.now()
        self._closed = Closed(segment, segment.seal(self._gone), now)
        return True

    def _commit(self) -> None:
        """The entry into the chain; a rewrite that came between changes nothing for us."""
        closed = self._closed
        assert closed is not None
        while True:
            try:
                self._append(closed)
            except OvertakenError:
                self._head = self._chain.head()
                if not self._still_ours(closed.segment):
                    raise
            else:
                break
        del self._open[closed.segment.hour]
        self._closed, self._lost = None, []
        self.sealed_records += closed.segment.records
        closed.segment.close()

    def _append(self, closed: Closed) -> None:
        files = [file for file, _ in closed.files]
        entry = entry_of(
            closed.segment, self._incarnation, self.sealed_to, self._lost, files, closed.at
        )
        self._head = self._chain.append(self._head, entry, [body for _, body in closed.files])

    def _still_ours(self, segment: Segment) -> bool:
        sealed = self.sealed_to
        return all(sealed.get(p, 0) <= begin for p, (begin, _) in segment.spans.items())

    def drop(self) -> None:
        """Forget what is not sealed; it stands on the topic."""
        for segment in self._open.values():
            segment.close()
        self._open, self._closed, self._lost, self._hours = {}, None, [], Hours()
