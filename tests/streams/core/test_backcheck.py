"""The look back at an alert: when it is made, and what it asks."""

import pytest

from schemas.clock import HOUR_MS, INTERVAL_MS, end_of
from streams.core.backcheck import due, holds, outcome, said_since, went_on
from streams.core.config import BackcheckConfig
from streams.core.coverage import Watched
from streams.core.gates import TICKS_PER_HOUR, Poll
from streams.core.heat import Components
from streams.core.state import EntityState, Episode, Evidence, TypeState

OPENED = 28_000_020
HOUR = 60  # ticks
CONFIG = BackcheckConfig()


def opened(**changes: object) -> Episode:
    fields: dict[str, object] = {"opened": OPENED, "opened_types": 2, "reached": OPENED} | changes
    return Episode("e", OPENED, OPENED, **fields)  # type: ignore[arg-type]


def picked_up(tick: int) -> Evidence:
    return Evidence(tick * INTERVAL_MS, "t", 0, "trades", "trade", "variety.com", "", None)


def test_it_is_made_once_six_hours_behind_the_opening() -> None:
    assert not due(opened(), OPENED + 6 * HOUR - 1, 0, CONFIG)
    assert due(opened(), OPENED + 6 * HOUR, 0, CONFIG)
    assert due(opened(), OPENED + 9 * HOUR, 0, CONFIG)
    for held in (0, 1):
        assert not due(opened(held=held), OPENED + 6 * HOUR, 0, CONFIG)
    assert HOUR == TICKS_PER_HOUR == HOUR_MS // (end_of(1) - end_of(0))


def test_without_an_alert_there_is_nothing_to_look_back_at() -> None:
    assert not due(opened(opened=-1), OPENED + 6 * HOUR, 0, CONFIG)
    assert due(opened(opened=0), OPENED, 0, CONFIG)


@pytest.mark.parametrize(("ago", "held"), [(0, True), (3 * HOUR, True), (3 * HOUR + 1, False)])
def test_a_spike_held_when_it_was_there_in_the_last_three_hours(ago: int, held: bool) -> None:
    n = OPENED + 6 * HOUR
    assert holds(opened(reached=n - ago), n, 2, 0, CONFIG) is held


@pytest.mark.parametrize(("types", "held"), [(1, False), (2, False), (3, True)])
def test_a_new_source_type_is_spread(types: int, held: bool) -> None:
    assert holds(opened(), OPENED + 6 * HOUR, types, 0, CONFIG) is held


@pytest.mark.parametrize(("behind", "held"), [(-1, False), (0, False), (1, True)])
def test_a_trade_item_known_behind_the_opening_is_spread(behind: int, held: bool) -> None:
    episode = opened(trade=picked_up(OPENED + behind))
    assert holds(episode, OPENED + 6 * HOUR, 2, 0, CONFIG) is held


def test_hours_that_nobody_saw_put_it_off_for_a_day_at_the_most() -> None:
    assert not due(opened(), OPENED + 8 * HOUR, 2 * HOUR + 1, CONFIG)
    assert due(opened(), OPENED + 8 * HOUR, 2 * HOUR, CONFIG)
    assert not due(opened(), OPENED + 24 * HOUR - 1, 24 * HOUR - 1, CONFIG)
    for hours in (24, 25):
        assert due(opened(), OPENED + hours * HOUR, hours * HOUR, CONFIG)
    patient = BackcheckConfig(hours=30, wait_hours=24)
    assert not due(opened(), OPENED + 30 * HOUR - 1, 0, patient)
    assert due(opened(), OPENED + 30 * HOUR, 9 * HOUR, patient)


@pytest.mark.parametrize(("blind", "held"), [(0, False), (5 * HOUR - 1, False), (5 * HOUR, True)])
def test_a_spike_is_not_asked_for_while_nobody_looked(blind: int, held: bool) -> None:
    n = OPENED + 11 * HOUR
    assert holds(opened(reached=n - 8 * HOUR), n, 2, blind, CONFIG) is held


def state(**changes: object) -> EntityState:
    """An alert that news and posts opened; the search interest has nothing to do with it."""
    kinds = {"news": TypeState(sources=["newsapi"]), "social": TypeState(sources=["reddit"]),
             "search": TypeState(levels={"google-trends": {}})}
    episode = opened(opened_by=["news", "social"], **changes)
    return EntityState(1, OPENED, "Nova", "person", types=kinds, episode=episode)


def at(n: int, usual: float = 0.0) -> Poll:
    found = Components(0.0, 2, 0.0, 0.0, 0.0, 5, 0.0)
    return Poll(n, end_of(n), 0.0, 0.0, 0.0, found, usual)


#  newsapi        ██████████░░░░░░░░░░░░████████   away from the 4th to the 12th hour
#  reddit         ██████████████████████████████
#  google-trends  ██░░░░░░░░░░░░░░░░░░░░░░░░░░░░
NIGHT: dict[str, Watched] = {
    "newsapi": [(0, OPENED + 4 * HOUR), (OPENED + 12 * HOUR + 1, OPENED + 40 * HOUR)],
    "reddit": [(0, OPENED + 40 * HOUR)], "google-trends": [(0, OPENED)],
}


@pytest.mark.parametrize(("hours", "reached", "said"), [
    (6, 0, None), (13, 0, None), (14, 0, False), (14, 2, False), (14, 3, True), (14, 13, True),
])
def test_a_source_that_sleeps_is_waited_for(hours: int, reached: int, said: bool | None) -> None:
    told = state(reached=OPENED + reached * HOUR)
    assert outcome(told, at(OPENED + hours * HOUR), NIGHT, CONFIG) is said


def test_a_type_that_the_alert_did_not_rest_on_is_not_waited_for() -> None:
    told = state()
    assert told.episode is not None
    told.episode.opened_by = ["social"]
    assert outcome(told, at(OPENED + 6 * HOUR), NIGHT, CONFIG) is False
    told.episode.opened_by = ["search", "social"]
    assert outcome(told, at(OPENED + 23 * HOUR), NIGHT, CONFIG) is None
    assert outcome(told, at(OPENED + 24 * HOUR), NIGHT, CONFIG) is True  # nobody ever looked


def test_where_nobody_notes_who_is_there_six_hours_are_six_hours() -> None:
    assert outcome(state(), at(OPENED + 6 * HOUR - 1), {}, CONFIG) is None
    assert outcome(state(), at(OPENED + 6 * HOUR), {}, CONFIG) is False
    quiet = EntityState(1, OPENED, "Nova", "person")
    assert outcome(quiet, at(OPENED + 6 * HOUR), {}, CONFIG) is None


@pytest.mark.parametrize(("said", "hours", "usual", "held"), [
    (2, 6, 0.0, True), (1, 6, 0.0, False), (2, 6, 2.0, False), (3, 6, 2.0, True),
    (3, 12, 2.0, False), (9, 6, 10.0, True), (7, 6, 10.0, False), (0, 0, 0.0, False),
])
def test_what_is_said_behind_the_alert_may_be_a_rise_by_itself(
    said: int, hours: int, usual: float, held: bool
) -> None:
    assert went_on(said, hours * HOUR, usual, CONFIG) is held


@pytest.mark.parametrize(("said", "usual", "onset", "held"), [
    (2, 0.0, 2.0, True), (2, 0.0, 2.1, False), (3, 2.0, 1.4, True), (3, 2.0, 1.5, False),
    (3, 3.0, 1.0, False),
])
def test_how_far_above_the_usual_is_asked_in_parts_of_a_deviation(
    said: int, usual: float, onset: float, held: bool
) -> None:
    assert went_on(said, 6 * HOUR, usual, BackcheckConfig(onset=onset)) is held


def test_only_what_came_behind_the_hour_of_the_opening_is_said_since() -> None:
    told = state()
    for kind, hours in (("news", (-2, 0, 1, 3)), ("social", (2, 30))):
        for hour in hours:
            told.types[kind].window.add(end_of(OPENED + hour * HOUR))
    assert told.episode is not None
    assert said_since(told, told.episode) == 4


def test_a_death_that_is_told_on_is_not_taken_back() -> None:
    told = state()
    check = OPENED + 14 * HOUR
    for ago in (1, 2):
        assert outcome(told, at(check), NIGHT, CONFIG) is False
        told.types["news"].window.add((check - ago * HOUR) * INTERVAL_MS)
    assert outcome(told, at(check), NIGHT, CONFIG) is True
    assert outcome(told, at(check, usual=20.0), NIGHT, CONFIG) is False


def test_the_usual_is_that_of_the_hours_in_which_somebody_listened() -> None:
    told = state()
    check = OPENED + 14 * HOUR  # 8 of them slept through, so that one of two is usual
    for _ in range(3):
        told.types["news"].window.add((check - HOUR) * INTERVAL_MS)
    assert outcome(told, at(check, usual=2.0), NIGHT, CONFIG) is True
    assert outcome(told, at(check, usual=3.0), NIGHT, CONFIG) is False
