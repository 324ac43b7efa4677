"""An alert that differs in anything is named, with the first thing that differs."""

from typing import Any

import msgspec
import pytest

from schemas.records import Alert
from streams.core.storyline import chain
from streams.replay.recompute import MISSING, broken_links, differences, differs
from tests.streams.replay.small_world import alerts

EVER = 1 << 60


def changed(number: int, **fields: Any) -> list[Alert]:
    told = alerts()
    told[number] = msgspec.structs.replace(told[number], **fields)
    return told


def test_what_was_told_is_chained_and_equals_itself() -> None:
    told = alerts()
    assert len(told) > 1
    assert broken_links(told) == []
    assert broken_links([*told, told[0]]) == [], "sent again is no fork"
    assert differences(told, told, EVER) == []


@pytest.mark.parametrize(("fields", "wrong"), [
    ({"heat": 9.0}, "heat is 9.0; recomputed "),
    ({"headline": "Nothing to see"}, "headline is 'Nothing to see'; recomputed "),
    ({"causation": ()}, "causation is (); recomputed ("),
    ({"hash": "00"}, "hash is '00'; recomputed "),
])
def test_the_first_field_that_differs_is_named(fields: dict[str, Any], wrong: str) -> None:
    told = changed(0, **fields)
    (found,) = differences(told, alerts(), EVER)
    assert found.wrong.startswith(wrong)
    assert (found.alert_id, found.step) == (told[0].alert_id, 0)
    assert broken_links(told)[0].wrong == "its hash is not that of its fields"


def test_a_step_that_was_taken_out_breaks_the_chain() -> None:
    told = alerts()
    assert len(told) > 2, "there is no step between"
    (link,) = broken_links([told[0], *told[2:]])
    assert (link.step, link.wrong) == (2, "it follows step 0")


def test_a_forged_life_that_is_hashed_anew_still_differs() -> None:
    forged = changed(0, heat=2.5, hash="")
    forged[0] = msgspec.structs.replace(forged[0], hash=chain(forged[0]))
    assert "it does not follow the step before it" in {f.wrong for f in broken_links(forged)}
    assert differences(forged, alerts(), EVER)[0].wrong.startswith("heat is 2.5")


def test_alerts_on_one_side_only_are_named() -> None:
    told = alerts()
    assert [f.wrong for f in differences(told, told[1:], EVER)] == [
        "nothing in the recording leads to it"
    ]
    assert [f.wrong for f in differences(told[:-1], told, EVER)] == [MISSING]
    assert differences(told[:-1], told, told[-1].known_time - 1) == [], "it was not due yet"


def test_equal_alerts_differ_in_nothing() -> None:
    assert differs(alerts()[0], alerts()[0]) == ""
