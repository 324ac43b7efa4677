"""What is foretold at the moment a show is on air. Pure: bands and times in, an account out."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from schemas.clock import HOUR_MS, MINUTE_MS, Millis, millis
from schemas.shows import Show

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EDGE: Final = 0.02  # what a band leaves beyond the straight continuation of its sides


class Band(NamedTuple):
    """Quantiles of heat."""

    p10: float
    p50: float
    p90: float


def next_air(show: Show, after: Millis) -> tuple[Millis, Millis]:
    """When the show is on air next, or is at this moment: begin and end, by its own clock."""
    zone = ZoneInfo(show.timezone)
    today = datetime.fromtimestamp(after / 1000, UTC).astimezone(zone).date()
    hour, minute = (int(part) for part in show.at.split(":"))
    for ahead in range(-1, 9):
        day = today + timedelta(days=ahead)
        if DAYS[day.weekday()] not in show.days:
            continue
        begin = millis(datetime.combine(day, time(hour, minute), zone).astimezone(UTC))
        end = begin + show.minutes * MINUTE_MS
        if end > after:
            return begin, end
    raise AssertionError("a show has a day in every week")


def band_at(heat: float, told: Millis, bands: Mapping[int, Band], at: Millis) -> Band | None:
    """The band at a moment, straight between two horizons; None beyond the furthest one."""
    hours = max((at - told) / HOUR_MS, 0.0)
    points = [(0.0, Band(heat, heat, heat)), *((float(h), bands[h]) for h in sorted(bands))]
    for (before, low), (after, high) in pairwise(points):
        if hours <= after:
            share = (hours - before) / (after - before)
            return Band(*(a + share * (b - a) for a, b in zip(low, high, strict=True)))
    return None


def chance_above(band: Band, heat: float) -> float:
    """The chance that heat is above a value: straight lines through the three quantiles."""
    if band.p10 == band.p90:
        return float(band.p50 >= heat)
    if heat <= band.p50:
        return _between(band.p10, 0.9, band.p50, 0.5, heat)
    return _between(band.p50, 0.5, band.p90, 0.1, heat)


def _between(low: float, at_low: float, high: float, at_high: float, heat: float) -> float:
    if high == low:
        return at_low if heat <= low else at_high
    chance = at_low + (heat - low) / (high - low) * (at_high - at_low)
    return min(max(chance, EDGE), 1.0 - EDGE)


def find(shows: Sequence[Show], name: str) -> Show | None:
    return next((show for show in shows if show.name == name), None)
