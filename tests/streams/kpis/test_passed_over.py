"""Who was loud and not alerted."""

from typing import Any

from schemas.clock import DAY_MS, HOUR_MS, Millis
from schemas.records import StoryEntity
from streams.kpis.passed_over import MOST, NEAR_MS, Loudest
from tests.builders import NOON, heat
from tests.streams.kpis.builders import opened


def loud(*told: tuple[str, Millis, float]) -> Loudest:
    log = Loudest()
    for name, at, score in told:
        log.add(heat(entity_id=name, known_time=at, detection_score=score))
    return log


def names(log: Loudest, alerts: list[Any], least: float = 2.0) -> list[tuple[str, float]]:
    return [(one.entity_id, one.detection_score) for one in log.without(alerts, least)]


def test_the_loudest_come_first_and_the_quiet_not_at_all() -> None:
    log = loud(("a", NOON, 3.0), ("b", NOON, 9.0), ("c", NOON, 1.9), ("a", NOON + HOUR_MS, 4.0))
    assert names(log, []) == [("b", 9.0), ("a", 4.0)]


def test_a_name_is_told_once_in_two_days() -> None:
    log = loud(("a", NOON, 3.0), ("a", NOON + DAY_MS, 5.0), ("a", NOON + DAY_MS + NEAR_MS, 4.0))
    assert names(log, []) == [("a", 5.0), ("a", 4.0)]


def test_who_was_alerted_or_shared_an_alert_was_not_passed_over() -> None:
    log = loud(("a", NOON, 3.0), ("b", NOON, 4.0), ("c", NOON, 5.0), ("d", NOON, 6.0))
    member = StoryEntity(entity_id="b", name="B", episode_id="e")
    alerts = [opened(NOON + HOUR_MS, "a", entities=(member,)), opened(NOON + NEAR_MS, "c")]
    assert names(log, alerts) == [("d", 6.0), ("c", 5.0)]


def test_the_list_is_short() -> None:
    log = loud(*((f"n-{n}", NOON, 3.0 + n) for n in range(MOST + 5)))
    assert len(names(log, [])) == MOST
