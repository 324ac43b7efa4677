"""The limits that hold: those that a source declares, lowered by what a person set."""

from datetime import timedelta

import pytest

from producers.base import facts
from producers.base.facts import Ceiling, Facts
from producers.base.limits.rules import HOLD_MS, rules_of
from producers.base.options import SourceOptions
from schemas.errors import SettingsError

HALF, DAY = Ceiling("requests", 50, "12h"), Ceiling("requests", 100, "day")
MONEY = Ceiling("usd", 20, "month")
DECLARED = Facts(
    name="newsapi",
    about="news",
    poll_every=timedelta(minutes=30),
    pace=facts.Pace(2, timedelta(seconds=1), burst=5),
    ceilings=(HALF, DAY, MONEY),
)


def test_what_is_declared_holds_unless_a_person_lowers_it() -> None:
    assert rules_of(DECLARED, SourceOptions()).ceilings == DECLARED.ceilings
    lower = SourceOptions(ceilings={"requests": 80, "usd": 500})
    assert [c.amount for c in rules_of(DECLARED, lower).ceilings] == [50, 80, 20]


@pytest.mark.parametrize(
    ("wanted", "pace"),
    [
        (None, DECLARED.pace),
        (120, DECLARED.pace),
        (500, DECLARED.pace),
        (60, facts.Pace(60, timedelta(minutes=1), 5)),
        (0.5, facts.Pace(0.5, timedelta(minutes=1), 1)),
    ],
)
def test_pace_is_the_slower_of_both(wanted: float | None, pace: facts.Pace) -> None:
    assert rules_of(DECLARED, SourceOptions(requests_per_minute=wanted)).pace == pace


def test_limit_in_a_unit_that_the_source_does_not_have_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"newsapi: .*'unit'; it has requests, usd"):
        rules_of(DECLARED, SourceOptions(ceilings={"unit": 1}))


def test_call_seems_longer_to_a_clock_that_runs_faster() -> None:
    assert rules_of(DECLARED, SourceOptions(), speed=10.0).hold_ms == 10 * HOLD_MS
    assert rules_of(DECLARED, SourceOptions(), speed=0.1).hold_ms == HOLD_MS
