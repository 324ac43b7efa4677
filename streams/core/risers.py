"""Where the heat of an entity is going, and whether it will be among the hottest.

Everything is seen from a trace: the heat at the end of each of the last 25 hours, and from where it
put the entity among the others. Bands and the chance of the top come from small trees that were
grown on recorded boards. The naive forecast is the heat of the day before.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import fsum, sqrt
from typing import Final, NamedTuple

import msgspec

from schemas.clock import HOUR_MS, Millis
from streams.core.climbing import SIGNS as CLIMBING
from streams.core.climbing import climbing_signs, places
from streams.core.exact import log1p
from streams.core.forecast import SHARES, Band
from streams.core.trees import Forest, chance

TRACE: Final = 25  # hours, the last one now
HORIZONS: Final = (1, 3, 6, 12)
TOP: Final = 20
MOST: Final = 2.5  # heat has no more
MOST_LISTED: Final = 200  # the hottest; nobody looks further
_QUARTER = (0.0, (sqrt(6.0) - sqrt(2.0)) / 4.0, 0.5, sqrt(0.5), sqrt(3.0) / 2.0,
            (sqrt(6.0) + sqrt(2.0)) / 4.0)
_HALF = (*_QUARTER, 1.0, *_QUARTER[:0:-1])
SINES: Final = (*_HALF, *(0.0 - sine for sine in _HALF))  # of the 24 hours, by roots: see exact
DIGITS: Final = 5  # of a sign: the tables were fitted on so many

Trace = Sequence[float]
Signs = tuple[float, ...]
OWN: Final = (
    "heat", "change_1", "change_3", "change_6", "of_peak", "hours_6", "hours_24", "day_before",
    "sine", "cosine", "warm_for",
)
SIGNS: Final = (*OWN, *CLIMBING)
UNITLESS: Final = tuple(range(OWN.index("sine"), len(SIGNS)))  # what the chance is told from


class Standing(NamedTuple):
    """An entity among the warm of one moment."""

    rank: int
    signs: Signs  # in the order of SIGNS


class HeatTable(msgspec.Struct, frozen=True):
    """Trees by hours ahead: for three quantiles of heat, and for the chance of the top."""

    name: str
    signs: tuple[str, ...]
    heat: dict[str, tuple[Forest, ...]]
    top: dict[str, Forest]  # not for hours in which nobody was seen to rise


@cache
def packaged() -> HeatTable:
    """The table that was shipped with the code."""
    text = files("streams.core").joinpath("weights", "heat.json").read_bytes()
    return msgspec.json.decode(text, type=HeatTable)


def trace_of(steps: Sequence[tuple[Millis, float]], at: Millis) -> list[float]:
    """Hourly heats up to `at` from (known time, heat), ascending; heat holds until it is told anew.

    What was not told for a day is cold.
    """
    trace, place, held = [], 0, (0, 0.0)
    for hour in range(TRACE):
        moment = at - (TRACE - 1 - hour) * HOUR_MS
        while place < len(steps) and steps[place][0] <= moment:
            held = steps[place]
            place += 1
        fresh = moment - held[0] <= (TRACE - 1) * HOUR_MS
        trace.append(held[1] if fresh else 0.0)
    return trace


def flaw(table: HeatTable) -> str | None:
    """What keeps a table from being one for this code, if anything does."""
    if table.signs != SIGNS:
        return "it was fitted on other signs than this code has"
    if set(table.heat) != {str(hours) for hours in HORIZONS}:
        return f"it has bands for the hours {sorted(table.heat)}, not {HORIZONS}"
    if any(len(forests) != len(SHARES) for forests in table.heat.values()):
        return f"a band has not the {len(SHARES)} quantiles"
    forests = [*(f for own in table.heat.values() for f in own), *table.top.values()]
    return next(filter(None, (forest.flaw(len(SIGNS)) for forest in forests)), None)


def standings(traces: Mapping[str, Trace], at: Millis) -> dict[str, Standing]:
    """The warm, by rank, no more than the list has; with what is to be seen of each."""
    lists = [_list(traces, hour) for hour in range(TRACE)]
    if not lists[-1]:
        return {}
    climbing = climbing_signs([places(ranked) for ranked in lists], TOP)
    return {
        name: Standing(rank, tuple(
            round(sign, DIGITS) for sign in (*_own_signs(traces[name], at), *climbing[name])
        ))
        for rank, (name, _) in enumerate(lists[-1], start=1)
    }


def _list(traces: Mapping[str, Trace], hour: int) -> list[tuple[str, float]]:
    warm = [(name, trace[hour]) for name, trace in traces.items() if trace[hour] > 0.0]
    return sorted(warm, key=lambda pair: (-pair[1], pair[0]))[:MOST_LISTED]


def bands(signs: Signs, table: HeatTable) -> dict[int, Band]:
    """Heat at each horizon; quantiles are in order and within what heat can be."""
    found = {}
    for hours in HORIZONS:
        values = (forest.sum(signs) for forest in table.heat[str(hours)])
        found[hours] = Band(*sorted(min(max(value, 0.0), MOST) for value in values))
    return found


def top_chance(standing: Standing, table: HeatTable, hours: int) -> float | None:
    """Chance to be on the list in so many hours, for who is below it now; else None."""
    forest = table.top.get(str(hours))
    if forest is None or standing.rank <= TOP:
        return None
    return chance(forest.sum(standing.signs))


def peak_time(now: float, ahead: Mapping[int, Band], at: Millis) -> Millis:
    """When the median is highest: now, or at one of the horizons."""
    hours = max(HORIZONS, key=lambda h: (ahead[h].p50, -h))
    return at + hours * HOUR_MS if ahead[hours].p50 > now else at


def naive(trace: Trace, hours: int) -> float:
    """Heat at the same hour of the day before."""
    return trace[hours]


def _own_signs(trace: Trace, at: Millis) -> Signs:
    now, peak = trace[-1], max(trace)
    return (
        now, now - trace[-2], now - trace[-4], now - trace[-7], now / peak if peak else 0.0,
        fsum(trace[-6:]) / 6, fsum(trace[1:]) / 24, trace[0], *_hour(at), log1p(_age(trace)),
    )


def _hour(at: Millis) -> tuple[float, float]:
    hour = at // HOUR_MS % 24
    return SINES[hour], SINES[(hour + 6) % 24]


def _age(trace: Trace) -> int:
    """Hours without a break above zero, up to 25."""
    return next((hours for hours, heat in enumerate(reversed(trace)) if heat <= 0.0), TRACE)
