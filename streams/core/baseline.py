"""What is usual for an entity and source type, and how far from it a count is.

Baselines are samples of past windows: 12 h windows that end on each hour, and every half hour.
All sums are of whole numbers, so no order of adding can change a bit of them.
"""

from collections.abc import Sequence
from functools import lru_cache
from math import sqrt
from typing import Final, NamedTuple

from schemas.clock import Millis
from streams.core.adding import tally
from streams.core.samples import Samples
from streams.core.windows import FAST, PER_HOUR, SLOW_HOURS, Window, bucket_of

FEWEST: Final = 72  # hours of samples; with fewer, past episodes count after all
DAY: Final = 24  # hours
MANY: Final = 16  # hours with mentions, from which on running sums are quicker than a loop


class Baseline(NamedTuple):
    """Samples of a window length: how many, their sum, their squares, the peak of each day."""

    samples: int
    total: int
    squares: int
    peaks: tuple[int, ...] = ()  # of whole days, the newest first

    def mean(self) -> float:
        return self.total / self.samples if self.samples else 0.0

    def variance(self) -> float:
        """Population variance of the samples."""
        if not self.samples:
            return 0.0
        spread = self.samples * self.squares - self.total * self.total
        return spread / (self.samples * self.samples)

    def peak(self) -> float:
        """The peak of a usual day: the median of the days' peaks, 0 before there was a day."""
        if not self.peaks:
            return 0.0
        ordered, half = sorted(self.peaks), len(self.peaks) // 2
        return float(ordered[half]) if len(ordered) % 2 else tally(ordered[half - 1 : half + 1]) / 2

    def with_prior(self, samples: int, mean: float, variance: float) -> tuple[float, float]:
        """Mean and variance after adding `samples` imagined ones of the prior."""
        if samples <= 0:
            return self.mean(), self.variance()
        size = self.samples + samples
        blended = (self.total + samples * mean) / size
        second = (self.squares + samples * (variance + mean * mean)) / size
        return blended, max(second - blended * blended, 0.0)


NOTHING: Final = Baseline(0, 0, 0)


class Span(NamedTuple):
    """Hours of a past episode, first and last; they say nothing about what is usual."""

    first: int
    last: int


@lru_cache(maxsize=64)  # all entities and types of a poll ask the same
def slow_ends(now: Millis, days: int, since: Millis) -> tuple[int, int]:
    """The newest and the oldest hour at which a sample of the slow window ends."""
    newest = bucket_of(now) // PER_HOUR - 1 - SLOW_HOURS
    begun = bucket_of(since) // PER_HOUR + SLOW_HOURS
    return newest, max(newest - (days * DAY - 2 * SLOW_HOURS), begun)


def slow_baseline(
    window: Window, now: Millis, days: int, since: Millis, past: Sequence[Span] = ()
) -> Baseline:
    """12 h windows that end each hour of the trailing days and stay clear of the last 12 h.

    Those that reach back before `since`, or into a past episode, are left out; when that leaves
    less than three days, episodes are let in again. A day's peak is told whatever was left out:
    the median of the days does not mind one.
    """
    newest, oldest = slow_ends(now, days, since)
    if newest < oldest:
        return NOTHING
    skipped = _touched(past, oldest, newest) if past else []
    if skipped and newest - oldest + 1 - _length(skipped) < FEWEST:
        skipped = []
    if len(window.hours) < MANY:
        return _slide(window.hours, oldest, newest, skipped)
    known = _grown(window, now, days, since)
    total, squares = known.slow_sums(oldest, newest)
    for first, last in skipped:
        left_out = known.slow_sums(first, last)
        total, squares = total - left_out[0], squares - left_out[1]
    samples = newest - oldest + 1
    peaks = known.peaks(known.slow_peaks, newest, samples // DAY)
    return Baseline(samples - _length(skipped), total, squares, peaks)


def _grown(window: Window, now: Millis, days: int, since: Millis) -> Samples:
    """The samples of a window up to a poll; they reach a day further back than any is wanted."""
    lately = window.worked_out()
    known = lately.samples if isinstance(lately.samples, Samples) else Samples()
    lately.samples = known
    half = bucket_of(now) // FAST
    oldest = max(half // 2 - days * DAY - 1, bucket_of(since) // PER_HOUR)
    known.grow(window.hours, window.halves, oldest, half // 2 - 1 - SLOW_HOURS, half - 2)
    return known


def _touched(past: Sequence[Span], oldest: int, newest: int, reach: int = SLOW_HOURS) -> list[Span]:
    """The runs of sample hours that have an hour of a past episode in them, merged, in order."""
    runs: list[Span] = []
    for span in sorted(past):
        first, last = max(span.first, oldest), min(span.last + reach - 1, newest)
        if runs and first <= runs[-1].last + 1:
            runs[-1] = Span(runs[-1].first, max(runs[-1].last, last))
        elif first <= last:
            runs.append(Span(first, last))
    return runs


def _length(runs: Sequence[Span]) -> int:
    return tally([last - first + 1 for first, last in runs])


def _slide(hours: dict[int, int], oldest: int, newest: int, skipped: list[Span]) -> Baseline:
    """Samples at every end from oldest to newest, without those of the skipped runs.

    The count of the sliding window changes only where an hour that holds something enters or
    leaves it; between two such ends all samples are equal, and are added at once.
    """
    changes: dict[int, int] = {}
    for hour, count in hours.items():
        if oldest - SLOW_HOURS < hour <= newest:
            enters, leaves = hour if hour > oldest else oldest, hour + SLOW_HOURS
            changes[enters] = changes.get(enters, 0) + count
            changes[leaves] = changes.get(leaves, 0) - count
    total = squares = running = 0
    days = (newest - oldest + 1) // DAY
    peaks, begin = [0] * days, oldest
    for end in sorted(changes):
        if running:
            last = end - 1 if end <= newest else newest
            length = last - begin + 1
            for left_out in skipped:
                length -= max(min(last, left_out.last) - max(begin, left_out.first) + 1, 0)
            counted = running * length
            total += counted
            squares += running * counted
            for day in range((newest - last) // DAY, (newest - begin) // DAY + 1):
                if day < days and running > peaks[day]:
                    peaks[day] = running
        if end > newest:
            break
        running += changes[end]
        begin = end
    return Baseline(newest - oldest + 1 - _length(skipped), total, squares, tuple(peaks))


def fast_baseline(
    window: Window, now: Millis, days: int, since: Millis, past: Sequence[Span] = ()
) -> Baseline:
    """Every half hour of the trailing days that was over before the window began.

    The peaks are of the days that end half a day ago, as those of the slow windows.
    """
    newest = (bucket_of(now) - FAST) // FAST - 1  # half hours since the epoch
    oldest = max(newest - days * 2 * DAY + 1, (bucket_of(since) // PER_HOUR + 1) * 2)
    if newest < oldest:
        return NOTHING
    skipped = _touched(past, oldest // 2, newest // 2, 1) if past else []
    if skipped and newest - oldest + 1 - 2 * _length(skipped) < 2 * FEWEST:
        skipped = []
    until = bucket_of(now) // PER_HOUR - 1 - SLOW_HOURS  # the hour with which the peaks' days end
    peak_days = max((until - (oldest + 1) // 2 + 1) // DAY, 0)
    left_out = [(max(2 * h.first, oldest), min(2 * h.last + 1, newest)) for h in skipped]
    samples = newest - oldest + 1 - _length([Span(*halves) for halves in left_out])
    if len(window.hours) < MANY:
        total, squares, peaks = _halves(window, oldest, newest, left_out, until, peak_days)
        return Baseline(samples, total, squares, peaks)
    known = _grown(window, now, days, since)
    total, squares = known.fast_sums(oldest, newest)
    for first, last in left_out:
        less = known.fast_sums(first, last)
        total, squares = total - less[0], squares - less[1]
    return Baseline(samples, total, squares, known.peaks(known.fast_peaks, until, peak_days))


def next_half(
    before: Baseline, window: Window, half: int, days: int, since: Millis
) -> Baseline:
    """`fast_baseline` in the second half of an hour, from what it was in the first.

    One more half hour is a sample, and the oldest is none any more when the days are full. The
    peaks are of whole hours; nothing is left out.
    """
    begun, newest = (bucket_of(since) // PER_HOUR + 1) * 2, half - 2
    if newest < begun:
        return NOTHING
    samples, total, squares, peaks = before
    count = window.half_hour(newest)
    oldest = newest - 2 * DAY * days
    if oldest < begun:
        return Baseline(samples + 1, total + count, squares + count * count, peaks)
    gone = window.half_hour(oldest)
    return Baseline(
        samples, total + count - gone, squares + count * count - gone * gone, peaks
    )


def _halves(
    window: Window, oldest: int, newest: int, left_out: Sequence[tuple[int, int]], until: int,
    days: int,
) -> tuple[int, int, tuple[int, ...]]:
    """Sum and squares of the half hours, and the highest of each day."""
    peaks, total, squares = [0] * days, 0, 0
    halves = window.halves
    for hour, count in window.hours.items():
        first, second = 2 * hour, halves.get(hour, 0)
        early = count - second if oldest <= first <= newest else 0
        late = second if oldest <= first + 1 <= newest else 0
        if not left_out or not any(
            begin <= first + 1 and first <= end for begin, end in left_out
        ):
            total += early + late
            squares += early * early + late * late
        day, highest = (until - hour) // DAY, early if early > late else late
        if 0 <= day < days and highest > peaks[day]:
            peaks[day] = highest
    return total, squares, tuple(peaks)


def detection_z(count: int, expected: float, mean: float, variance: float) -> float:
    """(c - expected) / sqrt(max(variance, mean) + 1): never undefined, Poisson at the least."""
    return (count - expected) / sqrt(max(variance, mean) + 1.0)


def literal_z(count: int, mean: float, variance: float) -> float:
    """(c - mean) / sqrt(variance + mean + 1), the mission's own."""
    return (count - mean) / sqrt(variance + mean + 1.0)
