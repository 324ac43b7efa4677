"""The one place that knows what time it is, and how time is cut into intervals.

Times are `Millis`: whole milliseconds since the epoch, UTC. Decisions never call `now`; they
are given a time. Interval n is [n * INTERVAL_MS, (n + 1) * INTERVAL_MS) of `known_time`; tick n
ends it; every POLL_TICKS-th tick is a poll, the only moment at which gates are looked at.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from schemas.errors import SkippableError

Millis = int
Now = Callable[[], Millis]

SECOND_MS: Final = 1_000
MINUTE_MS: Final = 60 * SECOND_MS
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS

INTERVAL_MS: Final = MINUTE_MS
POLL_TICKS: Final = 5
TICK_GRACE_MS: Final = 5 * SECOND_MS
YEAR_1_MS: Final = -62_135_596_800_000
YEAR_10000_MS: Final = 253_402_300_800_000
_DECIMAL: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)


def now() -> Millis:
    """The wall clock. For producers, tickers and pacing; never for a decision."""
    return time.time_ns() // 1_000_000


def tick_of(moment: Millis) -> int:
    """The number of the interval that holds `moment`."""
    return moment // INTERVAL_MS


def end_of(tick: int) -> Millis:
    """The first millisecond after interval `tick`."""
    return (tick + 1) * INTERVAL_MS


def is_poll(tick: int) -> bool:
    return tick % POLL_TICKS == 0


def iso(moment: Millis) -> str:
    """`2020-04-18T06:47:23Z`, with milliseconds only when there are any."""
    stamp = datetime.fromtimestamp(moment / 1000, UTC)
    text = stamp.isoformat(timespec="milliseconds" if moment % 1000 else "seconds")
    return text.replace("+00:00", "Z")


def in_calendar(moment: Millis) -> Millis:
    """Raise SkippableError outside of the years 1 to 9999: few clients can read such a time."""
    if not YEAR_1_MS <= moment < YEAR_10000_MS:
        raise SkippableError(f"the time {moment} ms is not in the years 1 to 9999")
    return moment


def shown(moment: Millis) -> str:
    """As `iso`, and for what no calendar has the number itself: a listing tells of it, too."""
    try:
        return iso(in_calendar(moment))
    except SkippableError:
        return f"{moment} ms"


def millis(stamp: datetime) -> Millis:
    """An aware datetime in milliseconds; a naive one is refused, for its zone is a guess."""
    if stamp.tzinfo is None:
        raise ValueError(f"{stamp.isoformat()} has no time zone")
    return round(stamp.timestamp() * 1000)


def parse_time(text: str) -> Millis:
    """ISO 8601 with a zone, or whole epoch seconds or milliseconds as digits."""
    plain = text.strip()
    if plain.isdigit():
        number = int(plain)
        return number if number >= 100_000_000_000 else number * SECOND_MS
    return millis(datetime.fromisoformat(plain))


def parse_lenient_time(text: str) -> Millis:
    """As `parse_time`, and a time without a zone is UTC, and seconds may have a fraction."""
    plain = text.strip()
    if plain.isdigit():
        return parse_time(plain)
    if _DECIMAL.fullmatch(plain):
        return round(float(plain) * SECOND_MS)
    stamp = datetime.fromisoformat(plain)
    return millis(stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC))
