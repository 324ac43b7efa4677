"""What a series of hourly counts will be in the next hours: a band of three quantiles for each.

One table of weights serves every series; nothing is fitted when it is asked. Where the same hour of
last week has lately been the better guess, the band leans towards it. The naive forecast, the same
hour of the day before, is always told beside it.
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from math import fsum
from operator import mul
from typing import Final, NamedTuple

import msgspec

from streams.core.exact import expm1, log1p, power
from streams.core.profile import DAY, FURTHEST, HOURS, SIGNS, WEEK, Outlook, outlooks

SHARES: Final = (0.1, 0.5, 0.9)
STEP: Final = 6  # hours between two looks back at how both guesses did
LOOKS: Final = 60
FADING: Final = power(0.5, 1 / 20)  # of an error, by each look
FIRST_ERROR: Final = 0.3
HANDICAP: Final = 1.25  # last week must be clearly better
CALMING: Final = 0.8  # what is left of a shift of level after six hours
CALMED: Final = tuple(power(CALMING, k / 6 + 1) for k in range(FURTHEST))


class Band(NamedTuple):
    """Below `p10` in 10 % of cases, above `p90` in 10 %, and half of them below `p50`."""

    p10: float
    p50: float
    p90: float


class Table(msgspec.Struct, frozen=True):
    """The weights of each sign and a constant, for each hour ahead and each of the shares."""

    name: str
    signs: tuple[str, ...]
    weights: tuple[tuple[tuple[float, ...], ...], ...]


@cache
def packaged(name: str = "counts") -> Table:
    """The table that was shipped with the code."""
    text = files("streams.core").joinpath("weights", f"{name}.json").read_bytes()
    return msgspec.json.decode(text, type=Table)


def forecast(
    counts: Sequence[float], table: Table, bands_at: Callable[[int], list[Band]] | None = None
) -> list[Band]:
    """Bands for each of the next twelve hours. `counts` are complete hours, the last one now.

    `bands_at` gives the table's own bands after so many hours, for a caller that has them already.
    Raises ValueError when there is less than a day of counts.
    """
    at = bands_at or (lambda hours: learned(outlooks(counts[:hours]), table))
    bands = at(len(counts))
    if len(counts) < HOURS + WEEK:
        return bands
    return _leaning(counts, bands, _trust(counts, at))


def fits(table: Table) -> bool:
    """Whether the table is one for this code: its signs, and a weight for each."""
    shape = [[len(row) for row in rows] for rows in table.weights]
    return table.signs == SIGNS and shape == [[len(SIGNS) + 1] * len(SHARES)] * FURTHEST


def learned(ahead: Sequence[Outlook], table: Table) -> list[Band]:
    """The table's bands, without a look at last week."""
    if table.signs != SIGNS:
        raise ValueError(f"table {table.name} was fitted on other signs than this code has")
    return [_band(look, weights) for look, weights in zip(ahead, table.weights, strict=False)]


def _band(look: Outlook, weights: Sequence[Sequence[float]]) -> Band:
    """Quantiles never cross: they are put in order."""
    signs = (*look.signs, 1.0)
    logs = sorted(look.usual + fsum(map(mul, signs, row)) for row in weights)
    p10, p50, p90 = (expm1(max(value, 0.0)) for value in logs)
    return Band(p10, p50, p90)


def naive(counts: Sequence[float]) -> list[float]:
    """The same hour of the day before."""
    return [float(counts[k - DAY]) for k in range(FURTHEST)]


def week_before(counts: Sequence[float]) -> list[float]:
    """Logarithms: the same hours of last week, moved by what today's level is off by."""
    here = [log1p(count) for count in counts[-6:]]
    then = [log1p(count) for count in counts[-WEEK - 6:-WEEK]]
    shift = (fsum(here) - fsum(then)) / 6
    return [
        log1p(counts[k - WEEK]) + shift * CALMED[k] for k in range(FURTHEST)
    ]


def _trust(counts: Sequence[float], at: Callable[[int], list[Band]]) -> list[float]:
    """How far to believe the table rather than last week, in each hour ahead, in [0, 1]."""
    looks = min(LOOKS, (len(counts) - HOURS - WEEK) // STEP)
    ours, weeks = [FIRST_ERROR] * FURTHEST, [FIRST_ERROR] * FURTHEST
    for back in range(looks * STEP, 0, -STEP):
        past = counts[:-back]
        bands, week = at(len(past)), week_before(past)
        for k in range(min(FURTHEST, back)):
            seen = log1p(counts[len(past) + k])
            ours[k] = _fade(ours[k], abs(log1p(bands[k].p50) - seen))
            weeks[k] = _fade(weeks[k], abs(week[k] - seen))
    return [_weight(week, own) for week, own in zip(weeks, ours, strict=True)]


def _fade(error: float, fresh: float) -> float:
    return FADING * error + (1.0 - FADING) * fresh


def _weight(week: float, own: float) -> float:
    against = _steep(HANDICAP * week)
    return against / (_steep(own) + against) if own or against else 1.0


def _steep(error: float) -> float:
    """To the power 8, by products, which round the same everywhere."""
    fourth = error * error * (error * error)
    return fourth * fourth


def _leaning(counts: Sequence[float], bands: list[Band], trust: Sequence[float]) -> list[Band]:
    """The bands moved towards last week's hour as far as the table is not to be trusted."""
    moved = []
    for band, week, weight in zip(bands, week_before(counts), trust, strict=True):
        shift = (1.0 - weight) * (week - log1p(band.p50))
        moved.append(Band(*(expm1(max(log1p(value) + shift, 0.0)) for value in band)))
    return moved
