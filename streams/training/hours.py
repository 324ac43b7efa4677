"""Counts of any bucket width as complete hours that end at one moment."""

from collections.abc import Sequence

from schemas.clock import HOUR_MS, Millis, iso, parse_lenient_time
from schemas.errors import SettingsError


def hourly(counts: Sequence[tuple[Millis, int]], width: Millis, at: Millis) -> list[float]:
    """Sums of (start, count) by the hour before `at`, oldest first; a silent hour counts 0.

    A bucket counts where it begins, and one that begins at `at` or later is not read; one of an
    hour or more must have ended, too, and is spread evenly. The oldest hour counts only when it
    is complete.
    """
    last = at - width if width >= HOUR_MS else at - 1
    past = [(start, count) for start, count in counts if start <= last]
    if not past:
        return []
    first = past[0][0]
    hours = -((first - at) // HOUR_MS)
    sums = [0.0] * hours
    for start, count in past:
        _add(sums, at, start, width, count)
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
