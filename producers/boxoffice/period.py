"""The span of time that a page of Box Office Mojo is about, as its headings say it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from schemas.clock import Millis, millis

ZONE: Final = ZoneInfo("America/Los_Angeles")  # where the studios count
_DAY: Final = re.compile(r"\b([A-Z][a-z]{2})[a-z]* (\d{1,2}), (\d{4})\b")
_SPAN: Final = re.compile(
    r"\b([A-Z][a-z]{2})[a-z]* (\d{1,2})(?:, \d{4})? ?[-\u2013\u2014] ?(?:([A-Z][a-z]{2})[a-z]* )?"
    r"(\d{1,2}), (\d{4})\b"
)
_YEAR: Final = re.compile(r"\b(?:for|of|in)? ?((?:19|20)\d\d)\b")


@dataclass(frozen=True, slots=True)
class Period:
    """`name` tells it from others of its kind; `unit` is that of money taken in it."""

    name: str
    ends: Millis | None
    unit: str


def period_in(headings: Iterable[str]) -> Period:
    """What the first heading that tells a time tells; a chart of all times has none."""
    told = list(headings)
    for read in (_span, _day, _year):
        for heading in told:
            found = read(heading)
            if found is not None:
                return found
    return Period("all times", None, "usd")


def _ends(year: str, month: str, day: str) -> datetime | None:
    """The midnight behind a day, where the studios count; None for no date."""
    try:
        begins = datetime.strptime(f"{year} {month} {day}", "%Y %b %d").replace(tzinfo=ZONE)
    except ValueError:
        return None
    return begins + timedelta(days=1)  # of the calendar: a day may have 23 hours


def _named(ends: datetime) -> str:
    return f"{ends - timedelta(days=1):%Y-%m-%d}"


def _span(heading: str) -> Period | None:
    found = _SPAN.search(heading)
    if found is None:
        return None
    month, _, last_month, day, year = found.groups()
    ends = _ends(year, last_month or month, day)
    return Period(f"weekend to {_named(ends)}", millis(ends), "usd per weekend") if ends else None


def _day(heading: str) -> Period | None:
    found = _DAY.search(heading)
    ends = _ends(found[3], found[1], found[2]) if found else None
    return Period(_named(ends), millis(ends), "usd per day") if ends else None


def _year(heading: str) -> Period | None:
    found = _YEAR.search(heading)
    return Period(found[1], None, "usd per year") if found else None
