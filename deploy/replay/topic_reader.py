"""Reads topics from their beginning, or from a time on, to where they end now."""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Final, NamedTuple

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from schemas.broker import confluent_options
from schemas.clock import Millis
from schemas.codec import decode, is_tick
from schemas.errors import FatalError
from schemas.records import Record
from schemas.settings import KafkaSection
from schemas.topics import qualified

SILENCE_S: Final = 30.0
LOOK_S: Final = 0.25
ANSWER_S: Final = 20.0
BATCH: Final = 5000


class Place(NamedTuple):
    """Where a message stood; the topic without its namespace."""

    topic: str
    partition: int
    offset: int


Take = Callable[[str, Record, bytes], None]
TakeBytes = Callable[[Place, bytes], None]


def read_topics(
    kafka: KafkaSection, topics: Sequence[str], take: Take, since: Millis = 0
) -> None:
    """Hand every record but ticks to `take`, with its topic and its bytes.

    `since` is by the time at which the broker got it. Raises FatalError when records that the
    broker promises do not come.
    """

    def read(place: Place, value: bytes) -> None:
        if not is_tick(value):
            take(place.topic, decode(value), value)

    for topic in topics:
        read_places(kafka, topic, read, since)


def read_places(kafka: KafkaSection, topic: str, take: TakeBytes, since: Millis = 0) -> None:
    """Hand every message that has a value to `take`, each partition in its own order.

    Raises FatalError when the topic cannot be read.
    """
    name = qualified(kafka.namespace, topic)
    consumer = Consumer({
        **confluent_options(kafka), "group.id": qualified(kafka.namespace, "outcome"),
        "enable.auto.commit": False, "auto.offset.reset": "earliest",
        "fetch.wait.max.ms": 50, "log_level": 2, "enable.partition.eof": True,
    })
    try:
        known = consumer.list_topics(name, timeout=ANSWER_S).topics[name]
        if known.error is not None:
            raise FatalError(f"{name}: {known.error.str()}")
        ends = {
            p: consumer.get_watermark_offsets(TopicPartition(name, p), timeout=ANSWER_S)
            for p in known.partitions
        }
        begin = _begin(consumer, name, {p: low for p, (low, _) in ends.items()}, since)
        _read(consumer, name, begin, {p: end for p, (_, end) in ends.items()}, topic, take)
    except KafkaException as error:
        raise FatalError(
            f"topic {name}: the broker at {kafka.bootstrap}: {error.args[0].str()}"
        ) from error
    finally:
        consumer.close()


def _read(
    consumer: Consumer, name: str, begin: dict[int, int], ends: dict[int, int], topic: str,
    take: TakeBytes,
) -> None:
    """Until every partition has reached its end; a compacted one may have lost its last offset."""
    open_ = {p for p, at in begin.items() if at < ends[p]}
    consumer.assign([TopicPartition(name, p, begin[p]) for p in sorted(open_)])
    at, heard = dict(begin), monotonic()
    while open_:
        # `consume` waits until it has as many as it was asked for.
        left = sum(ends[p] - at[p] for p in open_)
        messages = consumer.consume(max(min(left, BATCH), 1), LOOK_S)
        if messages:
            heard = monotonic()
        elif monotonic() - heard > SILENCE_S:
            raise FatalError(f"{name}: the broker promises {left} more, and they do not come")
        for message in messages:
            partition, offset = message.partition() or 0, message.offset() or 0
            problem = message.error()
            if problem is not None:
                if problem.code() != KafkaError._PARTITION_EOF:
                    raise FatalError(f"{name}: {problem}")
                open_.discard(partition)
                continue
            at[partition] = offset + 1
            if offset + 1 >= ends[partition]:
                open_.discard(partition)
            if offset < ends[partition] and message.value():  # or written since we looked
                take(Place(topic, partition, offset), message.value() or b"")


def _begin(
    consumer: Consumer, name: str, lows: dict[int, int], since: Millis
) -> dict[int, int]:
    """Where each partition is read from; its end when nothing is as new as `since`."""
    if not since:
        return lows
    asked = [TopicPartition(name, p, since) for p in lows]
    found = consumer.offsets_for_times(asked, timeout=ANSWER_S)
    begin = {}
    for place in found:
        _, end = consumer.get_watermark_offsets(TopicPartition(name, place.partition),
                                                timeout=ANSWER_S)
        begin[place.partition] = place.offset if place.offset >= 0 else end
    return begin
