"""What the lease of a source is to the broker: a group of one partition, and what is left in it."""

from typing import Final

import msgspec

from schemas.broker import confluent_options
from schemas.clock import Millis
from schemas.settings import KafkaSection
from schemas.topics import qualified

BEATS_IN_SESSION: Final = 5


class Schedule(msgspec.Struct, frozen=True):
    """What one poller leaves to the next. `fence` is larger with each."""

    fence: int = 0
    polled_at: Millis | None = None
    next_poll: Millis | None = None


def schedule_of(text: str | None) -> Schedule:
    """What was left; nothing when it is not ours to read."""
    try:
        return msgspec.json.decode(text, type=Schedule) if text else Schedule()
    except msgspec.DecodeError:
        return Schedule()


def lease_options(kafka: KafkaSection, source: str, session_s: float) -> dict[str, object]:
    return confluent_options(kafka) | {
        "group.id": qualified(kafka.namespace, f"producers-{source}"),
        # Who has the turn keeps it when others come and go.
        "partition.assignment.strategy": "cooperative-sticky",
        "session.timeout.ms": round(session_s * 1000),
        "heartbeat.interval.ms": round(session_s * 1000 / BEATS_IN_SESSION),
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "earliest",
        "log_level": 2,
    }
