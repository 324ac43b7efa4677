"""The look back at an alert: when it is made, and what it asks."""

import pytest

from schemas.clock import HOUR_MS, INTERVAL_MS, end_of
from streams.core.backcheck import TICKS_PER_HOUR, due, holds
from streams.core.config import BackcheckConfig
from streams.core.state import Episode, Evidence

OPENED = 28_000_020
HOUR = 60  # ticks
CONFIG = BackcheckConfig()


def opened(**changes: object) -> Episode:
    fields: dict[str, object] = {"opened": OPENED, "opened_types": 2, "reached": OPENED} | changes
    return Episode("e", OPENED, OPENED, **fields)  # type: ignore[arg-type]


def picked_up(tick: int) -> Evidence:
    return Evidence(tick * INTERVAL_MS, "t", 0, "trades", "trade", "variety.com", "", None)


def test_it_is_made_once_six_hours_behind_the_opening() -> None:
    assert not due(opened(), OPENED + 6 * HOUR - 1, CONFIG)
    assert due(opened(), OPENED + 6 * HOUR, CONFIG)
    assert due(opened(), OPENED + 9 * HOUR, CONFIG)
    for held in (0, 1):
        assert not due(opened(held=held), OPENED + 6 * HOUR, CONFIG)
    assert HOUR == TICKS_PER_HOUR == HOUR_MS // (end_of(1) - end_of(0))


def test_without_an_alert_there_is_nothing_to_look_back_at() -> None:
    assert not due(opened(opened=-1), OPENED, CONFIG)
    assert due(opened(opened=0), OPENED, CONFIG)


@pytest.mark.parametrize(("ago", "held"), [(0, True), (3 * HOUR, True), (3 * HOUR + 1, False)])
def test_a_spike_held_when_it_was_there_in_the_last_three_hours(ago: int, held: bool) -> None:
    n = OPENED + 6 * HOUR
    assert holds(opened(reached=n - ago), n, 2, CONFIG) is held


@pytest.mark.parametrize(("types", "held"), [(1, False), (2, False), (3, True)])
def test_a_new_source_type_is_spread(types: int, held: bool) -> None:
    assert holds(opened(), OPENED + 6 * HOUR, types, CONFIG) is held


@pytest.mark.parametrize(("behind", "held"), [(-1, False), (0, False), (1, True)])
def test_a_trade_item_known_behind_the_opening_is_spread(behind: int, held: bool) -> None:
    episode = opened(trade=picked_up(OPENED + behind))
    assert holds(episode, OPENED + 6 * HOUR, 2, CONFIG) is held
