"""The Kafka consumer of a drain: a member of a group that keeps no offsets in Kafka.

The group only shares the partitions out. A partition that is given to us is not read before its
place was fetched from the database: `start` says where.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from confluent_kafka import Consumer, KafkaError, Message, TopicPartition

from schemas.broker import confluent_options
from schemas.settings import KafkaSection
from sinks.base.batch import Place
from sinks.base.cluster import FOR_GOOD, classed

SESSION_MS: Final = 6_000
FETCHED_AHEAD_KB: Final = 16 * 1024
RESTART: Final = (KafkaError._AUTO_OFFSET_RESET, KafkaError.UNKNOWN_TOPIC_OR_PART)


class Member(Protocol):
    """Whoever wants to know which partitions are ours."""

    def given(self, places: frozenset[Place]) -> None: ...
    def taken(self) -> None:
        """Last chance to write: until this returns, nobody else reads them."""

    def lost(self) -> None:
        """They are somebody else's already."""


class StaleOffsetsError(Exception):
    """The place we were reading at is no longer there."""


class SinkConsumer:
    """Reads the topics of one group. All calls come from the drain's thread."""

    def __init__(
        self, kafka: KafkaSection, group: str, topics: Sequence[str], member: Member
    ) -> None:
        self._topics = ", ".join(topics)
        self._member = member
        self._paused = False
        self._assigned: list[TopicPartition] = []
        self._client = Consumer(
            {
                **confluent_options(kafka),
                "group.id": group,
                "enable.auto.commit": False,
                "auto.offset.reset": "error",
                "partition.assignment.strategy": "range",
                "session.timeout.ms": SESSION_MS,
                "heartbeat.interval.ms": SESSION_MS // 3,
                "enable.partition.eof": True,
                "queued.max.messages.kbytes": FETCHED_AHEAD_KB,
                "log.connection.close": False,
                "error_cb": lambda _error: None,  # A silent broker shows in the health file.
            },
            logger=logging.getLogger("kafka.sink"),
        )
        self._client.subscribe(
            list(topics),
            on_assign=self._on_assign,
            on_revoke=self._on_revoke,
            on_lost=self._on_lost,
        )

    def fetch(self, limit: int, within_s: float) -> list[Message]:
        """Records, and the ends of partitions; nothing else. Rebalances happen in here."""
        return [m for m in self._client.consume(limit, within_s) if self._is_progress(m)]

    def start(self, offsets: Mapping[Place, int]) -> None:
        self._assigned = [TopicPartition(*place, at) for place, at in offsets.items()]
        self._paused = False
        self._client.assign(self._assigned)

    def pause(self) -> None:
        """Read no further, and stay in the group as long as `fetch` is called."""
        if not self._paused and self._assigned:
            self._client.pause(self._assigned)
            self._paused = True

    def resume(self) -> None:
        if self._paused:
            self._client.resume(self._assigned)
            self._paused = False

    def close(self) -> None:
        self._client.close()

    def _is_progress(self, message: Message) -> bool:
        error = message.error()
        if error is None or error.code() == KafkaError._PARTITION_EOF:
            return True
        if error.code() in RESTART:
            raise StaleOffsetsError(error.str())
        if error.fatal() or error.code() in FOR_GOOD:
            raise classed(error, self._topics)
        logging.getLogger("kafka.sink").warning("%s: %s", self._topics, error.str())
        return False

    def _on_assign(self, client: Any, partitions: Iterable[TopicPartition]) -> None:
        """Take the partitions and read none: `start` follows with the places."""
        self._hold_nothing()
        client.assign([])
        self._member.given(frozenset((p.topic, p.partition) for p in partitions))

    def _on_revoke(self, client: Any, _partitions: Iterable[TopicPartition]) -> None:
        self._member.taken()
        self._hold_nothing()
        client.unassign()

    def _on_lost(self, client: Any, _partitions: Iterable[TopicPartition]) -> None:
        self._member.lost()
        self._hold_nothing()
        client.unassign()

    def _hold_nothing(self) -> None:
        self._assigned = []
        self._paused = False


def reached(messages: Iterable[Message]) -> dict[Place, int]:
    """Behind the last record of each partition, or its end past any transaction markers. Pure."""
    found: dict[Place, int] = {}
    for message in messages:
        topic, partition, offset = message.topic(), message.partition(), message.offset()
        assert topic is not None
        assert partition is not None
        assert offset is not None
        found[topic, partition] = offset + (message.error() is None)
    return found
