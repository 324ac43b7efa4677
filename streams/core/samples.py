"""The samples of a busy name's baselines, grown hour by hour and never counted again.

Sums run from the first hour on, so that any stretch of samples is a difference of two of them, and
a stretch that is left out is another. All are of whole numbers: the figures are those that a loop
over the hours would give. What follows from a bucket is cut off when a mention comes late into it.

    hours    |----|----|----|----|---- ... ----|
    running  0    a    a+b  ...                       sum of b and c = running[3] - running[1]
"""

from array import array
from collections.abc import Mapping, MutableSequence, Sequence
from typing import Final

from streams.core.adding import tally
from streams.core.windows import FAST, PER_HOUR, SLOW_HOURS

DAY: Final = 24  # hours
LONGEST: Final = 600  # hours that are kept before the oldest are dropped

Sums = tuple[int, int]
"""Of samples, and of their squares."""


class Samples:
    """Half days that end each hour, half hours, and the highest of each over the day before."""

    __slots__ = (
        "begin", "fast_peaks", "fast_running", "fast_squares", "highest", "slow", "slow_peaks",
        "slow_running", "slow_squares",
    )

    def __init__(self) -> None:
        self._restart(0)

    def _restart(self, begin: int) -> None:
        self.begin = begin  # the first hour
        self.slow, self.slow_peaks = array("q"), array("q")
        self.highest, self.fast_peaks = array("q"), array("q")
        self.slow_running: MutableSequence[int] = array("q", [0])
        self.slow_squares: MutableSequence[int] = array("q", [0])
        self.fast_running: MutableSequence[int] = array("q", [0])
        self.fast_squares: MutableSequence[int] = array("q", [0])

    def cut(self, bucket: int) -> None:
        """Forget what follows from this bucket."""
        hours = max(bucket // PER_HOUR - self.begin, 0)
        halves = max(bucket // FAST - 2 * self.begin, 0)
        for by_hour in (self.slow, self.slow_peaks, self.highest, self.fast_peaks):
            del by_hour[hours:]
        for sums in (self.slow_running, self.slow_squares):
            del sums[hours + 1 :]
        for sums in (self.fast_running, self.fast_squares):
            del sums[halves + 1 :]

    def grow(
        self, hours: Mapping[int, int], halves: Mapping[int, int], oldest: int, newest: int,
        newest_half: int,
    ) -> None:
        """Know the hours and half hours from `oldest` up to the newest that are wanted."""
        reached = self.begin + len(self.slow)
        if oldest < self.begin or reached < oldest or newest - self.begin > LONGEST:
            self._restart(oldest)
            reached = oldest
        if reached <= newest:
            self._grow_hours(hours, halves, reached, newest)
        half = 2 * self.begin + len(self.fast_running) - 1
        if half <= newest_half:
            self._grow_halves(hours, halves, half, newest_half)

    def _grow_hours(
        self, hours: Mapping[int, int], halves: Mapping[int, int], first: int, last: int
    ) -> None:
        slow, highest, count_of = self.slow, self.highest, hours.get
        before = range(first - SLOW_HOURS, first)
        count = slow[-1] if slow else tally([count_of(hour, 0) for hour in before])
        for hour in range(first, last + 1):
            heard, late = count_of(hour, 0), halves.get(hour, 0)
            count += heard - count_of(hour - SLOW_HOURS, 0)
            slow.append(count)
            highest.append(max(heard - late, late))
            self.slow_peaks.append(max(slow[-DAY:]))
            self.fast_peaks.append(max(highest[-DAY:]))
            self.slow_running = _longer(self.slow_running, count)
            self.slow_squares = _longer(self.slow_squares, count * count)

    def _grow_halves(
        self, hours: Mapping[int, int], halves: Mapping[int, int], first: int, last: int
    ) -> None:
        running, squares = self.fast_running, self.fast_squares
        for half in range(first, last + 1):
            hour, second = divmod(half, 2)
            count = halves.get(hour, 0)
            if not second:
                count = hours.get(hour, 0) - count
            running = _longer(running, count)
            squares = _longer(squares, count * count)
        self.fast_running, self.fast_squares = running, squares

    def slow_sums(self, first: int, last: int) -> Sums:
        """Of the half days that end at these hours and at those between them."""
        low, high = first - self.begin, last + 1 - self.begin
        running, squares = self.slow_running, self.slow_squares
        return running[high] - running[low], squares[high] - squares[low]

    def fast_sums(self, first: int, last: int) -> Sums:
        """Of these half hours and those between them."""
        low, high = first - 2 * self.begin, last + 1 - 2 * self.begin
        running, squares = self.fast_running, self.fast_squares
        return running[high] - running[low], squares[high] - squares[low]

    def peaks(self, of: Sequence[int], newest: int, days: int) -> tuple[int, ...]:
        """The highest of each whole day, the newest first; the first day ends with `newest`."""
        return tuple(of[newest - self.begin :: -DAY][:days]) if days > 0 else ()


def _longer(sums: MutableSequence[int], more: int) -> MutableSequence[int]:
    """Running sums with one more. Beyond 64 bits, as of views by the million, they are a list."""
    try:
        sums.append(sums[-1] + more)
    except OverflowError:
        return [*sums, sums[-1] + more]
    return sums
