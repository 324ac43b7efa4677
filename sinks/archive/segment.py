"""The messages of one topic and hour on their way into files, one file for each kind of record."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

import msgspec

from schemas.clock import HOUR_MS, Millis, iso
from schemas.codec import decode
from schemas.errors import SkippableError
from schemas.records import RawMention, Record
from sinks.archive.calendar import refuse_odd_times
from sinks.archive.container import UNREADABLE, Row, Writing, rows
from sinks.archive.hours import folder_of
from sinks.archive.manifest import Entry, File, Span
from sinks.forget.blanking import Gone, blanked


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a topic, as far as the archive keeps it."""

    partition: int
    offset: int
    timestamp: Millis
    key: bytes | None
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Told:
    """What the value of a message says, and the reason why a file of its kind cannot have it."""

    record: Record | None
    fields: Row
    reason: str = ""


class Segment:
    """Grows by messages, in the order of each partition; `seal` ends it."""

    def __init__(self, topic: str, hour: int, opened_at: float) -> None:
        self.topic, self.hour, self.opened_at = topic, hour, opened_at
        self.spans: dict[int, list[int]] = {}
        self.taken_back: set[str] = set()  # raw ids whose deletion is in here
        self._files: dict[str, Writing] = {}
        self._gone = Gone()  # those that no row in here tells of any more

    @property
    def size(self) -> int:
        return sum(writing.size for writing in self._files.values())

    @property
    def records(self) -> int:
        return sum(writing.records for writing in self._files.values())

    def add(self, message: Message, gone: Gone) -> None:
        told = _told(message)
        kind, row = _row_of(message, told)
        self._note(message.partition, message.offset)
        # Also when it is filed as unreadable: whoever takes back must be heard.
        if isinstance(told.record, RawMention) and told.record.deleted:
            self.taken_back.add(told.record.id)
        if not self._files:
            self._gone = gone
        writing = self._writing(kind)
        shorter = blanked(kind, row, gone)
        writing.forgotten += shorter is not None
        writing.add(shorter or row)

    def seal(self, gone: Gone) -> list[tuple[File, IO[bytes]]]:
        """The files, without a word of who was forgotten while it grew."""
        if gone != self._gone:
            for kind, writing in self._files.items():
                writing.flush()
                self._files[kind] = rewritten(writing.body, writing, gone)
                writing.close()
        found = sorted(self._files.items())
        return [(one.seal(folder_of(self.topic, kind, self.hour)), one.body) for kind, one in found]

    def close(self) -> None:
        for writing in self._files.values():
            writing.close()

    def _note(self, partition: int, offset: int) -> None:
        self.spans.setdefault(partition, [offset, offset])[1] = offset + 1

    def _writing(self, kind: str) -> Writing:
        known = self._files.get(kind)
        if known is None:
            first = sorted((partition, ends[0]) for partition, ends in self.spans.items())
            known = self._files[kind] = Writing(kind, f"{self.topic} {kind} {self.hour} {first}")
        return known


def rewritten(body: IO[bytes], sealed: Writing | File, gone: Gone) -> Writing:
    """The same rows, those of the forgotten blanked."""
    kind = sealed.kind
    fresh = Writing(kind, f"{sealed.records} {sealed.forgotten} {sorted(gone.raw_ids)[:1]}")
    fresh.forgotten = sealed.forgotten
    for row in rows(body, kind):
        shorter = blanked(kind, row, gone)
        fresh.forgotten += shorter is not None
        fresh.add(shorter or row)
    return fresh


def row_of(message: Message) -> tuple[str, Row]:
    """The kind of a message, and its row."""
    return _row_of(message, _told(message))


def _told(message: Message) -> Told:
    record: Record | None = None
    try:
        record = decode(message.value)
        fields: Row = msgspec.to_builtins(record, builtin_types=(bytes,))
        refuse_odd_times(record.schema_name, fields)
    except SkippableError as error:
        return Told(record, {}, str(error))
    return Told(record, fields)


def _row_of(message: Message, told: Told) -> tuple[str, Row]:
    place: Row = {
        "_partition": message.partition,
        "_offset": message.offset,
        "_key": message.key,
        "_timestamp": message.timestamp,
    }
    if told.record is None or told.reason:
        return UNREADABLE, {"_reason": told.reason, "_value": message.value, **place}
    return told.record.schema_name, {**told.fields, **place}


def entry_of(
    segment: Segment,
    incarnation: str,
    before: dict[int, int],
    lost: Iterable[Span],
    files: Iterable[File],
    now: Millis,
) -> Entry:
    """What a sealed segment adds to its chain."""
    reached = {**before, **{p: end for p, (_, end) in segment.spans.items()}}
    spans = tuple(Span(p, begin, end) for p, (begin, end) in sorted(segment.spans.items()))
    return Entry(
        topic=segment.topic,
        incarnation=incarnation,
        kind="sealed",
        hour=iso(segment.hour * HOUR_MS),
        spans=spans,
        lost=tuple(lost),
        next={str(p): at for p, at in sorted(reached.items())},
        files=tuple(files),
        sealed_at=now,
        forgotten=sum(file.forgotten for file in files),
    )
