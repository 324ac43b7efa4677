"""How sources stand, for people."""

import pytest

from producers.base.publisher import KafkaPublisher
from producers.base.reports import PollReport, Who
from producers.base.standing import Standing, last_health, standing_of
from producers.config import made
from producers.status import status_of, told_by_log
from schemas.clock import MINUTE_MS, now
from schemas.ids import derived_id
from schemas.records import Budget, Health
from schemas.settings import KeysSection
from tests.producers.builders import NOON
from tests.producers.conftest import Log

WHO = Who("newsapi", "news")
KEYS = KeysSection(newsapi="secret")  # type: ignore[arg-type]


def health(state: str = "ok", next_poll: int | None = NOON + MINUTE_MS, **more: object) -> Health:
    told: dict[str, object] = {"id": "h", "event_time": NOON, "known_time": NOON}
    told |= {"source": "newsapi", "source_type": "news", "state": state, "next_poll": next_poll}
    return Health(**told | more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("told", "after_min", "state", "reason"),
    [
        (health(), 0, "ok", ""),
        (health("degraded", reason="thin"), 0, "degraded", "thin"),
        (health(), 60, "silent", "due 59 minutes ago and not heard of since"),
        (health("disabled", reason="HTTP 401"), 0, "idle", "it was disabled when it last ran"),
        (None, 0, "idle", "it has not run yet"),
    ],
)
def test_state_is_what_the_log_tells_as_long_as_it_is_news(
    told: Health | None, after_min: int, state: str, reason: str
) -> None:
    source = made("newsapi", {}, KEYS)
    status = status_of(source, told, {}, NOON + after_min * MINUTE_MS)
    assert status.state == state
    assert status.reason.startswith(reason)


def test_source_without_its_key_is_disabled_whatever_the_log_says() -> None:
    status = status_of(made("newsapi", {}, KeysSection()), health(), {}, NOON)
    assert (status.state, status.next_run) == ("disabled", None)
    assert [key.variable for key in status.missing_keys] == ["HEAT_KEYS__NEWSAPI"]


def test_budget_left_is_that_of_the_window_that_is_now() -> None:
    key = ("newsapi", "requests")
    spent = {(*key, "2026-03-01"): 30.0, (*key, "2026-02-28"): 9.0}
    status = status_of(made("newsapi", {}, KEYS), None, spent, NOON)
    left = {budget.window: budget.left for budget in status.budgets}
    assert left["2026-03-01"] == 70.0
    assert left["2026-03-01T12"] == 50.0


def test_worse_half_speaks_for_the_source_and_the_cursor_stays() -> None:
    polled, listened = Standing("polled", state="down", reason="404"), Standing(cursor="7")
    polled.other, listened.other = listened, polled
    told = listened.health(PollReport(), WHO, NOON, None)
    assert (told.state, told.reason, told.cursor) == ("down", "404", "7")
    assert standing_of(told, "polled").cursor is None
    assert standing_of(told, "listened").cursor == "7"


def test_standing_is_found_again_in_the_log(log: Log) -> None:
    log.create_all({"ops.budget": 1})
    assert last_health(log.kafka, "newsapi", now()) is None
    publisher = KafkaPublisher(log.kafka)
    for moment, name in ((1, "newsapi"), (2, "trades"), (3, "newsapi"), (4, "trades")):
        told = health(source=name, cursor=f"{name}-{moment}")
        publisher.send("ops.health", name, told)
    budget = Budget(
        id=derived_id("budget", "x"), event_time=NOON, known_time=NOON, source="newsapi",
        source_type="news", unit="requests", window="2026-03-01", ceiling=100.0, settled=30.0,
        reserved=5.0, state="ok",
    )  # fmt: skip
    publisher.send("ops.budget", "newsapi", budget)
    publisher.settle()
    found = last_health(log.kafka, "newsapi", now())
    assert found is not None
    assert found.cursor == "newsapi-3"
    healths, spent = told_by_log(log.kafka, now(), 30.0)
    assert {name: told.cursor for name, told in healths.items()} == {
        "newsapi": "newsapi-3",
        "trades": "trades-4",
    }
    assert spent == {("newsapi", "requests", "2026-03-01"): 30.0}
