"""Where records go: to Kafka with every acknowledgement checked, or to a file, or nowhere.

`send` hands a record over; only `settle` says that all of them arrived. A record is lost to no
one: `settle` returns when the broker has acknowledged everything, or raises.
"""

import threading
from collections import Counter
from time import monotonic
from typing import IO, Any, Final, Protocol

import msgspec
from confluent_kafka import KafkaError, Producer

from producers.base.errors import UndeliveredError
from schemas.broker import confluent_options
from schemas.codec import encode
from schemas.records import RawMention, Record
from schemas.settings import KafkaSection
from schemas.topics import qualified

DELIVERY_DEADLINE_S: Final = 300.0
SETTLE_SLACK_S: Final = 10.0
QUEUED_RECORDS: Final = 100_000
LARGEST_RECORD: Final = 6 * 1024 * 1024


class Publisher(Protocol):
    """The port through which a producer reaches the log."""

    def send(self, topic: str, key: str, record: Record, partition: int | None = None) -> None: ...

    def settle(self) -> int:
        """Block until all that was sent is safe; the number of records since the last call."""
        ...


class KafkaPublisher:
    """Acknowledged by all replicas, in order per partition, without copies by retry.

    The partition of a key is murmur2, as every Java client and Faust compute it.
    """

    def __init__(self, kafka: KafkaSection, deadline_s: float = DELIVERY_DEADLINE_S) -> None:
        self._namespace = kafka.namespace
        self._deadline_s = deadline_s
        self._sent = self._acknowledged = 0
        self._refusals: Counter[str] = Counter()
        self._producer = Producer(
            confluent_options(kafka)
            | {
                "acks": "all",
                "enable.idempotence": True,
                "partitioner": "murmur2_random",
                "linger.ms": 5,
                "message.max.bytes": LARGEST_RECORD,
                "delivery.timeout.ms": int(deadline_s * 1000),
                "queue.buffering.max.messages": QUEUED_RECORDS,
                "log_level": 2,  # retries are not news; a failure is reported by `settle`
            }
        )

    def send(self, topic: str, key: str, record: Record, partition: int | None = None) -> None:
        self.send_bytes(topic, key, encode(record), partition)

    def send_bytes(self, topic: str, key: str, value: bytes, partition: int | None = None) -> None:
        """`send`, of a record that is already encoded. Waits while the queue is full."""
        where: dict[str, Any] = {} if partition is None else {"partition": partition}
        name, until = qualified(self._namespace, topic), monotonic() + self._deadline_s
        while True:
            try:
                self._producer.produce(
                    name, value, key.encode(), on_delivery=self._delivered, **where
                )
            except BufferError:
                if monotonic() > until:
                    raise UndeliveredError(f"the broker took nothing for {name}") from None
                self._producer.poll(0.1)
            else:
                self._sent += 1
                self._producer.poll(0)
                return

    def settle(self) -> int:
        self._producer.flush(self._deadline_s + SETTLE_SLACK_S)
        missing = self._sent - self._acknowledged
        if missing or self._refusals:
            why = ", ".join(f"{reason} x {n}" for reason, n in self._refusals.items()) or "late"
            raise UndeliveredError(f"{missing} of {self._sent} records undelivered: {why}")
        settled, self._sent, self._acknowledged = self._sent, 0, 0
        return settled

    def _delivered(self, error: KafkaError | None, _message: object) -> None:
        if error is None:
            self._acknowledged += 1
        else:
            self._refusals[error.str()] += 1


class FilePublisher:
    """Raw mentions as JSON lines, for looking at or for replay; other records are only counted."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._lines = 0
        self._lock = threading.Lock()

    def send(self, topic: str, key: str, record: Record, partition: int | None = None) -> None:
        if isinstance(record, RawMention):
            with self._lock:
                self._file.write(msgspec.json.encode(record) + b"\n")
                self._lines += 1

    def settle(self) -> int:
        self._file.flush()
        settled, self._lines = self._lines, 0
        return settled


class MemoryPublisher:
    """Keeps what was sent, in order, and can refuse: the double of a broker."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Record, int | None]] = []
        self.settled = 0

    def send(self, topic: str, key: str, record: Record, partition: int | None = None) -> None:
        self.sent.append((topic, key, record, partition))

    def settle(self) -> int:
        fresh, self.settled = len(self.sent) - self.settled, len(self.sent)
        return fresh

    def records_on(self, topic: str) -> list[Record]:
        return [record for name, _, record, _ in self.sent if name == topic]
