"""Reads topics from their beginning, or from a time on, to where they end now."""

from collections.abc import Callable, Sequence
from typing import Final

from confluent_kafka import Consumer, TopicPartition

from schemas.broker import confluent_options
from schemas.clock import Millis
from schemas.codec import decode, is_tick
from schemas.errors import FatalError
from schemas.records import Record
from schemas.settings import KafkaSection
from schemas.topics import qualified

SILENCE_S: Final = 30.0
ANSWER_S: Final = 20.0
BATCH: Final = 5000
Take = Callable[[str, Record, bytes], None]


def read_topics(
    kafka: KafkaSection, topics: Sequence[str], take: Take, since: Millis = 0
) -> None:
    """Hand every record but ticks to `take`, with its topic and its bytes.

    `since` is by the time at which the broker got it. Raises FatalError when records that the
    broker promises do not come.
    """
    for topic in topics:
        _read(kafka, topic, take, since)


def _read(kafka: KafkaSection, topic: str, take: Take, since: Millis) -> None:
    name = qualified(kafka.namespace, topic)
    consumer = Consumer({
        **confluent_options(kafka), "group.id": qualified(kafka.namespace, "outcome"),
        "enable.auto.commit": False, "auto.offset.reset": "earliest",
        "fetch.wait.max.ms": 50, "log_level": 2,
    })
    try:
        ends = {
            p: consumer.get_watermark_offsets(TopicPartition(name, p), timeout=ANSWER_S)
            for p in consumer.list_topics(name, timeout=ANSWER_S).topics[name].partitions
        }
        begin = _begin(consumer, name, {p: low for p, (low, _) in ends.items()}, since)
        left = sum(ends[p][1] - at for p, at in begin.items())
        consumer.assign([TopicPartition(name, p, at) for p, at in begin.items()])
        while left > 0:
            messages = consumer.consume(min(left, BATCH), SILENCE_S)
            if not messages:
                raise FatalError(f"{name}: {left} records are missing")
            for message in messages:
                if message.error():
                    raise FatalError(f"{name}: {message.error()}")
                if (message.offset() or 0) >= ends[message.partition()][1]:
                    continue  # written since we looked
                left -= 1
                value = message.value() or b""
                if value and not is_tick(value):
                    take(topic, decode(value), value)
    finally:
        consumer.close()


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
