"""Levels: what a source tells as an amount (search interest, page views) and not by mentions.

An amount is no count of voices: its newest value is held against what the same source told in the
hours of the week before, by median and median deviation, which one wild hour does not move, and in
logarithms, in which a doubling is the same rise for everybody.

    |<------------- past: a week, up to 12 h ago ------------->|<-- fresh: newest counts -->| poll

What is told by the day has a weekend, which lies above the median of any week: it rose when it is
above the highest of the days before, back to the same day of last week.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import inf
from typing import Final, NamedTuple

from schemas.clock import Millis
from streams.core.exact import exp, log1p
from streams.core.state import TypeState
from streams.core.windows import SLOW_HOURS, bucket_hour

PER_UNIT: Final = 1000  # kept as whole thousandths of log1p
FEWEST: Final = 24  # hours with a level that make a median; with fewer, it takes
FEWEST_SLOW: Final = 5  # of them that come at a regular pace
DAY: Final = 24  # hours, which they have to cover; and they are looked for a day further back
FLOOR: Final = 0.15  # of the deviation, in log1p units: a sixth more or less is no event
TO_SIGMA: Final = 1.4826  # median deviation of a normal distribution, in standard deviations
RISEN: Final = 1.0  # from here on a level is evidence; that there is one is none


class Level(NamedTuple):
    """The newest level of a type, in units of its source, and how far from usual it is."""

    z: float | None  # None: the past is too short to tell
    hour: int
    level: float
    usual: float


def keep(kind: TypeState, source: str, moment: Millis, level: float) -> None:
    """Remember the highest level of the hour: a source may tell several of one name, such as the
    views of each of its videos. What is no amount is no level."""
    if 0.0 <= level < inf:
        hours, hour = kind.levels.setdefault(source, {}), bucket_hour(moment)
        hours[hour] = max(round(PER_UNIT * log1p(level)), hours.get(hour, 0))


def level_of(kind: TypeState, now: Millis, days: int) -> Level | None:
    """The level at a poll, None without a fresh one; of several sources the (lower) median."""
    newest = bucket_hour(now)
    found = [_against_past(kind.levels[source], newest, days) for source in sorted(kind.levels)]
    fresh = [level for level in found if level is not None]
    measured = sorted([(level.z, n) for n, level in enumerate(fresh) if level.z is not None])
    if measured:
        return fresh[measured[(len(measured) - 1) // 2][1]]
    return fresh[0] if fresh else None


def level_z(kind: TypeState, now: Millis, days: int) -> float | None:
    """How far above its usual the type's level is; None when nothing fresh or usual is known."""
    level = level_of(kind, now, days)
    return None if level is None else level.z


def _against_past(hours: dict[int, int], newest: int, days: int) -> Level | None:
    fresh = max([hour for hour in hours if newest - SLOW_HOURS < hour <= newest], default=None)
    if fresh is None:
        return None
    first, last = newest - days * DAY + 1, newest - SLOW_HOURS
    past = [level for hour, level in hours.items() if first <= hour <= last]
    slow = len(past) < FEWEST
    if slow:
        told = [hour for hour in hours if first - DAY <= hour <= last]
        if not _at_a_pace(told):
            return Level(None, fresh, _amount(hours[fresh]), 0.0)
        past = [hours[hour] for hour in told]
    middle = _median(past)
    usual = max(past) if slow else middle
    spread = TO_SIGMA * _median([abs(level - middle) for level in past]) / PER_UNIT
    # Of an amount m alone, chance makes one part in the root of m.
    spread = max(spread, FLOOR, exp(-middle / PER_UNIT / 2.0))
    z = (hours[fresh] - usual) / PER_UNIT / spread
    return Level(z, fresh, _amount(hours[fresh]), _amount(usual))


def _at_a_pace(hours: Sequence[int]) -> bool:
    """Whether these are the hours of something told every day, or every few hours of one.

    A list of what is in fashion tells of a name for some hours and then not for days: what it
    told then is no usual level.
    """
    if len(hours) < FEWEST_SLOW:
        return False
    ordered = sorted(hours)
    gaps = [after - before for before, after in pairwise(ordered)]
    return ordered[-1] - ordered[0] >= DAY and max(gaps) <= 2 * _median(gaps)


def _amount(kept: float) -> float:
    """Back in the unit of the source, as exactly as it was kept."""
    return max(exp(kept / PER_UNIT) - 1.0, 0.0)


def _median(amounts: Sequence[float]) -> float:
    ordered, half = sorted(amounts), len(amounts) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2.0


def prune(kind: TypeState, now: Millis, days: int) -> None:
    """Forget the hours that no later poll looks at."""
    oldest = bucket_hour(now) - (days + 1) * DAY
    for source in list(kind.levels):
        hours = kind.levels[source]
        if min(hours) <= oldest:
            kept = {hour: level for hour, level in hours.items() if hour > oldest}
            if kept:
                kind.levels[source] = kept
            else:
                del kind.levels[source]
