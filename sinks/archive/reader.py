"""The Kafka consumer of the archive: every partition of many topics, from places it is told.

It is in no group: two archives of one store never share partitions. The chain decides between them.
"""

import logging
from collections.abc import Mapping
from typing import Any, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as Delivered

from schemas.broker import confluent_options
from schemas.clock import YEAR_10000_MS
from schemas.settings import KafkaSection
from schemas.topics import qualified
from sinks.archive.segment import Message
from sinks.base.cluster import TopicUnavailableError, classed
from sinks.base.consumer import RESTART

ANSWER_S: Final = 10.0
FETCHED_AHEAD_KB: Final = 32 * 1024


class Reader:
    """Messages and ends of partitions, with the topic they are of."""

    def __init__(self, kafka: KafkaSection) -> None:
        self._client = Consumer(
            {
                **confluent_options(kafka),
                "group.id": qualified(kafka.namespace, "archive"),
                "enable.auto.commit": False,
                "auto.offset.reset": "error",
                "enable.partition.eof": True,
                "queued.max.messages.kbytes": FETCHED_AHEAD_KB,
                "log.connection.close": False,
                "error_cb": lambda _error: None,
            },
            logger=logging.getLogger("kafka.archive"),
        )

    def partitions(self) -> dict[str, frozenset[int]]:
        """Of every topic that can be read now. Raises TopicUnavailableError without a broker."""
        try:
            found = self._client.list_topics(timeout=ANSWER_S).topics
        except KafkaException as error:
            raise TopicUnavailableError(f"no Kafka broker answers: {error.args[0].str()}") from None
        return {name: frozenset(t.partitions) for name, t in found.items() if t.error is None}

    def start(self, places: Mapping[str, Mapping[int, int]]) -> None:
        self._client.assign(
            [
                TopicPartition(topic, partition, offset)
                for topic, offsets in places.items()
                for partition, offset in offsets.items()
            ]
        )

    def read(self, limit: int, within_s: float) -> list[tuple[str, Delivered]]:
        """What has come: messages, and ends of partitions as messages with an error."""
        found = self._client.consume(limit, within_s)
        return [(str(one.topic()), one) for one in found]

    def end_of(self, topic: str, partition: int) -> int:
        """As far as is known without asking; 0 when nothing is."""
        place = TopicPartition(topic, partition)
        marks = self._client.get_watermark_offsets(place, cached=True)
        return max(0, marks[1]) if marks else 0

    def close(self) -> None:
        self._client.close()


def message_of(delivered: Delivered) -> Message:
    """As the archive keeps it. A message without a time counts as of the beginning of time,
    and one later than any calendar as of its end."""
    _, timestamp = delivered.timestamp()
    key: Any = delivered.key()
    return Message(
        partition=int(delivered.partition() or 0),
        offset=int(delivered.offset() or 0),
        timestamp=min(max(0, timestamp), YEAR_10000_MS - 1),
        key=key,
        value=delivered.value(),
    )


class StalePlaceError(Exception):
    """The place we were reading at is no longer there."""


def progress(topic: str, delivered: Delivered) -> bool:
    """Whether it is a message, or else the end of a partition. Raises for what is neither."""
    error = delivered.error()
    if error is None:
        return True
    if error.code() == KafkaError._PARTITION_EOF:
        return False
    if error.code() in RESTART:
        raise StalePlaceError(topic)
    raise classed(error, topic)
