"""What is usual for an entity and source type, and how far from it a count is.

Baselines are hourly samples of past windows. All sums are of whole numbers, so no order of
adding can change a bit of them.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

from schemas.clock import Millis
from streams.core.windows import FAST, PER_HOUR, SLOW_HOURS, Window, bucket_of

FEWEST = 72  # hourly samples; with fewer, past episodes count after all


class Baseline(NamedTuple):
    """Samples of a window length: how many, their sum and their sum of squares."""

    samples: int
    total: int
    squares: int

    def mean(self) -> float:
        return self.total / self.samples if self.samples else 0.0

    def variance(self) -> float:
        """Population variance of the samples."""
        if not self.samples:
            return 0.0
        spread = self.samples * self.squares - self.total * self.total
        return spread / (self.samples * self.samples)

    def with_prior(self, samples: int, mean: float, variance: float) -> tuple[float, float]:
        """Mean and variance after adding `samples` imagined ones of the prior."""
        if samples <= 0:
            return self.mean(), self.variance()
        size = self.samples + samples
        blended = (self.total + samples * mean) / size
        second = (self.squares + samples * (variance + mean * mean)) / size
        return blended, max(second - blended * blended, 0.0)


class Span(NamedTuple):
    """Hours of a past episode, first and last; they say nothing about what is usual."""

    first: int
    last: int


@lru_cache(maxsize=64)  # all entities and types of a poll ask the same
def slow_ends(now: Millis, days: int, since: Millis) -> tuple[int, int]:
    """The newest and the oldest hour at which a sample of the slow window ends."""
    newest = bucket_of(now) // PER_HOUR - 1 - SLOW_HOURS
    begun = bucket_of(since) // PER_HOUR + SLOW_HOURS
    return newest, max(newest - (days * 24 - 2 * SLOW_HOURS), begun)


def slow_baseline(
    window: Window, now: Millis, days: int, since: Millis, past: Sequence[Span] = ()
) -> Baseline:
    """12 h windows that end each hour of the trailing days and stay clear of the last 12 h.

    Those that reach back before `since`, or into a past episode, are left out; when that leaves
    less than three days, episodes are let in again.
    """
    newest, oldest = slow_ends(now, days, since)
    if newest < oldest:
        return Baseline(0, 0, 0)
    skipped = _touched(past, oldest, newest)
    if newest - oldest + 1 - sum(last - first + 1 for first, last in skipped) < FEWEST:
        skipped = []
    return _slide(window.hours, oldest, newest, skipped)


def _touched(past: Sequence[Span], oldest: int, newest: int) -> list[Span]:
    """The runs of window ends that have an hour of a past episode in them, merged, in order."""
    runs: list[Span] = []
    for span in sorted(past):
        first, last = max(span.first, oldest), min(span.last + SLOW_HOURS - 1, newest)
        if runs and first <= runs[-1].last + 1:
            runs[-1] = Span(runs[-1].first, max(runs[-1].last, last))
        elif first <= last:
            runs.append(Span(first, last))
    return runs


def _slide(hours: dict[int, int], oldest: int, newest: int, skipped: list[Span]) -> Baseline:
    """Samples at every end from oldest to newest, without those of the skipped runs.

    The count of the sliding window changes only where an hour that holds something enters or
    leaves it; between two such ends all samples are equal, and are added at once.
    """
    changes: dict[int, int] = {}
    for hour, count in hours.items():
        if oldest - SLOW_HOURS < hour <= newest:
            enters = hour if hour > oldest else oldest
            changes[enters] = changes.get(enters, 0) + count
            changes[hour + SLOW_HOURS] = changes.get(hour + SLOW_HOURS, 0) - count
    samples = newest - oldest + 1 - sum(last - first + 1 for first, last in skipped)
    total = squares = running = 0
    begin = oldest
    for end in sorted(changes):
        if running:
            length = min(end, newest + 1) - begin
            for first, last in skipped:
                length -= max(min(end - 1, newest, last) - max(begin, first) + 1, 0)
            total += running * length
            squares += running * running * length
        if end > newest:
            break
        running += changes[end]
        begin = end
    return Baseline(samples, total, squares)


def fast_baseline(
    window: Window, now: Millis, days: int, since: Millis, past: Sequence[Span] = ()
) -> Baseline:
    """Half-hour samples, one from each hour of the trailing days."""
    newest = (bucket_of(now) - FAST) // PER_HOUR - 1  # stays clear of the window itself
    oldest = max(newest - days * 24 + 1, bucket_of(since) // PER_HOUR + 1)
    if newest < oldest:
        return Baseline(0, 0, 0)
    skipped = {h for span in past for h in range(max(span.first, oldest),
                                                 min(span.last, newest) + 1)}
    if newest - oldest + 1 - len(skipped) < FEWEST:
        skipped = set()
    total = squares = 0
    for hour, count in window.halves.items():
        if oldest <= hour <= newest and hour not in skipped:
            total += count
            squares += count * count
    return Baseline(newest - oldest + 1 - len(skipped), total, squares)


def detection_z(count: int, mean: float, variance: float) -> float:
    """(c - mean) / sqrt(max(variance, mean) + 1): never undefined, Poisson at the least."""
    return (count - mean) / sqrt(max(variance, mean) + 1.0)


def literal_z(count: int, mean: float, variance: float) -> float:
    """(c - mean) / sqrt(variance + mean + 1), the mission's own."""
    return (count - mean) / sqrt(variance + mean + 1.0)
