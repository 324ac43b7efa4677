"""The offset at which an agent holds a partition's commit back: what lies behind it is pending.

The commit keeps the pending records, no table does: after a crash Kafka gives them again.
"""

from collections.abc import Iterable
from typing import Final

Partition = tuple[str, int]

NOTHING_PENDING: Final = 1 << 62


class Hold:
    """Per partition the highest offset that may be committed, and the last interval closed."""

    def __init__(self) -> None:
        self._caps: dict[Partition, int] = {}
        self._closed: dict[Partition, int | None] = {}

    def at(self, partition: Partition, offset: int, closed: int | None = None) -> None:
        """From now on, commit this partition up to `offset` and no further."""
        self._caps[partition[0], partition[1]] = offset
        self._closed[partition[0], partition[1]] = closed

    def closed(self, partition: Partition) -> int | None:
        """The last interval that is over, as far as the agent has told."""
        return self._closed.get((partition[0], partition[1]))

    def cap(self, partition: Partition, offset: int) -> int:
        """`offset`, or the held one where that is lower."""
        return min(offset, self._caps.get((partition[0], partition[1]), offset))

    def release(self, partitions: Iterable[Partition]) -> None:
        """Forget partitions that were given up; their next owner holds anew."""
        for partition in partitions:
            self._caps.pop((partition[0], partition[1]), None)
            self._closed.pop((partition[0], partition[1]), None)
