"""A recording into the log of a namespace of its own, with the ticks that belong to it."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from producers.base.clock import SimulatedClock
from producers.base.errors import LogError
from producers.base.publisher import DELIVERY_DEADLINE_S, KafkaPublisher
from producers.base.reading import LogReader, require_topics
from producers.ticks import TAIL_TICKS, ticks_for_recording
from schemas.clock import end_of, now, tick_of
from schemas.codec import encode
from schemas.records import RawMention, Tick
from schemas.settings import KafkaSection
from schemas.topics import raw_topic

Speed = float | Literal["max"]
Progress = Callable[[int], object]
REPORT_EVERY: Final = 500


@dataclass(frozen=True, slots=True)
class Published:
    """What went out: how many mentions and ticks, and the first and last interval."""

    mentions: int
    ticks: int
    first: int
    last: int
    present: dict[str, int]
    catalogue: int


def recording_plan(kafka: KafkaSection, sources: Iterable[str]) -> tuple[dict[str, int], int]:
    """The raw partitions of the sources and the catalogue's version, as the broker has them.

    Raises LogError when the namespace already holds anything: a second recording in it would
    contradict the first.
    """
    names = tuple(dict.fromkeys(sources))
    topics = [raw_topic(source) for source in names]
    with LogReader(kafka) as reader:
        partitions = require_topics(reader, "ticks", "entities", *topics)
        for topic in ("ticks", *topics):
            if any(reader.bounds(topic, p)[1] for p in range(partitions[topic])):
                raise LogError(f"{topic} is not empty; a recording needs a namespace of its own")
        return {s: partitions[raw_topic(s)] for s in names}, reader.bounds("entities")[1]


def publish_recording(
    mentions: Iterable[RawMention],
    kafka: KafkaSection,
    source: str,
    speed: Speed = "max",
    progress: Progress = lambda _sent: None,
    tail_ticks: int = TAIL_TICKS,
    deadline_s: float = DELIVERY_DEADLINE_S,
) -> Published:
    """Publish sorted mentions of one source and their ticks; returns when all are acknowledged.

    `speed` is recorded seconds per second of ours. `progress` is told the mentions sent so far.
    """
    present, catalogue = recording_plan(kafka, [source])
    sequence = ticks_for_recording(mentions, present, catalogue, tail_ticks)
    publisher = KafkaPublisher(kafka, deadline_s)
    sent, ticks, first, last = publish_sequence(sequence, publisher, present, speed, progress)
    return Published(sent, ticks, first, last, present, catalogue)


def publish_sequence(
    sequence: Iterable[RawMention | Tick],
    publisher: KafkaPublisher,
    present: Mapping[str, int],
    speed: Speed = "max",
    progress: Progress = lambda _sent: None,
) -> tuple[int, int, int, int]:
    """Send a sequence of mentions and ticks; (mentions, ticks, first tick, last tick)."""
    clock: SimulatedClock | None = None
    sent = ticks = first = last = 0
    for record in sequence:
        if clock is None and speed != "max":
            clock = _clock_from(record, speed)
        if isinstance(record, RawMention):
            if clock is not None:
                time.sleep(clock.seconds_until(record.known_time))
            publisher.send(raw_topic(record.source), record.id, record)
            sent += 1
            if sent % REPORT_EVERY == 0:
                progress(sent)
            continue
        if clock is not None:
            time.sleep(clock.seconds_until(end_of(record.n)))
        _send_tick(publisher, record, present)
        first, last, ticks = first if ticks else record.n, record.n, ticks + 1
    publisher.settle()
    progress(sent)
    return sent, ticks, first, last


def _clock_from(record: RawMention | Tick, speed: float) -> SimulatedClock:
    """A clock that shows the moment of the sequence's first record now."""
    begins = end_of(record.n if isinstance(record, Tick) else tick_of(record.known_time) - 1)
    return SimulatedClock(start=begins, origin=now(), speed=speed)


def _send_tick(publisher: KafkaPublisher, tick: Tick, present: Mapping[str, int]) -> None:
    value, key = encode(tick), str(tick.n)
    publisher.send_bytes("ticks", key, value)
    for source, partitions in present.items():
        for partition in range(partitions):
            publisher.send_bytes(raw_topic(source), key, value, partition)
