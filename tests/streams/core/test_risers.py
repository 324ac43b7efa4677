"""Heat ahead: traces, bands, the chance of the top; and the fold that tells them."""

from typing import Any

import pytest

from schemas.clock import HOUR_MS
from schemas.records import Heat
from streams.core.foretold import Foretelling
from streams.core.risers import (
    HORIZONS,
    MOST,
    TOP,
    TRACE,
    Board,
    bands,
    naive,
    packaged,
    peak_time,
    top_chance,
    trace_of,
)

NOON = 1_764_590_400_000


def heat(entity: str, hours: float, value: float, **changes: Any) -> Heat:
    at = NOON + round(hours * HOUR_MS)
    fields: dict[str, Any] = {
        "id": f"{entity}-{hours}", "event_time": at, "known_time": at, "tick": at // 60_000 - 1,
        "entity_id": entity, "entity_name": entity.title(), "entity_type": "person",
        "heat": value, "raw_heat": value, "display": 0.0, "velocity_z": 0.0, "spread": 0.0,
        "affect": 0.0, "freshness": 1.0, "hours_since_peak": 0.0, "detection_score": 0.0,
        "types": (), "mentions": 0, "sentiment": 0.0, "config_hash": "c", "catalogue_version": 1,
        "code_version": "0.1.0", "causation": (),
    }
    return Heat(**{**fields, **changes})


def test_heat_holds_until_told_anew_and_is_cold_after_a_day() -> None:
    steps = [(NOON - 30 * HOUR_MS, 1.0), (NOON - 2 * HOUR_MS, 2.0)]
    trace = trace_of(steps, NOON)
    assert len(trace) == TRACE
    assert trace[-3:] == [2.0, 2.0, 2.0]
    assert trace[0] == 1.0  # told six hours before
    assert trace_of(steps, NOON + 23 * HOUR_MS)[-1] == 0.0


def test_naive_is_the_same_hour_of_the_day_before() -> None:
    trace = [float(hour) for hour in range(TRACE)]
    assert [naive(trace, hours) for hours in HORIZONS] == [1.0, 3.0, 6.0, 12.0]


@pytest.mark.parametrize("trace", [[0.0] * TRACE, [2.5] * TRACE, [0.0] * 24 + [2.5]])
def test_bands_are_in_order_and_within_what_heat_can_be(trace: list[float]) -> None:
    for band in bands(trace, NOON, packaged()).values():
        assert 0.0 <= band.p10 <= band.p50 <= band.p90 <= MOST


def test_who_stands_near_the_line_is_likelier_to_rise_than_who_is_far_below() -> None:
    board = Board(2.0, 1.0)
    near = top_chance([0.9] * TRACE, TOP + 1, board, NOON, packaged(), 6)
    far = top_chance([0.1] * TRACE, 150, board, NOON, packaged(), 6)
    assert near is not None
    assert far is not None
    assert 0.0 < far < near < 1.0


def test_who_is_on_the_list_has_no_chance_to_enter_it() -> None:
    assert top_chance([2.0] * TRACE, TOP, Board(2.0, 1.0), NOON, packaged(), 6) is None


def test_the_peak_is_now_when_nothing_ahead_is_higher() -> None:
    ahead = bands([2.5] * TRACE, NOON, packaged())
    assert peak_time(2.6, ahead, NOON) == NOON


def test_an_hour_is_foretold_from_what_was_told_by_then() -> None:
    fold, later = Foretelling(), Foretelling()
    for one in (heat("ada", -1, 1.0), heat("bea", -2, 0.5)):
        fold.take(one)
        later.take(one)
    later.take(heat("cyd", 1, 2.0))
    told = list(fold.foretell(NOON, packaged()))
    assert [(p.entity_id, p.horizon_hours) for p in told] == [
        (name, hours) for name in ("ada", "bea") for hours in HORIZONS
    ]
    assert told == list(later.foretell(NOON, packaged()))


def test_an_hour_told_twice_has_the_same_ids_and_copies_change_nothing() -> None:
    fold = Foretelling()
    fold.take(heat("ada", -1, 1.0))
    first = list(fold.foretell(NOON, packaged()))
    fold.take(heat("ada", -1, 1.0))
    assert list(fold.foretell(NOON, packaged())) == first
    assert len({p.id for p in first}) == len(HORIZONS)


def test_drills_are_not_foretold() -> None:
    fold = Foretelling()
    fold.take(heat("ada", -1, 1.0, test=True))
    assert list(fold.foretell(NOON, packaged())) == []
