"""What cannot be read goes to a dead-letter topic with its coordinates; a flood stops us."""

from typing import Final

from schemas.codec import encode, schema_id_of
from schemas.ids import derived_id
from schemas.records import DeadLetter
from schemas.topics import dead_letters_of
from streams.runtime.exits import fail_stop
from streams.runtime.lane import Fetched
from streams.runtime.outbox import ANY_PARTITION, Output

FLOOD: Final = 100
WINDOW: Final = 1000


class DeadLetters:
    """The rejections of one role. Past FLOOD in WINDOW records it is our code that is bad."""

    def __init__(self, group: str) -> None:
        self._group = group
        self._seen = self._rejected = 0

    def passed(self, records: int) -> None:
        """Count records read, so that a flood is told from a trickle."""
        self._seen += records
        if self._seen >= WINDOW:
            self._seen = self._rejected = 0

    def reject(self, record: Fetched, reason: str) -> Output:
        """The dead letter of a record. It is sent with the chunk's outputs and counts as done."""
        self._rejected += 1
        if self._rejected > FLOOD:
            fail_stop(f"over {FLOOD} of {WINDOW} records could not be read; the last, "
                      f"{record.topic}-{record.partition}-{record.offset}: {reason}")
        where = f"{record.topic}-{record.partition}-{record.offset}"
        letter = DeadLetter(
            id=derived_id("dead-letter", self._group, where),
            known_time=max(record.timestamp, 0),
            topic=record.topic, partition=record.partition, offset=record.offset,
            group=self._group, reason=reason, schema_id=schema_id_of(record.value),
            key=record.key, value=record.value,
        )
        return dead_letters_of(record.topic), ANY_PARTITION, where.encode(), encode(letter)
