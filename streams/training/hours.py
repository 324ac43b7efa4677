"""Counts of any bucket width as complete hours that end at one moment."""

from bisect import bisect_right
from collections.abc import Sequence
from operator import itemgetter

from schemas.clock import HOUR_MS, Millis, iso, parse_lenient_time
from schemas.errors import SettingsError


def hourly(counts: Sequence[tuple[Millis, int]], width: Millis, at: Millis) -> list[float]:
    """Sums of (start, count) by the hour before `at`, oldest first; a silent hour counts 0.

    Starts ascend. Only buckets that are over by `at` are read: a bucket ends `width` after its
    start, or where the next one begins when that is earlier. One below an hour counts where it
    begins, a longer one is spread evenly. The oldest hour counts only when it is complete.
    """
    begun = bisect_right(counts, at, key=itemgetter(0))
    over = begun - (begun > 0 and counts[begun - 1][0] + width > at)
    if not over:
        return []
    first = counts[0][0]
    hours = -((first - at) // HOUR_MS)
    sums = [0.0] * hours
    for place, (start, count) in enumerate(counts[:over]):
        following = counts[place + 1][0] if place + 1 < len(counts) else at
        _add(sums, at, start, min(width, following - start), count)
    whole = first - (at - hours * HOUR_MS) < width
    return sums if whole else sums[1:]


def _add(sums: list[float], at: Millis, start: Millis, width: Millis, count: int) -> None:
    parts = max(-(-width // HOUR_MS), 1)
    for part in range(parts):
        place = len(sums) + (start + part * HOUR_MS - at) // HOUR_MS
        if place < len(sums):
            sums[place] += count / parts


def parse_moment(text: str, where: str) -> Millis:
    """ISO 8601, in UTC unless it says otherwise, or seconds or milliseconds since 1970."""
    plain = text.strip()
    try:
        moment = parse_lenient_time(plain)
        iso(moment)  # refuses what no calendar has
    except (ValueError, OverflowError, OSError):
        raise SettingsError(f"{where} {plain!r} is no time: ISO 8601 is expected") from None
    return moment
