"""Fits and measures the table of weights for hourly counts."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from math import expm1, fsum, log1p, sqrt
from typing import Final, NamedTuple

from streams.core.forecast import SHARES, Band, Table, forecast, learned, naive
from streams.core.profile import DAY, FURTHEST, HOURS, SIGNS, outlooks
from streams.training.quantile import quantile_weights

FIRST: Final = HOURS + DAY  # hours of past before the first example
EVERY: Final = 3  # hours between two examples
LEAST: Final = 100 * FURTHEST  # examples
MEASURED_FROM: Final = 21 * DAY
MEASURED_EVERY: Final = 6
NEAR: Final = 6  # hours ahead that MASE is told for
QUIET: Final = 5.0  # counts; keeps the silent hours from having no say
BESIDE: Final = 1  # examples of so many hours nearer and further are taken, too

Series = Mapping[str, Sequence[float]]


class Example(NamedTuple):
    """What was seen before an hour, and how it went."""

    ahead: int
    signs: tuple[float, ...]
    rest: float  # log(1 + count) less what was usual
    importance: float


class Score(NamedTuple):
    """Errors in units of the series' own day-to-day change."""

    mase: float  # of the median, 1 to 6 hours ahead
    pinball: float  # of the three quantiles, 1 to 12 hours ahead
    inside: float  # share of outcomes within the band
    naive_mase: float
    naive_pinball: float
    forecasts: int


def day_change(counts: Sequence[float]) -> float:
    """Mean change from one day's hour to the next day's; what errors are measured in."""
    if len(counts) <= DAY:
        return 0.0
    changes = [abs(counts[i] - counts[i - DAY]) for i in range(DAY, len(counts))]
    return fsum(changes) / len(changes)


def examples(counts: Sequence[float], first: int = FIRST, last: int | None = None) -> list[Example]:
    """Every third hour as an origin, twelve hours ahead; nothing later than `last` is read."""
    end = len(counts) if last is None else last
    found = []
    for origin in range(first, end - FURTHEST + 1, EVERY):
        scale = day_change(counts[:origin])
        if not scale:
            continue
        for k, look in enumerate(outlooks(counts[:origin])):
            found.append(Example(
                k + 1, look.signs, log1p(counts[origin + k]) - look.usual,
                sqrt((expm1(look.usual) + QUIET) / scale),
            ))
    return found


def fit(known: Sequence[Example], name: str) -> Table:
    """One table for all series. Raises ValueError when there are too few examples."""
    if len(known) < LEAST:
        raise ValueError(f"{len(known)} examples; {LEAST} are needed")
    return Table(name, SIGNS, tuple(
        _weights([one for one in known if abs(one.ahead - hour) <= BESIDE])
        for hour in range(1, FURTHEST + 1)
    ))


def _weights(known: Sequence[Example]) -> tuple[tuple[float, ...], ...]:
    columns = [list(column) for column in zip(*(one.signs for one in known), strict=True)]
    columns.append([1.0] * len(known))
    target = [one.rest for one in known]
    importance = [one.importance for one in known]
    return tuple(
        tuple(round(w, 5) for w in quantile_weights(columns, target, importance, share))
        for share in SHARES
    )


def measure(table: Table, series: Series, begins: Mapping[str, int] | None = None) -> Score:
    """How the forecast does against what came, every six hours from day 21 or from `begins`."""
    near: list[float] = []
    loss: list[float] = []
    inside: list[float] = []
    naive_near: list[float] = []
    naive_loss: list[float] = []
    for name in sorted(series):
        counts = series[name]
        at = _remembered(counts, table)
        start = max(MEASURED_FROM, (begins or {}).get(name, 0))
        for origin in range(start, len(counts) - FURTHEST + 1, MEASURED_EVERY):
            past, scale = counts[:origin], day_change(counts[:origin])
            if not scale:
                continue
            guesses = zip(forecast(past, table, at), naive(past), strict=True)
            for k, (band, plain) in enumerate(guesses):
                seen = counts[origin + k]
                loss.append(pinball(band, seen) / scale)
                naive_loss.append(0.5 * abs(seen - plain) / scale)
                inside.append(float(band.p10 <= seen <= band.p90))
                if k < NEAR:
                    near.append(abs(seen - band.p50) / scale)
                    naive_near.append(abs(seen - plain) / scale)
    if not near:
        raise ValueError("no series is long enough to be measured: 21 days and 12 hours")
    return Score(
        _mean(near), _mean(loss), _mean(inside), _mean(naive_near), _mean(naive_loss), len(loss)
    )


def _remembered(counts: Sequence[float], table: Table) -> Callable[[int], list[Band]]:
    """The table's bands after so many hours, each made once: looks back meet them again."""
    return cache(lambda hours: learned(outlooks(counts[:hours]), table))


def pinball(band: Band, seen: float) -> float:
    """Mean loss of the three quantiles."""
    losses = [
        max(share * (seen - value), (share - 1.0) * (seen - value))
        for share, value in zip(SHARES, band, strict=True)
    ]
    return fsum(losses) / len(losses)


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)
