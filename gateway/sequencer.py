"""Gives the deployment's events one order: topics heat and alerts into the one partition of feed.

Exactly once: what is written and how far was read commit in one Kafka transaction, so an event's
offset in `feed` is its number for good. Several gateways share the partitions as one group; one
that was replaced, by its transactional id or in the group, is fenced and writes nothing more.
Keys and values pass byte for byte.
"""

import threading
import time
from typing import Any

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from schemas.broker import confluent_options
from schemas.settings import KafkaSection
from schemas.topics import qualified

log = structlog.get_logger()

FROM = ("heat", "alerts")
TO = "feed"
GROUP = "gateway-sequencer"
BATCH = 500
POLL_S = 0.25
TRANSACTION_MS = 15_000
SESSION_MS = 10_000
CALL_S = 20.0
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0)
_FENCED = (
    KafkaError._FENCED,
    KafkaError.FENCED_INSTANCE_ID,
    KafkaError.INVALID_PRODUCER_EPOCH,
    KafkaError.PRODUCER_FENCED,
)


def next_offsets(batch: list[Any]) -> list[TopicPartition]:
    """Where reading goes on after a batch, for each partition in it. Pure."""
    ends = {(m.topic(), m.partition()): m.offset() + 1 for m in batch}
    return [TopicPartition(topic, partition, end) for (topic, partition), end in ends.items()]


class Sequencer(threading.Thread):
    """The loop, in a thread, as librdkafka's transactions block. `instance` names this gateway."""

    def __init__(self, kafka: KafkaSection, instance: str) -> None:
        super().__init__(name="sequencer", daemon=True)
        self._kafka = kafka
        self._instance = instance
        self._stopping = threading.Event()
        self.trouble: str | None = "not connected yet"
        self.turned_at = time.monotonic()
        self.tried_at = time.monotonic()
        self.written = 0
        self.joined = False

    def stuck_for(self, now: float) -> float:
        """Seconds since it last came back from a call, successful or not; 0 when it is not running.

        No call may take longer than its deadline. After a broker was killed some do all the same,
        for good, inside the client library: then only a new process helps.
        """
        return now - self.tried_at if self.is_alive() else 0.0

    def stop(self, within: float = 10.0) -> None:
        """Finish the transaction in hand and leave the group."""
        self._stopping.set()
        self.join(within)

    def run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            written, self.tried_at = self.written, time.monotonic()
            try:
                self._sequence()
            except KafkaException as failure:
                fenced = failure.args[0].code() in _FENCED
                failures = len(PAUSES) - 1 if fenced else failures + 1
                self.trouble = f"{failure.args[0].str()}{' (fenced)' if fenced else ''}"
                log.warning("sequencer interrupted", reason=self.trouble)
            failures = 0 if self.written > written else failures
            self._stopping.wait(PAUSES[min(failures, len(PAUSES) - 1)])

    def _sequence(self) -> None:
        """Connect, then move batches until asked to stop. Raises KafkaException."""
        consumer, producer = self._consumer(), self._producer()
        try:
            producer.init_transactions(CALL_S)
            consumer.subscribe([qualified(self._kafka.namespace, topic) for topic in FROM])
            while not self._stopping.is_set():
                batch = _sound(consumer.consume(BATCH, POLL_S))
                if batch:
                    self._commit(consumer, producer, batch)
                self._turned(consumer)
        finally:
            consumer.close()

    def _turned(self, consumer: Any) -> None:
        self.turned_at = self.tried_at = time.monotonic()
        # Without a member id the group has not let us in: we wait, and do not say that all is well.
        self.trouble = None if consumer.memberid() else "waiting for the group"
        self.joined = self.joined or self.trouble is None

    def _commit(self, consumer: Any, producer: Any, batch: list[Message]) -> None:
        """Write a batch and how far it was read, both or neither."""
        to = qualified(self._kafka.namespace, TO)
        producer.begin_transaction()
        try:
            for message in batch:
                _, stamp = message.timestamp()
                producer.produce(to, message.value(), message.key(), 0, timestamp=stamp)
                producer.poll(0)
            producer.send_offsets_to_transaction(
                next_offsets(batch), consumer.consumer_group_metadata(), CALL_S
            )
            producer.commit_transaction(CALL_S)
        except KafkaException as failure:
            if failure.args[0].txn_requires_abort():
                producer.abort_transaction(CALL_S)
            raise  # The next connection begins at the committed offsets.
        self.written += len(batch)

    def _consumer(self) -> Any:
        return Consumer(
            {
                **confluent_options(self._kafka),
                "group.id": qualified(self._kafka.namespace, GROUP),
                "group.instance.id": self._instance,
                "isolation.level": "read_committed",
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "session.timeout.ms": SESSION_MS,
                "heartbeat.interval.ms": SESSION_MS // 5,
                "topic.metadata.refresh.interval.ms": 30_000,
                "fetch.wait.max.ms": 100,
            },
            logger=_quiet,
        )

    def _producer(self) -> Any:
        return Producer(
            {
                **confluent_options(self._kafka),
                "transactional.id": qualified(self._kafka.namespace, f"{GROUP}.{self._instance}"),
                "transaction.timeout.ms": TRANSACTION_MS,
                "linger.ms": 2,
                "compression.type": "gzip",  # all that aiokafka can read by itself
            },
            logger=_quiet,
        )


def _sound(batch: list[Message]) -> list[Message]:
    """The batch without the broker's notices. Raises KafkaException for a real error."""
    for message in batch:
        error = message.error()
        if error is not None and error.code() != KafkaError._PARTITION_EOF:
            raise KafkaException(error)
    return [message for message in batch if message.error() is None]


class _Quiet:
    """librdkafka repeats itself while a broker is away; `trouble` and /health say it once."""

    def handle(self, record: Any) -> None:
        log.debug("librdkafka", said=record.getMessage())

    def log(self, level: int, text: str, *words: Any) -> None:
        log.debug("librdkafka", said=text % words if words else text)


_quiet: Any = _Quiet()
