"""Where the heat of an entity is going, and whether it will be among the hottest.

Everything is seen from a trace: the heat at the end of each of the last 25 hours. Bands come from
quantile regression, the chance of the top from a logistic one; both are small tables fitted on
recorded boards. The naive forecast is the heat of the day before.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from math import cos, exp, fsum, log, log1p, pi, sin
from operator import mul
from typing import Final, NamedTuple

import msgspec

from schemas.clock import HOUR_MS, Millis
from streams.core.forecast import Band

TRACE: Final = 25  # hours, the last one now
HORIZONS: Final = (1, 3, 6, 12)
TOP: Final = 20
MOST: Final = 2.5  # heat has no more
FLOOR: Final = 0.02  # heat below it is none

Trace = Sequence[float]
BAND_SIGNS: Final = (
    "heat", "change_1", "change_3", "change_6", "share_of_peak", "hours_6", "hours_24",
    "day_before", "sine", "cosine", "age",
)
TOP_SIGNS: Final = (
    "log_heat", "to_line", "to_leader", "rank", "age", "change_1", "change_3", "change_6",
    "share_of_peak", "sine", "cosine", "new", "hours_6", "day_before",
)


class Board(NamedTuple):
    """What the entities of one moment have in common."""

    leader: float  # heat of the hottest
    line: float  # heat of the last that is on the list


class HeatTable(msgspec.Struct, frozen=True):
    """Weights by hours ahead: of three quantiles of heat, and of the chance of the top."""

    name: str
    heat: dict[str, tuple[tuple[float, ...], ...]]
    top: dict[str, tuple[float, ...]]


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


def board_of(heats: Sequence[float]) -> Board:
    ranked = sorted(heats, reverse=True)[:TOP]
    return Board(ranked[0] if ranked else 0.0, ranked[-1] if len(ranked) == TOP else 0.0)


def bands(trace: Trace, at: Millis, table: HeatTable) -> dict[int, Band]:
    """Heat at each horizon; quantiles are in order and within what heat can be."""
    signs = (*heat_signs(trace, at), 1.0)
    found = {}
    for hours in HORIZONS:
        values = (fsum(map(mul, signs, row)) for row in table.heat[str(hours)])
        found[hours] = Band(*sorted(min(max(value, 0.0), MOST) for value in values))
    return found


def top_chance(trace: Trace, rank: int, board: Board, at: Millis, table: HeatTable, hours: int
               ) -> float | None:
    """Chance to be on the list in so many hours, for who is below it now; else None."""
    weights = table.top.get(str(hours))
    if weights is None or rank <= TOP:
        return None
    signs = (*top_signs(trace, rank, board, at), 1.0)
    return 1.0 / (1.0 + exp(-min(max(fsum(map(mul, signs, weights)), -30.0), 30.0)))


def peak_time(now: float, ahead: dict[int, Band], at: Millis) -> Millis:
    """When the median is highest: now, or at one of the horizons."""
    hours = max(HORIZONS, key=lambda h: (ahead[h].p50, -h))
    return at + hours * HOUR_MS if ahead[hours].p50 > now else at


def naive(trace: Trace, hours: int) -> float:
    """Heat at the same hour of the day before."""
    return trace[hours]


def heat_signs(trace: Trace, at: Millis) -> tuple[float, ...]:
    now, peak = trace[-1], max(trace)
    return (
        now, now - trace[-2], now - trace[-4], now - trace[-7], now / peak if peak else 0.0,
        fsum(trace[-6:]) / 6, fsum(trace[1:]) / 24, trace[0], *_hour(at), log1p(_age(trace)),
    )


def top_signs(trace: Trace, rank: int, board: Board, at: Millis) -> tuple[float, ...]:
    now, peak, age = _log(trace[-1]), max(trace), _age(trace)
    return (
        now, now - _log(board.line), now - _log(board.leader), log1p(rank), log1p(age),
        now - _log(trace[-2]), now - _log(trace[-4]), now - _log(trace[-7]),
        trace[-1] / peak if peak else 0.0, *_hour(at), float(age <= 1),
        now - _log(fsum(trace[-6:]) / 6), now - _log(trace[0]),
    )


def _hour(at: Millis) -> tuple[float, float]:
    turn = 2 * pi * (at // HOUR_MS % 24) / 24
    return sin(turn), cos(turn)


def _log(heat: float) -> float:
    return log(heat + FLOOR)


def _age(trace: Trace) -> int:
    """Hours without a break above zero, up to 25."""
    return next((hours for hours, heat in enumerate(reversed(trace)) if heat <= 0.0), TRACE)
