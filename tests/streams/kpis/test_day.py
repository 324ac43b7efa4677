"""Which days are judged when, and what a day's record says.

    day       13        14 (NOON)        15        16        17        18
               |---------|---opened-------|---------|---------|---------|
    judged                                     ^ +7 h, provisional      ^ +72 h, final
"""

import msgspec
import pytest

from schemas.clock import DAY_MS, HOUR_MS
from schemas.records import Kpi
from streams.kpis.day import JUDGED_AFTER, MOST_DAYS, REACH_MS, Judgement, due, judge
from tests.builders import NOON, alert
from tests.streams.kpis.builders import busy_feed, evidence, material, opened, trade

DAY = NOON // DAY_MS
MIDNIGHT = (DAY + 1) * DAY_MS
FINAL, PROVISIONAL = Judgement(DAY, "final"), Judgement(DAY, "provisional")
LONG_AGO = NOON - 30 * DAY_MS


@pytest.mark.parametrize(
    ("at", "told", "found"),
    [
        (MIDNIGHT + 7 * HOUR_MS - 1, {}, []),
        (MIDNIGHT + 7 * HOUR_MS, {}, [PROVISIONAL]),
        (MIDNIGHT + 7 * HOUR_MS, {"2026-03-14": "provisional"}, []),
        (MIDNIGHT + 72 * HOUR_MS - 1, {"2026-03-14": "provisional"}, []),
        (MIDNIGHT + 72 * HOUR_MS, {"2026-03-14": "provisional"}, [FINAL]),
        (MIDNIGHT + 72 * HOUR_MS, {}, [FINAL]),
        (MIDNIGHT + 90 * HOUR_MS, {"2026-03-14": "final"}, []),
    ],
)
def test_a_day_is_judged_twice_and_each_time_once(
    at: int, told: dict[str, str], found: list[Judgement]
) -> None:
    assert PROVISIONAL.day_name == "2026-03-14"
    assert [one for one in due(at, NOON, told) if one.day == DAY] == found


def test_after_a_pause_what_is_missing_is_made_up_for_as_far_as_the_topics_reach() -> None:
    found = due(MIDNIGHT + 7 * HOUR_MS, LONG_AGO, {})
    assert [one.day for one in found] == list(range(DAY + 1 - MOST_DAYS, DAY + 1))
    assert [one.state for one in found] == ["final"] * 4 + ["provisional"] * 3
    assert REACH_MS + MOST_DAYS * DAY_MS <= 17 * DAY_MS


def test_no_day_before_the_first_tick_is_judged() -> None:
    assert next(one.day for one in due(MIDNIGHT + 8 * DAY_MS, NOON, {})) >= DAY
    assert due(MIDNIGHT + 7 * HOUR_MS, MIDNIGHT, {}) == []


def figures(kpi: Kpi) -> dict[str, float | None]:
    return {figure.name: figure.value for figure in kpi.figures}


def told(judgement: Judgement, spent: float | None = None) -> Kpi:
    """An alert that was early by four hours, and one of the day before that is not of this day."""
    found = material(
        busy_feed(NOON - 4 * DAY_MS, 9), evidence(), [trade(1, NOON + 4 * HOUR_MS)],
        [opened(), opened(NOON - DAY_MS)],
    )
    return judge(found, judgement, spent)


def test_a_day_counts_its_own_alerts() -> None:
    kpi = told(FINAL)
    assert (kpi.day, kpi.state, kpi.alerts) == ("2026-03-14", "final", 1)
    assert (kpi.event_time, kpi.known_time) == (MIDNIGHT, MIDNIGHT + 72 * HOUR_MS)
    assert figures(kpi)["early"] == 1.0
    assert figures(kpi)["lead_hours"] == 4.0
    assert figures(kpi)["pending"] == 0.0
    assert 0.0 < (figures(kpi)["early_minus_chance"] or 0.0) <= 1.0
    table = msgspec.json.decode(kpi.details)
    assert table["days"] == 1.0
    assert set(table["trade_items_per_day"]) == {"2026-03-14"}
    assert kpi.trade_items == 13


def test_the_final_judgement_takes_the_place_of_the_provisional_one() -> None:
    first, second = told(PROVISIONAL), told(FINAL)
    assert first.id == second.id
    assert first.known_time == MIDNIGHT + JUDGED_AFTER["provisional"]
    assert told(FINAL) == second


def test_a_check_that_waits_for_a_source_is_of_no_provisional_figure() -> None:
    counted = {one.state: next(f.n for f in told(one).figures if f.name == "false_alerts")
               for one in (PROVISIONAL, FINAL)}
    assert counted == {"provisional": 0, "final": 1}


def test_a_day_s_baselines_stay_within_the_day() -> None:
    table = msgspec.json.decode(told(FINAL).details)
    trades = next(line for line in table["baselines"] if line["name"] == "trades")
    assert trades["alerts"] == 2  # of the nine days' feed, and the story's own


def test_what_a_useful_alert_costs() -> None:
    found = material(evidence(), [opened()])
    found.votes[opened().alert_id] = {"ida": True}
    assert judge(found, FINAL, 0.5).cost_per_useful == 0.5
    assert judge(found, FINAL, None).cost_per_useful is None
    assert judge(material([alert()]), FINAL, 0.5).cost_per_useful is None
