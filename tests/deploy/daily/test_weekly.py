"""When the weekly training is due, and that packaged tables are told once."""

import pytest

from deploy.daily.weekly import last_slot, refused, training_due
from schemas.clock import DAY_MS, HOUR_MS, iso, parse_time
from schemas.codec import decode, encode
from streams.training.packaged import packaged

MONDAY = parse_time("2026-03-09T05:00:00Z")


@pytest.mark.parametrize(
    ("at", "weekday", "hour", "slot"),
    [
        ("2026-03-09T05:00:00Z", 0, 5, "2026-03-09T05:00:00Z"),
        ("2026-03-09T04:59:59Z", 0, 5, "2026-03-02T05:00:00Z"),
        ("2026-03-15T23:00:00Z", 0, 5, "2026-03-09T05:00:00Z"),
        ("2026-03-12T00:00:00Z", 3, 0, "2026-03-12T00:00:00Z"),
        ("2026-03-11T23:00:00Z", 6, 23, "2026-03-08T23:00:00Z"),
    ],
)
def test_the_slot_is_the_last_such_hour_of_the_week(
    at: str, weekday: int, hour: int, slot: str
) -> None:
    assert iso(last_slot(parse_time(at), weekday, hour)) == slot


def test_training_is_due_once_a_slot_and_not_before_there_was_anything() -> None:
    begun = MONDAY - DAY_MS
    done = refused(MONDAY + HOUR_MS, "too little")
    assert training_due(MONDAY, begun, [])
    assert not training_due(MONDAY, begun, [done])
    assert training_due(MONDAY + 7 * DAY_MS, begun, [done])
    assert not training_due(MONDAY, MONDAY + 1, [])


def test_packaged_tables_are_told_once_and_are_no_training_of_ours() -> None:
    first = packaged(MONDAY, [])
    assert [run.model for run in first] == ["heat", "counts", "confidence"]
    assert all(run.served and run.trained_on == "packaged" for run in first)
    assert packaged(MONDAY + DAY_MS, first) == []
    assert training_due(MONDAY, MONDAY - DAY_MS, first)


def test_a_refusal_travels_with_its_reason() -> None:
    run = refused(MONDAY, "topic heat: no heat was told")
    assert decode(encode(run)) == run
    assert not run.served
