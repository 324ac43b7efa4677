"""How a table for heat does on boards that it has not seen, beside the naive guess and the rank."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.core.forecast import SHARES
from streams.core.risers import HORIZONS, MOST, TOP, HeatTable
from streams.training.boosting import Numbers, said
from streams.training.chances import auc

BINS: Final = 10
MAIN: Final = HORIZONS.index(6)  # hours; the horizon at which risers are asked for


class Bin(NamedTuple):
    """A line of a reliability table."""

    sights: int
    said: float  # mean chance
    rose: float  # share that did


class HeatScore(NamedTuple):
    """Errors in units of heat, over all horizons; orders of those below the list."""

    mae: float
    pinball: float
    inside: float  # share of outcomes within the 80 % band, its edges included
    inside_warm: float  # the same where the lower edge is above nothing: 80 % is meant there
    naive_mae: float
    naive_pinball: float
    aucs: dict[int, float]  # by horizon; one without a riser, or without a chance, is left out
    rank_aucs: dict[int, float]
    reliability: tuple[Bin, ...]  # at six hours
    sights: int

    def metrics(self) -> dict[str, float]:
        orders = {f"auc_{hours}": auc for hours, auc in self.aucs.items()}
        off = {"calibration": calibration_error(self.reliability)} if self.reliability else {}
        return {
            "mae": self.mae, "pinball": self.pinball, "inside": self.inside,
            "inside_warm": self.inside_warm, **orders, **off, **_disorder(self.aucs),
        }

    def naive(self) -> dict[str, float]:
        return {"mae": self.naive_mae, "pinball": self.naive_pinball,
                **_disorder(self.rank_aucs)}


def _disorder(aucs: dict[int, float]) -> dict[str, float]:
    """What is lacking to a perfect order, an error: the mean over the horizons."""
    return {"disorder": 1.0 - sum(aucs.values()) / len(aucs)} if aucs else {}


def quantiles_said(table: HeatTable, hours: str, rows: Numbers) -> Numbers:
    """Three rows, in order, within what heat can be."""
    raw = np.asarray([said(forest, rows) for forest in table.heat[hours]])
    bounded: Numbers = np.sort(np.clip(raw, 0.0, MOST), axis=0)
    return bounded


class Foretold(NamedTuple):
    """What a model said: edges with a row for each sight and a column for each horizon."""

    lows: Numbers
    middles: Numbers
    highs: Numbers
    chances: dict[str, Numbers]  # by hours ahead; of every sight


def by_table(table: HeatTable, rows: Numbers) -> Foretold:
    """From one row of signs for each sight."""
    lows, middles, highs = (
        np.stack(edge, axis=1)
        for edge in zip(*(quantiles_said(table, str(h), rows) for h in HORIZONS), strict=True)
    )
    chances = {hours: 1.0 / (1.0 + np.exp(-said(forest, rows)))
               for hours, forest in table.top.items()}
    return Foretold(lows, middles, highs, chances)


def score_of(
    foretold: Foretold, ranks: Numbers, later: Numbers, naive: Numbers, on_top: NDArray[np.bool_]
) -> HeatScore:
    """One row for each sight; `later`, `naive` and `on_top` have a column for each horizon."""
    lows, middles, highs, chances = foretold
    inside, warm = (later >= lows) & (later <= highs), lows > 0.0
    errors, plain = np.abs(later - middles), np.abs(later - naive)
    losses = [
        np.maximum(share * (later - edge), (share - 1.0) * (later - edge)).mean()
        for share, edge in zip(SHARES, (lows, middles, highs), strict=True)
    ]
    aucs, rank_aucs = _orders(chances, ranks, on_top)
    below = ranks > TOP
    main = chances.get(str(HORIZONS[MAIN]))
    return HeatScore(
        float(errors.mean()), float(np.mean(losses)), float(inside.mean()),
        float(inside[warm].mean()) if warm.any() else 0.0, float(plain.mean()),
        0.5 * float(plain.mean()), aucs, rank_aucs,
        () if main is None else reliability(main[below], on_top[below, MAIN]), len(ranks),
    )


def _orders(
    chances: dict[str, Numbers], ranks: Numbers, on_top: NDArray[np.bool_]
) -> tuple[dict[int, float], dict[int, float]]:
    below = ranks > TOP
    aucs, rank_aucs = {}, {}
    for place, hours in enumerate(HORIZONS):
        rose = on_top[below, place].tolist()
        if str(hours) in chances and len(set(rose)) > 1:
            aucs[hours] = auc(chances[str(hours)][below].tolist(), rose)
            rank_aucs[hours] = auc((-ranks[below]).tolist(), rose)
    return aucs, rank_aucs


def reliability(chances: Numbers, rose: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """Equal shares of the sights, by rising chance."""
    order = np.argsort(chances, kind="stable")
    cuts = [len(order) * n // BINS for n in range(BINS + 1)]
    parts = [order[low:high] for low, high in pairwise(cuts) if high > low]
    return tuple(
        Bin(len(part), round(float(chances[part].mean()), 4), round(float(rose[part].mean()), 4))
        for part in parts
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """How far what was said is from what came, in the mean."""
    whole = sum(each.sights for each in bins)
    return sum(abs(each.said - each.rose) * each.sights for each in bins) / whole
