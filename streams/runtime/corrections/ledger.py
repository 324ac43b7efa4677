"""What was read of one partition, and how far that lets its commit go.

A record answers for the stretch of the log from behind the record before it up to itself, so that
holes (compaction, transaction markers) belong to the record that follows them. A carrier of many
records answers for all of them. Acknowledged stretches that join on to one another from the
committed offset on may be committed; nothing else may.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


def committable(base: int, acked: Iterable[int], reach: Mapping[int, int]) -> int:
    """The end of the unbroken run of acknowledged stretches that starts at `base`.

    `reach` gives the first offset that the record at an offset answers for, where that is not the
    offset itself.
    """
    end = base
    for offset in sorted(acked):
        if offset >= end and reach.get(offset, offset) <= end:
            end = offset + 1
    return end


@dataclass(slots=True)
class Ledger:
    """One partition, from the last seek on."""

    position: int | None = None  # the next offset to be read; unknown before the first record
    start: int | None = None  # where reading began, and with it the run
    reach: dict[int, int] = field(default_factory=dict)

    def enter(self, first: int, last: int) -> None:
        """A record, or a carrier of the records from `first` to `last`, was read."""
        begin = first if self.position is None else self.position
        if self.start is None:
            self.start = begin
        self.reach[last] = begin
        self.position = last + 1

    def base(self, committed: int | None) -> int | None:
        """Where the run goes on. A commit from below the start is an older one, told late."""
        if committed is None or self.start is None:
            return self.start if committed is None else committed
        return max(self.start, committed)

    def forget_below(self, offset: int) -> None:
        """What was committed needs no account any more."""
        self.reach = {last: begin for last, begin in self.reach.items() if last >= offset}
