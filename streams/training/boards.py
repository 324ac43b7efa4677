"""Grows the table for heat: bands, and the chance of the top, from recorded boards.

It is grown on the earlier time, set right on what came after, and measured on the last; the table
that serves is then grown on all of it.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from math import inf
from typing import Final, NamedTuple

import msgspec
import numpy as np

from schemas.clock import DAY_MS, HOUR_MS, Millis
from schemas.records import TrainingRun
from streams.core.forecast import SHARES
from streams.core.risers import (
    HORIZONS,
    SIGNS,
    TOP,
    TRACE,
    UNITLESS,
    HeatTable,
    Standing,
    naive,
    standings,
    trace_of,
)
from streams.training.board_scores import Foretold, HeatScore, by_table, quantiles_said, score_of
from streams.training.boosting import (
    Growth,
    Numbers,
    binned,
    grown_chance,
    grown_quantile,
    moved,
    said,
)
from streams.training.chances import logistic_weights
from streams.training.runs import digest, verdict

EVERY_HOURS: Final = 5  # a step that comes by every hour of the day
WARMUP_MS: Final = 3 * DAY_MS  # the first boards of a recording are a flood of backlog
PAST: Final = 0.67  # of the time; the rest is held out
LEAST_SIGHTS: Final = 500
MOST_SIGHTS: Final = 20_000
LEAST_RISES: Final = 20  # for a chance to be set right by
SLOPES: Final = (0.5, 1.5)  # how far a few boards may set a chance right

Steps = Mapping[str, Sequence[tuple[Millis, float]]]


class Sight(NamedTuple):
    """One entity on one board, and its heat and place afterwards."""

    at: Millis
    name: str
    standing: Standing
    later: tuple[float, ...]  # at each horizon
    naive: tuple[float, ...]
    on_top: tuple[bool, ...]


def sights(steps: Steps, first: Millis, last: Millis) -> list[Sight]:
    """Every fifth hour's board between two moments, with what came of it by `last`."""
    found: list[Sight] = []
    start = -(-first // HOUR_MS) * HOUR_MS
    for at in range(start, last - max(HORIZONS) * HOUR_MS + 1, EVERY_HOURS * HOUR_MS):
        near = {name: _near(own, at) for name, own in steps.items()}
        traces = {name: trace_of(own, at) for name, own in near.items() if own}
        ahead = [
            {name: heat_at(own, at + hours * HOUR_MS) for name, own in steps.items()}
            for hours in HORIZONS
        ]
        tops = [set(_hottest(heats)) for heats in ahead]
        found += [
            Sight(
                at, name, standing, tuple(heats[name] for heats in ahead),
                tuple(naive(traces[name], hours) for hours in HORIZONS),
                tuple(name in top for top in tops),
            )
            for name, standing in standings(traces, at).items()
        ]
    return found


def _near(own: Sequence[tuple[Millis, float]], at: Millis) -> Sequence[tuple[Millis, float]]:
    """All that a trace of the moment can show."""
    begin = bisect_right(own, (at - (TRACE - 1) * HOUR_MS, inf)) - 1
    return own[max(begin, 0) : bisect_right(own, (at, inf))]


def heat_at(own: Sequence[tuple[Millis, float]], at: Millis) -> float:
    """As the end of a trace has it."""
    place = bisect_right(own, (at, inf)) - 1
    fresh = place >= 0 and at - own[place][0] <= (TRACE - 1) * HOUR_MS
    return own[place][1] if fresh else 0.0


def _hottest(heats: Mapping[str, float]) -> list[str]:
    return sorted((n for n in heats if heats[n] > 0.0), key=lambda n: (-heats[n], n))[:TOP]


class Effort(NamedTuple):
    """How many trees are grown for each quantile and for each chance."""

    quantile: Growth = Growth(40, 0.18)
    chance: Growth = Growth(100, 0.08)


USUAL: Final = Effort()


def fit(known: Sequence[Sight], effort: Effort = USUAL) -> HeatTable:
    """No chance is told for a horizon at which nobody, or everybody, was seen to rise."""
    seen = _thinned(known)
    signs = binned([sight.standing.signs for sight in seen], range(len(SIGNS)))
    below = [sight for sight in seen if sight.standing.rank > TOP]
    heat, top = {}, {}
    for place, hours in enumerate(HORIZONS):
        later = [sight.later[place] for sight in seen]
        heat[str(hours)] = tuple(
            grown_quantile(signs, later, share, effort.quantile) for share in SHARES
        )
    if below:
        free = binned([sight.standing.signs for sight in below], UNITLESS)
        for place, hours in enumerate(HORIZONS):
            rose = [sight.on_top[place] for sight in below]
            if len(set(rose)) > 1:
                top[str(hours)] = grown_chance(free, rose, effort.chance)
    return HeatTable("", SIGNS, heat, top)


class HeatRun(NamedTuple):
    """The table of all the time, and how one of the past alone did on what came after."""

    table: HeatTable
    score: HeatScore
    known: int

    def record(
        self, *, ended: Millis, trained_on: str, series: int, input_hash: str
    ) -> TrainingRun:
        return verdict(
            model="heat", version=self.table.name, ended=ended, trained_on=trained_on,
            series=series, examples=self.known, held_out=self.score.sights,
            input_hash=input_hash, metrics=self.score.metrics(), naive=self.score.naive(),
            artifact=msgspec.json.encode(self.table).decode(),
            settings={"past": PAST, "every_hours": EVERY_HOURS, "most": MOST_SIGHTS},
        )


def span(steps: Steps) -> tuple[Millis, Millis, Millis]:
    """When what is learned from begins, where the held-out time does, and where that ends."""
    told = [moment for own in steps.values() for moment, _ in own]
    if not told:
        raise ValueError("no heat was told")
    first, last = min(told) + WARMUP_MS, max(told)
    return first, first + int((last - first) * PAST), last


def train(steps: Steps, effort: Effort = USUAL) -> HeatRun:
    """Raises ValueError when there is too little to fit or to measure."""
    first, cut, last = span(steps)
    past, later = sights(steps, first, cut), sights(steps, cut, last)
    if len(past) < LEAST_SIGHTS:
        raise ValueError(f"{len(past)} sights of entities; {LEAST_SIGHTS} are needed")
    if not later:
        raise ValueError("no boards are left to be measured on")
    known = [*past, *later]
    score = measure(_set_right(past, first, cut, effort), later)
    table = named(_set_right(known, first, last, effort))
    return HeatRun(table, score, len(_thinned(known)))


def named(table: HeatTable) -> HeatTable:
    """Named after its weights: equal weights, equal name."""
    return msgspec.structs.replace(table, name=f"heat-{digest([table.heat, table.top])}")


def measure(table: HeatTable, held_out: Sequence[Sight]) -> HeatScore:
    """Errors and orders on boards that the table was not grown on."""
    rows = np.asarray([sight.standing.signs for sight in held_out])
    return judged(by_table(table, rows), held_out)


def judged(foretold: Foretold, held_out: Sequence[Sight]) -> HeatScore:
    """The errors of what was foretold of each sight, in their order."""
    return score_of(
        foretold, np.asarray([float(sight.standing.rank) for sight in held_out]),
        np.asarray([sight.later for sight in held_out]),
        np.asarray([sight.naive for sight in held_out]),
        np.asarray([sight.on_top for sight in held_out]),
    )


def _set_right(
    known: Sequence[Sight], first: Millis, last: Millis, effort: Effort
) -> HeatTable:
    """Grown on all; edges and chances moved by as much as those of the earlier part had to be."""
    cut = first + int((last - first) * PAST)
    early = [sight for sight in known if sight.at < cut]
    rest = [sight for sight in known if sight.at >= cut]
    table = fit(known, effort)
    if not early or not rest:
        return table
    trial, rows = fit(early, effort), np.asarray([sight.standing.signs for sight in rest])
    heat, top = {}, dict(table.top)
    for place, hours in enumerate(map(str, HORIZONS)):
        came = np.asarray([sight.later[place] for sight in rest])
        low, _, high = quantiles_said(trial, hours, rows)
        edges = _off(came, low, SHARES[0]), 0.0, _off(came, high, SHARES[2])
        heat[hours] = tuple(
            moved(forest, 1.0, off) for forest, off in zip(table.heat[hours], edges, strict=True)
        )
        if hours in top and hours in trial.top:
            below = [n for n, sight in enumerate(rest) if sight.standing.rank > TOP]
            rose = [rest[n].on_top[place] for n in below]
            top[hours] = moved(top[hours], *_line(said(trial.top[hours], rows[below]), rose))
    return msgspec.structs.replace(table, heat=heat, top=top)


def _off(came: Numbers, edge: Numbers, share: float) -> float:
    """By how much an edge must move for its share to lie below; one that is nothing stays."""
    return float(np.quantile((came - edge), share)) if len(came) else 0.0


def _line(odds: Numbers, rose: Sequence[bool]) -> tuple[float, float]:
    """Slope and constant that turn log-odds into how often it was so; order is kept."""
    if not LEAST_RISES <= sum(rose) <= len(rose) - LEAST_RISES:
        return 1.0, 0.0
    outcome = [float(one) for one in rose]
    slope, constant = logistic_weights([odds.tolist(), [1.0] * len(outcome)], outcome)
    return min(max(slope, SLOPES[0]), SLOPES[1]), constant


def _thinned(known: Sequence[Sight]) -> Sequence[Sight]:
    """At most so many, evenly over time."""
    return known[:: -(-len(known) // MOST_SIGHTS)]
