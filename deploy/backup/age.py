"""What an old backup can no longer get from the topics, and what is to be done about it. Pure."""

from collections.abc import Iterable
from typing import Final

from schemas.clock import DAY_MS, HOUR_MS, Millis
from schemas.topics import FOREVER, TOPICS, Topic

RAW: Final = "raw."


def warnings(made_at: Millis, now: Millis, topics: Iterable[Topic] = TOPICS) -> list[str]:
    """Sinks read on from the backup's offsets; a topic that keeps less than that has a gap."""
    outlived = [topic for topic in topics if _has_gap(topic, now - made_at)]
    if not outlived:
        return []
    names = ", ".join(topic.name for topic in outlived)
    told = [
        f"the backup is {_span(now - made_at)} old, older than {names} keep their records: what"
        " the tables miss of it is in the archive only"
    ]
    if any(topic.name.startswith(RAW) for topic in outlived):
        told.append(
            "what was deleted or forgotten since may be back in the tables: repeat `heat forget`"
        )
    return told


def _has_gap(topic: Topic, age: Millis) -> bool:
    bounded = not topic.compact and topic.retention_ms != FOREVER
    return bounded and "sinks" in topic.read_by and topic.retention_ms < age


def _span(age: Millis) -> str:
    return f"{age // DAY_MS} d" if age >= 2 * DAY_MS else f"{age // HOUR_MS} h"
