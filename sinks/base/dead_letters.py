"""Messages that cannot become rows: set aside, acknowledged, before the offset moves."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from confluent_kafka import KafkaError, Producer

from schemas.broker import confluent_options
from schemas.clock import Now, now
from schemas.codec import encode, schema_id_of
from schemas.ids import derived_id
from schemas.records import DeadLetter
from schemas.settings import KafkaSection
from schemas.topics import dead_letters_of
from sinks.base.batch import Delivery
from sinks.base.errors import DatabaseUnavailableError, FloodError

FLOOD_LIMIT: Final = 100
FLOOD_WINDOW: Final = 1000
ACKNOWLEDGED_WITHIN_S: Final = 20.0
LARGEST_BYTES: Final = 8 * 1024 * 1024


def dead_letter(delivery: Delivery, group: str, reason: str, clock: Now = now) -> DeadLetter:
    """Where it lies, why it was left out, and its bytes. The same message has the same id."""
    topic = str(delivery.topic())
    partition, offset = int(delivery.partition() or 0), int(delivery.offset() or 0)
    return DeadLetter(
        id=derived_id("dead-letter", group, topic, str(partition), str(offset)),
        known_time=clock(),
        topic=topic,
        partition=partition,
        offset=offset,
        group=group,
        reason=reason,
        schema_id=schema_id_of(delivery.value()),
        key=delivery.key(),
        value=delivery.value(),
    )


@dataclass(slots=True)
class FloodGauge:
    """Counts the unreadable among the last thousand messages. Pure."""

    limit: int = FLOOD_LIMIT
    window: int = FLOOD_WINDOW
    seen: int = 0
    unreadable_at: deque[int] = field(default_factory=deque)

    def note_unreadable(self, reason: str) -> None:
        """Raise FloodError when there are more than `limit` of them."""
        self.unreadable_at.append(self.seen)
        while self.unreadable_at[0] <= self.seen - self.window:
            self.unreadable_at.popleft()
        if len(self.unreadable_at) > self.limit:
            raise FloodError(
                f"over {self.limit} of {self.window} messages cannot be read, the last because of:"
                f" {reason}. The offset stays before them. Mend their writer or bring this program"
                " up to date and start again; --past-flood sets them all aside"
            )


class DeadLetters:
    """Each topic's rejects go to that topic's own `.sink.dlq`."""

    def __init__(self, kafka: KafkaSection) -> None:
        self._producer = Producer(
            {
                **confluent_options(kafka),
                "enable.idempotence": True,
                "message.max.bytes": LARGEST_BYTES,
                "message.timeout.ms": int(ACKNOWLEDGED_WITHIN_S * 1000),
                "log_level": 0,
            }
        )

    def send(self, letters: Sequence[DeadLetter]) -> None:
        """Return when the broker has them all; raise when it does not in time."""
        refusals: list[KafkaError] = []

        def note(error: KafkaError | None, _message: Any) -> None:
            if error is not None:
                refusals.append(error)

        for letter in letters:
            key = f"{letter.topic}-{letter.partition}-{letter.offset}".encode()
            topic = dead_letters_of(f"{letter.topic}.sink")
            self._producer.produce(topic, encode(letter), key, on_delivery=note)
            self._producer.poll(0)
        waiting = self._producer.flush(ACKNOWLEDGED_WITHIN_S + 1)
        if waiting or refusals:
            reason = refusals[0].str() if refusals else f"{waiting} unacknowledged"
            raise DatabaseUnavailableError(f"dead letters cannot be set aside: {reason}")
