"""Heat ahead: traces, bands, the chance of the top; and the fold that tells them."""

from typing import Any

import msgspec
import pytest

from schemas.clock import HOUR_MS
from schemas.records import Heat
from streams.core.forecast import Band
from streams.core.foretold import Foretelling
from streams.core.risers import (
    HORIZONS,
    MOST,
    MOST_LISTED,
    SIGNS,
    TRACE,
    bands,
    flaw,
    naive,
    packaged,
    peak_time,
    standings,
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


def crowd(count: int = 40) -> dict[str, list[float]]:
    """Everybody has been as warm as now for a day, the first the hottest."""
    return {f"name-{n:03}": [2.0 * 0.95**n] * TRACE for n in range(count)}


@pytest.mark.parametrize("trace", [[0.01] * TRACE, [2.5] * TRACE, [0.0] * 24 + [2.5]])
def test_bands_are_in_order_and_within_what_heat_can_be(trace: list[float]) -> None:
    seen = standings({**crowd(), "ada": trace}, NOON)["ada"]
    for band in bands(seen.signs, packaged()).values():
        assert 0.0 <= band.p10 <= band.p50 <= band.p90 <= MOST


def test_who_is_warmer_now_is_foretold_to_be_warmer() -> None:
    seen = standings(crowd(), NOON)
    hot, cool = (bands(seen[name].signs, packaged())[1] for name in ("name-000", "name-039"))
    assert hot.p50 > cool.p50


def test_who_stands_near_the_line_is_likelier_to_rise_than_who_is_far_below() -> None:
    seen = standings(crowd(), NOON)
    near = top_chance(seen["name-020"], packaged(), 6)
    far = top_chance(seen["name-039"], packaged(), 6)
    assert near is not None
    assert far is not None
    assert 0.0 < far < near < 1.0


def test_who_is_on_the_list_has_no_chance_to_enter_it() -> None:
    assert top_chance(standings(crowd(), NOON)["name-019"], packaged(), 6) is None


def test_a_chance_that_nobody_was_seen_to_take_is_not_told() -> None:
    silent = msgspec.structs.replace(packaged(), top={})
    assert top_chance(standings(crowd(), NOON)["name-030"], silent, 6) is None


def test_the_cold_are_left_out_and_no_more_are_looked_at_than_the_list_has() -> None:
    seen = standings({**crowd(MOST_LISTED + 5), "cold": [2.0] * 24 + [0.0]}, NOON)
    assert "cold" not in seen
    assert list(seen) == list(crowd(MOST_LISTED))
    assert standings({"cold": [0.0] * TRACE}, NOON) == {}


def test_signs_are_one_for_each_name_and_of_one_length() -> None:
    for standing in standings(crowd(), NOON).values():
        assert len(standing.signs) == len(SIGNS)


def test_a_table_for_other_signs_or_hours_is_told_from_one_that_fits() -> None:
    table = packaged()
    assert flaw(table) is None
    other = msgspec.structs.replace(table, signs=("heat",))
    assert "other signs" in str(flaw(other))
    short = msgspec.structs.replace(table, heat={"1": table.heat["1"]})
    assert "hours ['1']" in str(flaw(short))
    halved = msgspec.structs.replace(table, heat={**table.heat, "6": table.heat["6"][:2]})
    assert "3 quantiles" in str(flaw(halved))


def test_the_peak_is_now_when_nothing_ahead_is_higher() -> None:
    ahead = {hours: Band(0.1, 0.2, 0.3) for hours in HORIZONS}
    assert peak_time(0.2, ahead, NOON) == NOON
    assert peak_time(0.1, {**ahead, 6: Band(0.1, 0.4, 0.5)}, NOON) == NOON + 6 * HOUR_MS


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
