"""The stretch of time that a budget counts in, cut by the clocks of the provider's zone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from producers.base.facts import Window
from schemas.clock import Millis, millis

HALF_DAY_H = 12


@dataclass(frozen=True, slots=True)
class Span:
    """One window: `2026-11`, `2026-11-21` or `2026-11-21T12`, and its first moment after."""

    name: str
    ends: Millis


def span_of(window: Window, zone: str, moment: Millis) -> Span:
    """The window that holds `moment`. A day may have 23 or 25 hours."""
    here = ZoneInfo(zone)
    local = datetime.fromtimestamp(moment / 1000, here)
    half = HALF_DAY_H if local.hour >= HALF_DAY_H else 0
    return _span(window, here, local.date(), half)


@cache
def _span(window: Window, zone: ZoneInfo, day: date, half: int) -> Span:
    match window:
        case "month":
            following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
            return Span(f"{day:%Y-%m}", _midnight(following, zone))
        case "day":
            return Span(day.isoformat(), _midnight(day + timedelta(days=1), zone))
        case "12h":
            name = f"{day.isoformat()}T{half:02}"
            if half == 0:
                return Span(name, millis(datetime(day.year, day.month, day.day, 12, tzinfo=zone)))
            return Span(name, _midnight(day + timedelta(days=1), zone))


def _midnight(day: date, zone: ZoneInfo) -> Millis:
    return millis(datetime(day.year, day.month, day.day, tzinfo=zone))
