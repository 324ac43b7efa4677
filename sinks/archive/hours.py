"""Which hour a message belongs to, and when an hour is sealed. Pure: the time is an argument.

Files are cut in the order of the log, not by `known_time`: only so is what was sealed one range of
offsets in every partition, and a killed sink goes on behind it with no message twice and none left
out. The hour is that of the message's own time, and never goes back within a partition.
"""

from dataclasses import dataclass, field
from typing import Final

from schemas.clock import HOUR_MS, MINUTE_MS, Millis, iso

GRACE_MS: Final = MINUTE_MS  # how late a writer may be that began within the hour


@dataclass(slots=True)
class Hours:
    """Where each partition of a topic stands, in hours since the epoch."""

    reached: dict[int, int] = field(default_factory=dict)
    behind: set[int] = field(default_factory=set)  # partitions with more to read

    def place(self, partition: int, timestamp: Millis, now: Millis) -> int:
        """The hour of a message. A writer whose clock is ahead is believed up to now."""
        last = self.reached.get(partition, 0)
        hour = max(last, min(timestamp, now) // HOUR_MS)
        self.reached[partition] = hour
        self.behind.add(partition)
        return hour

    def ended(self, partition: int) -> None:
        """All that the partition holds was read."""
        self.behind.discard(partition)

    def over(self, hour: int, now: Millis) -> bool:
        """Whether no partition has anything more to say in it."""
        if now < (hour + 1) * HOUR_MS + GRACE_MS:
            return False
        return all(self.reached[partition] > hour for partition in self.behind)


def folder_of(topic: str, kind: str, hour: int) -> str:
    """As Spark, DuckDB and others read folders: a column and its value."""
    day, time = iso(hour * HOUR_MS).removesuffix("Z").split("T")
    return f"{topic}/{kind}/date={day}/hour={time[:2]}"
