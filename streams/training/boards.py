"""Fits and measures the table for heat: bands, and the chance of the top, from recorded boards."""

from collections.abc import Mapping, Sequence
from math import fsum
from typing import Final, NamedTuple

import msgspec

from schemas.clock import DAY_MS, HOUR_MS, Millis
from schemas.records import TrainingRun
from streams.core.forecast import SHARES
from streams.core.risers import (
    HORIZONS,
    TOP,
    Board,
    HeatTable,
    bands,
    board_of,
    heat_signs,
    naive,
    top_chance,
    top_signs,
    trace_of,
)
from streams.training.chances import auc, logistic_weights
from streams.training.counts import pinball
from streams.training.quantile import quantile_weights
from streams.training.runs import digest, verdict

EVERY_HOURS: Final = 5  # a step that comes by every hour of the day
WARMUP_MS: Final = 3 * DAY_MS  # the first boards of a recording are a flood of backlog
PAST: Final = 0.67  # of the time; the rest is held out
LEAST_SIGHTS: Final = 500
INSIDE: Final = 0.8  # of what came, within the band
WIDER: Final = (1.0, 1.15, 1.3, 1.5, 1.75, 2.0, 2.5)
MOST_SIGHTS: Final = 12_000

Steps = Mapping[str, Sequence[tuple[Millis, float]]]


class Sight(NamedTuple):
    """One entity on one board, and its heat and place afterwards."""

    at: Millis
    trace: tuple[float, ...]
    rank: int
    board: Board
    later: dict[int, float]
    on_top: dict[int, bool]


class HeatScore(NamedTuple):
    """Errors in units of heat, over all horizons; ordering of those below the list, in 6 h."""

    mae: float
    pinball: float
    inside: float
    naive_mae: float
    naive_pinball: float
    auc: float
    rank_auc: float
    sights: int


def sights(steps: Steps, first: Millis, last: Millis) -> list[Sight]:
    """Every fifth hour's board between two moments, with what came of it by `last`."""
    found: list[Sight] = []
    names = sorted(steps)
    start = -(-first // HOUR_MS) * HOUR_MS
    for at in range(start, last - max(HORIZONS) * HOUR_MS + 1, EVERY_HOURS * HOUR_MS):
        traces = {name: trace_of(steps[name], at) for name in names}
        ahead = {
            hours: {name: trace_of(steps[name], at + hours * HOUR_MS)[-1] for name in names}
            for hours in HORIZONS
        }
        found += _board_sights(traces, ahead, at)
    return found


def _board_sights(
    traces: Mapping[str, list[float]], ahead: Mapping[int, Mapping[str, float]], at: Millis
) -> list[Sight]:
    ranked = _ranked({name: trace[-1] for name, trace in traces.items()})
    tops = {hours: set(_ranked(heats)[:TOP]) for hours, heats in ahead.items()}
    board = board_of([traces[name][-1] for name in ranked])
    return [
        Sight(
            at, tuple(traces[name]), rank, board,
            {hours: ahead[hours][name] for hours in HORIZONS},
            {hours: name in tops[hours] for hours in HORIZONS},
        )
        for rank, name in enumerate(ranked, start=1)
    ]


def _ranked(heats: Mapping[str, float]) -> list[str]:
    return sorted((n for n in heats if heats[n] > 0.0), key=lambda n: (-heats[n], n))


def fit(known: Sequence[Sight], name: str) -> HeatTable:
    """Raises ValueError when nobody was seen below the list and on it later."""
    below = [sight for sight in known if sight.rank > TOP]
    if not any(any(sight.on_top.values()) for sight in below):
        raise ValueError("no entity rose to the list: nothing to learn from")
    columns = _columns([heat_signs(sight.trace, sight.at) for sight in known])
    even = [1.0] * len(known)
    heat = {
        str(hours): tuple(
            _rounded(quantile_weights(columns, [s.later[hours] for s in known], even, share))
            for share in SHARES
        )
        for hours in HORIZONS
    }
    columns = _columns([top_signs(s.trace, s.rank, s.board, s.at) for s in below])
    top = {
        str(hours): _rounded(logistic_weights(columns, [float(s.on_top[hours]) for s in below]))
        for hours in HORIZONS
    }
    return HeatTable(name, heat, top)


def _columns(rows: Sequence[tuple[float, ...]]) -> list[list[float]]:
    return [*(list(column) for column in zip(*rows, strict=True)), [1.0] * len(rows)]


def _rounded(weights: Sequence[float]) -> tuple[float, ...]:
    return tuple(round(weight, 5) for weight in weights)


def measure(table: HeatTable, held_out: Sequence[Sight]) -> HeatScore:
    """Raises ValueError when nothing was held out."""
    errors, losses, plain, inside = [], [], [], []
    for sight in held_out:
        for hours, band in bands(sight.trace, sight.at, table).items():
            seen = sight.later[hours]
            errors.append(abs(seen - band.p50))
            losses.append(pinball(band, seen))
            plain.append(abs(seen - naive(sight.trace, hours)))
            inside.append(float(band.p10 <= seen <= band.p90))
    if not errors:
        raise ValueError("no boards are left to be measured on")
    below = [sight for sight in held_out if sight.rank > TOP]
    rose = [sight.on_top[6] for sight in below]
    chances = [top_chance(s.trace, s.rank, s.board, s.at, table, 6) or 0.0 for s in below]
    return HeatScore(
        _mean(errors), _mean(losses), _mean(inside), _mean(plain), 0.5 * _mean(plain),
        auc(chances, rose), auc([-float(s.rank) for s in below], rose), len(held_out),
    )


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values)


class HeatRun(NamedTuple):
    """The table of all the time, and how one of the past alone did on what came after."""

    table: HeatTable
    score: HeatScore
    known: int

    def record(
        self, *, ended: Millis, trained_on: str, series: int, input_hash: str
    ) -> TrainingRun:
        score = self.score
        return verdict(
            model="heat", version=self.table.name, ended=ended, trained_on=trained_on,
            series=series, examples=self.known, held_out=score.sights, input_hash=input_hash,
            metrics={"mae": score.mae, "pinball": score.pinball, "inside": score.inside,
                     "auc": score.auc},
            naive={"mae": score.naive_mae, "pinball": score.naive_pinball},
            artifact=msgspec.json.encode(self.table).decode(),
            settings={"past": PAST, "every_hours": EVERY_HOURS, "most": MOST_SIGHTS},
        )


def train(steps: Steps) -> HeatRun:
    """Raises ValueError when there is too little to fit or to measure."""
    told = [moment for own in steps.values() for moment, _ in own]
    if not told:
        raise ValueError("no heat was told")
    first, last = min(told) + WARMUP_MS, max(told)
    cut = first + int((last - first) * PAST)
    past, later = sights(steps, first, cut), sights(steps, cut, last)
    if len(past) < LEAST_SIGHTS:
        raise ValueError(f"{len(past)} sights of entities; {LEAST_SIGHTS} are needed")
    score = measure(_calibrated(past, first, cut), later)
    known = [*past, *later]
    table = _calibrated(known, first, last)
    name = f"heat-{digest([table.heat, table.top])}"
    return HeatRun(msgspec.structs.replace(table, name=name), score, len(_thinned(known)))


def _calibrated(known: Sequence[Sight], first: Millis, last: Millis) -> HeatTable:
    """Fitted on all, its bands as wide as those of the earlier part had to be for the rest."""
    cut = first + int((last - first) * PAST)
    early = [sight for sight in known if sight.at < cut]
    rest = [sight for sight in known if sight.at >= cut]
    narrow = fit(_thinned(early), "")
    wide = next(
        (factor for factor in WIDER if measure(widened(narrow, factor), rest).inside >= INSIDE),
        WIDER[-1],
    ) if rest else 1.0
    return widened(fit(_thinned(known), ""), wide)


def widened(table: HeatTable, factor: float) -> HeatTable:
    """Both edges of every band so many times as far from the median."""
    return msgspec.structs.replace(table, heat={
        hours: tuple(
            _rounded([m + factor * (w - m) for w, m in zip(row, rows[1], strict=True)])
            for row in rows
        )
        for hours, rows in table.heat.items()
    })


def _thinned(known: Sequence[Sight]) -> Sequence[Sight]:
    """At most so many, evenly over time."""
    return known[:: -(-len(known) // MOST_SIGHTS)]
