"""What is usual for an entity and source type, and how far from it a count is.

Baselines are hourly samples of past windows. All sums are of whole numbers, so no order of
adding can change a bit of them.
"""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from schemas.clock import Millis
from streams.core.windows import FAST, PER_HOUR, SLOW_HOURS, Window, bucket_of


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


def slow_baseline(
    window: Window, now: Millis, days: int, since: Millis, past: Sequence[Span] = ()
) -> Baseline:
    """12 h windows that end each hour of the trailing days and stay clear of the last 12 h.

    Those that reach back before `since`, or into a past episode, are left out; when that leaves
    less than three days, episodes are let in again.
    """
    newest = bucket_of(now) // PER_HOUR - 1 - SLOW_HOURS
    oldest = max(newest - (days * 24 - 2 * SLOW_HOURS), bucket_of(since) // PER_HOUR + SLOW_HOURS)
    if newest < oldest:
        return Baseline(0, 0, 0)
    skipped = _touched(past, oldest, newest)
    if newest - oldest + 1 - len(skipped) < 72:
        skipped = frozenset()
    return _slide(window.hours, oldest, newest, skipped)


def _touched(past: Sequence[Span], oldest: int, newest: int) -> frozenset[int]:
    """The window ends that have an hour of a past episode in them."""
    return frozenset(
        end
        for span in past
        for end in range(max(span.first, oldest), min(span.last + SLOW_HOURS - 1, newest) + 1)
    )


def _slide(hours: dict[int, int], oldest: int, newest: int, skipped: frozenset[int]) -> Baseline:
    samples = newest - oldest + 1 - len(skipped)
    near = {h: n for h, n in hours.items() if oldest - SLOW_HOURS < h <= newest}
    if not near:
        return Baseline(samples, 0, 0)
    total = squares = running = 0
    # Only windows that can hold something are visited: the rest are zeros and add nothing.
    first = max(min(near), oldest)
    running = sum(n for h, n in near.items() if first - SLOW_HOURS < h < first)
    get = near.get
    for end in range(first, min(newest, max(near) + SLOW_HOURS - 1) + 1):
        running += get(end, 0) - (get(end - SLOW_HOURS, 0) if end > first else 0)
        if end not in skipped:
            total += running
            squares += running * running
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
    if newest - oldest + 1 - len(skipped) < 72:
        skipped = set()
    kept = [n for h, n in window.halves.items() if oldest <= h <= newest and h not in skipped]
    return Baseline(newest - oldest + 1 - len(skipped), sum(kept), sum(n * n for n in kept))


def detection_z(count: int, mean: float, variance: float) -> float:
    """(c - mean) / sqrt(max(variance, mean) + 1): never undefined, Poisson at the least."""
    return (count - mean) / sqrt(max(variance, mean) + 1.0)


def literal_z(count: int, mean: float, variance: float) -> float:
    """(c - mean) / sqrt(variance + mean + 1), the mission's own."""
    return (count - mean) / sqrt(variance + mean + 1.0)
