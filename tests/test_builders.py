"""What the builders make is a record of the contract, and its ids follow the rules."""

import pytest

from schemas.clock import end_of, is_poll
from schemas.codec import decode, encode
from schemas.ids import mention_id
from schemas.records import Record
from tests.builders import NOON, POLL, alert, entity, heat, mention, raw, tick


@pytest.mark.parametrize(
    "record",
    [raw(), mention(), tick(), entity(), heat(), alert()],
    ids=lambda record: record.schema_name,
)
def test_a_built_record_travels(record: Record) -> None:
    assert decode(encode(record)) == record


def test_ids_follow_from_what_they_name() -> None:
    assert raw("t3_x", source="x").id == mention_id("x", "t3_x")
    assert mention("nova-reyes", raw_id="r1").id == mention("nova-reyes", raw_id="r1").id
    assert mention("nova-reyes", raw_id="r1").id != mention("glass-harbor", raw_id="r1").id
    assert alert(step=0).alert_id == alert(step=1).alert_id
    assert alert(step=0).id != alert(step=1).id


def test_what_is_computed_is_known_at_the_end_of_a_poll() -> None:
    assert is_poll(POLL)
    assert heat().known_time == alert().known_time == end_of(POLL)


def test_a_change_wins_over_a_default() -> None:
    assert raw(id="given", title="Other").id == "given"
    assert heat(mentions=7, code_version="9").mentions == 7
    assert mention(known_time=NOON + 5).known_time == NOON + 5
