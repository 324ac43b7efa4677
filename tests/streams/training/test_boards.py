"""The table for heat, grown on a small made-up recording, and how it is measured."""

from functools import cache

import msgspec
import numpy as np
import pytest

from schemas.clock import HOUR_MS, Millis
from streams.core.risers import HORIZONS, flaw
from streams.training import boards
from streams.training.board_scores import Bin, calibration_error, reliability
from streams.training.boards import Effort, HeatRun, sights, train
from streams.training.boosting import Growth
from tests.deploy.daily.weather import bursts, same_every_day, span

BEGIN = 1_764_547_200_000
DAYS = 9  # fewer leave too few sights after the first three
QUICK = Effort(Growth(3, 0.7), Growth(3, 0.7))


def steps_of(told: object) -> dict[str, list[tuple[Millis, float]]]:
    found: dict[str, list[tuple[Millis, float]]] = {}
    for heat in told:  # type: ignore[attr-defined]
        found.setdefault(heat.entity_id, []).append((heat.known_time, heat.heat))
    return found


@cache
def trained() -> HeatRun:
    return train(steps_of(bursts(BEGIN, DAYS)), QUICK)


def test_what_fades_is_foretold_better_than_by_the_day_before() -> None:
    run = trained()
    assert flaw(run.table) is None
    assert run.score.mae < 0.8 * run.score.naive_mae
    assert 0.6 < run.score.inside_warm < 0.95
    record = run.record(ended=BEGIN, trained_on="bursts", series=30, input_hash="x")
    assert record.served
    assert record.version == run.table.name in record.artifact


def test_days_that_repeat_are_left_to_the_naive_guess() -> None:
    run = train(steps_of(same_every_day(BEGIN, DAYS)), QUICK)
    record = run.record(ended=BEGIN, trained_on="days", series=30, input_hash="x")
    assert (record.served, record.artifact) == (False, "")


def test_a_sight_knows_what_came_of_it() -> None:
    steps = steps_of(bursts(BEGIN, DAYS))
    first = BEGIN + span(4)
    seen = sights(steps, first, first + 13 * HOUR_MS)
    assert {sight.at for sight in seen} == {first}
    heats = dict(steps["name-07"])
    ranked = sorted(steps, key=lambda name: (-dict(steps[name])[first], name))
    mine = seen[ranked.index("name-07")]
    assert mine.standing.rank == ranked.index("name-07") + 1
    assert mine.later == tuple(heats[first + hours * HOUR_MS] for hours in HORIZONS)
    assert mine.naive == tuple(heats[first - (24 - hours) * HOUR_MS] for hours in HORIZONS)


def test_too_little_heat_is_refused_with_a_figure() -> None:
    with pytest.raises(ValueError, match="no heat was told"):
        train({})
    with pytest.raises(ValueError, match=f"{boards.LEAST_SIGHTS} are needed"):
        train({"ada": [(BEGIN, 1.0), (BEGIN + span(9), 1.0)]})


def test_a_table_is_named_after_its_weights() -> None:
    table = trained().table
    assert boards.named(msgspec.structs.replace(table, name="other")) == table
    assert boards.named(msgspec.structs.replace(table, top={})).name != table.name


def test_reliability_tells_what_came_of_each_tenth() -> None:
    chances = np.asarray([n / 100 for n in range(100)])
    bins = reliability(chances, chances > 0.495)
    assert bins[0] == Bin(10, 0.045, 0.0)
    assert bins[9] == Bin(10, 0.945, 1.0)
    assert calibration_error((Bin(1, 0.2, 0.3), Bin(3, 0.5, 0.4))) == pytest.approx(0.1)
