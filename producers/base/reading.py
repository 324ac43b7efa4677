"""Reading a topic outside any group: whole, from its tail, or only its first record."""

from collections.abc import Iterator
from time import monotonic, sleep
from typing import Any, Final, Self

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
)

from producers.base.errors import BrokerAwayError, LogError
from schemas.broker import confluent_options
from schemas.clock import Millis
from schemas.settings import KafkaSection
from schemas.topics import qualified

DEADLINE_S: Final = 30.0
PASSING: Final = {
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError._UNKNOWN_PARTITION,  # a broker that comes back has no leader for a moment
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.NOT_COORDINATOR,
}


class LogReader:
    """A consumer that joins no group and commits only when told to."""

    def __init__(
        self,
        kafka: KafkaSection,
        group: str = "producers-reader",
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._namespace = kafka.namespace
        self._deadline_s = deadline_s
        self._consumer = Consumer(
            confluent_options(kafka)
            | {
                "group.id": qualified(kafka.namespace, group),
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "log_level": 2,
            }
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._consumer.close()

    def partitions(self) -> dict[str, int]:
        """Every topic of our namespace with its number of partitions, namespace taken off."""
        prefix = qualified(self._namespace, "")
        topics = self._asked("topics", self._consumer.list_topics, timeout=self._deadline_s).topics
        return {
            name.removeprefix(prefix): len(about.partitions)
            for name, about in topics.items()
            if name.startswith(prefix) and about.error is None
        }

    def bounds(self, topic: str, partition: int = 0) -> tuple[int, int]:
        """The offset of the first record that is left, and of the next one to be written."""
        where = self._at(topic, partition)
        ask = self._consumer.get_watermark_offsets
        bounds: tuple[int, int] = self._asked(
            f"end of {where.topic}", ask, where, timeout=self._deadline_s
        )
        return bounds

    def offset_at(self, topic: str, partition: int, moment: Millis) -> int:
        """The offset of the first record written at or after `moment`; negative for none."""
        where = self._at(topic, partition, moment)
        ask, what = self._consumer.offsets_for_times, f"offset by time of {where.topic}"
        return int(self._asked(what, ask, [where], timeout=self._deadline_s)[0].offset)

    def start(self, topic: str, partition: int = 0, offset: int = OFFSET_BEGINNING) -> None:
        """Read on from here."""
        self._consumer.assign([self._at(topic, partition, offset)])

    def committed(self, topic: str, partition: int = 0) -> int:
        """The offset that the group committed; negative when it never did."""
        where = self._at(topic, partition)
        answer = self._asked(
            "committed offset", self._consumer.committed, [where], self._deadline_s
        )
        return int(answer[0].offset)

    def commit(self, topic: str, offset: int, partition: int = 0) -> None:
        where = self._at(topic, partition, offset)
        self._asked("commit", self._consumer.commit, offsets=[where], asynchronous=False)

    def until(self, end: int) -> Iterator[Message]:
        """The records of the assigned partition below offset `end`, in order.

        Raises BrokerAwayError when none comes within the deadline. Compaction may have taken the
        last ones: the position says when the end is reached, not a record.
        """
        waited_since = monotonic()
        while True:
            message = self._consumer.poll(0.2)
            if message is not None and message.error() is None:
                waited_since = monotonic()
                if (message.offset() or 0) < end:
                    yield message
            if self._position() >= end:
                return
            if monotonic() - waited_since > self._deadline_s:
                raise BrokerAwayError(f"no record for {self._deadline_s:.0f} s before offset {end}")

    def _position(self) -> int:
        return int(self._consumer.position(self._consumer.assignment())[0].offset)

    def _at(self, topic: str, partition: int, offset: int = OFFSET_BEGINNING) -> TopicPartition:
        return TopicPartition(qualified(self._namespace, topic), partition, offset)

    def _asked(self, what: str, ask: Any, *arguments: Any, **named: Any) -> Any:
        """Ask, and ask again while the broker is only moving or making a partition."""
        until = monotonic() + self._deadline_s
        while True:
            try:
                return ask(*arguments, **named)
            except KafkaException as error:
                if error.args[0].code() not in PASSING or monotonic() > until:
                    raise BrokerAwayError(f"{what}: {error.args[0].str()}") from error
                sleep(0.1)


def whole(reader: LogReader, topic: str, partition: int = 0) -> Iterator[Message]:
    """Every record that the partition holds at this moment."""
    low, end = reader.bounds(topic, partition)
    if low < end:
        reader.start(topic, partition, low)
        yield from reader.until(end)


def require_topics(reader: LogReader, *topics: str) -> dict[str, int]:
    """The partitions of all topics. Raises LogError for the first of `topics` that is missing."""
    partitions = reader.partitions()
    for topic in topics:
        if topic not in partitions:
            raise LogError(f"topic {topic} does not exist; run `heat topics apply`")
    return partitions
