"""The usual day of a series of hourly counts, and what is unusual about its last hours.

Everything is in logarithms, log(1 + count), so that a thousand posts and ten speak one language;
and all but the usual day itself is a distance from it, so that one table of weights fits all.
"""

from collections.abc import Sequence
from math import fsum
from statistics import median
from typing import Final, NamedTuple

from streams.core.exact import log1p

DAY: Final = 24
WEEK: Final = 7 * DAY
DAYS: Final = 14
HOURS: Final = DAYS * DAY
FURTHEST: Final = 12  # hours ahead

WEEKS: Final = 8  # of past that are looked at
LONGEST: Final = WEEKS * WEEK

NOW: Final = (
    "last", "before", "third", "hours_6", "hours_24", "level", "jump", "roughness", "spread",
    "today", "one_day_ago", "five_days_ago", "six_days_ago", "last_size", "hours_6_size",
    "hours_24_size",
)
THEN: Final = (
    "skew", "yesterday", "weeks_mean", "weeks_median", "weeks_size", "last_by_usual",
    "hours_6_by_usual", "weeks_by_usual", "shape_3_days", "shape_24", "shape_6", "shape_last",
)
SIGNS: Final = (*NOW, *THEN)


class Outlook(NamedTuple):
    """One hour ahead: what is usual in that hour, and the signs that it will be otherwise."""

    usual: float  # log(1 + count)
    signs: tuple[float, ...]  # in the order of SIGNS


def usual_day(logs: Sequence[float]) -> list[float]:
    """What each hour of the day is like: its median, half of it shared with the hours beside it."""
    medians = [median(logs[hour::DAY]) for hour in range(DAY)]
    beside = [
        fsum((medians[hour - 1], medians[hour], medians[(hour + 1) % DAY])) / 3
        for hour in range(DAY)
    ]
    return [0.5 * own + 0.5 * shared for own, shared in zip(medians, beside, strict=True)]


def outlooks(counts: Sequence[float]) -> list[Outlook]:
    """The next hours, one by one, as up to eight weeks of complete hours let them be seen.

    Less than fourteen days are repeated backwards by whole days. Raises ValueError below one day.
    """
    logs = [log1p(count) for count in whole_days(counts)]
    near = logs[-HOURS:]
    day = usual_day(near)
    rest = [value - day[hour % DAY] for hour, value in enumerate(logs)]
    form = _shape(near)
    now = _now(rest[-HOURS:])
    return [
        Outlook(day[k % DAY], (*now, *_then(near, day, rest, k), *_formed(form, day, k)))
        for k in range(FURTHEST)
    ]


def whole_days(counts: Sequence[float]) -> list[float]:
    """Whole days of hours that end now: fourteen to fifty-six of them."""
    if len(counts) < DAY:
        raise ValueError(f"{len(counts)} hours; a forecast needs {DAY} at least")
    length = min(len(counts) // DAY * DAY, LONGEST)
    past = [max(float(count), 0.0) for count in counts[-length:]]
    while len(past) < HOURS:
        past = past[-(HOURS - len(past)):] + past
    return past


class Shape(NamedTuple):
    """How the hours of a day differ from its middle, and how far each recent hour is from that."""

    hours: list[float]
    above: list[float]  # of the last day: the level that each hour speaks for
    middles: list[float]  # of the last three days


def _shape(near: Sequence[float]) -> Shape:
    days = [near[at:at + DAY] for at in range(0, HOURS, DAY)]
    middles = [median(hours) for hours in days]
    raw = [
        median(hours[j] - middle for hours, middle in zip(days, middles, strict=True))
        for j in range(DAY)
    ]
    hours = [0.5 * raw[j] + 0.25 * (raw[j - 1] + raw[(j + 1) % DAY]) for j in range(DAY)]
    above = [value - form for value, form in zip(days[-1], hours, strict=True)]
    return Shape(hours, above, middles[-3:])


def _now(rest: Sequence[float]) -> tuple[float, ...]:
    steps = [
        abs(after - before)
        for before, after in zip(rest[-DAY:-1], rest[-DAY + 1:], strict=True)
    ]
    last, hours_6, hours_24 = rest[-1], _mean(rest[-6:]), _mean(rest[-DAY:])
    return (
        last,
        rest[-2],
        rest[-3],
        hours_6,
        hours_24,
        median(rest[-2 * DAY:]),
        max(rest[-1] - _mean(rest[-3:]), 0.0),
        _mean(steps),
        _mean([abs(value) for value in rest]),
        *(median(rest[HOURS - (ago + 1) * DAY:HOURS - ago * DAY]) for ago in (0, 1, 5, 6)),
        abs(last),
        abs(hours_6),
        abs(hours_24),
    )


def _then(
    near: Sequence[float], day: Sequence[float], rest: Sequence[float], k: int
) -> tuple[float, ...]:
    """Signs of the hour that is k + 1 ahead: how that hour went on other days."""
    hour, end = k % DAY, len(rest)
    usual = day[hour]
    weeks = [
        _around(rest, end - WEEK * ago + k)
        for ago in range(1, WEEKS + 1) if end - WEEK * ago + k >= 1
    ]
    mean = _mean(weeks)
    return (
        _mean(near[hour::DAY]) - usual,
        _around(rest, end - DAY + hour),
        mean,
        median(weeks),
        abs(mean),
        rest[-1] * usual,
        _mean(rest[-6:]) * usual,
        mean * usual,
    )


def _formed(form: Shape, day: Sequence[float], k: int) -> tuple[float, ...]:
    """Where the day's shape would have that hour, from the levels of three days to one hour."""
    hour = k % DAY
    base = form.hours[hour] - day[hour]
    return (
        _mean(form.middles) + base,
        median(form.above) + base,
        _mean(form.above[-6:]) + base,
        form.above[-1] + base,
    )


def _around(rest: Sequence[float], at: int) -> float:
    return _mean(rest[max(0, at - 1) : at + 2])


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)
