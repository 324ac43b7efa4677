"""What an opening leaves behind, and what an episode is called at each stage."""

from typing import Any

import msgspec
import pytest

from schemas.clock import end_of
from streams.core import episode as episodes
from streams.core.config import GateConfig
from streams.core.evidence import hour_of
from streams.core.gates import bar
from streams.core.state import Episode, TypeState
from streams.core.windows import Window
from tests.streams.core.test_advance import HOUR, N, entity, poll, trade

CONFIG = GateConfig()


def opened(statistic: float, mentions: int = 0, habit: float = 0.0, **changes: Any) -> float:
    """The habit after an opening; `mentions` in the two weeks before."""
    state = entity()
    hour = hour_of(end_of(N))
    state.types["news"] = TypeState(window=Window(hours={hour - 100: mentions}))
    state.habit, state.habit_tick = habit, N
    episodes.opened(state, Episode("e", N, N, **changes), poll(statistic=statistic), CONFIG)
    return state.habit


def test_an_opening_is_noted_in_the_state_and_the_episode() -> None:
    state, episode = entity(), Episode("e", N, N)
    state.alerts = list(range(8))
    episodes.opened(state, episode, poll(types=3), CONFIG)
    assert (state.last_alert, state.habit_tick, episode.opened) == (N, N, N)
    assert state.alerts == [*range(1, 8), N]
    assert (episode.opened_types, episode.trade_told) == (3, False)
    told = Episode("e", N, N, trade=trade(N))
    episodes.opened(state, told, poll(), CONFIG)
    assert told.trade_told


def test_an_alert_rests_on_the_types_that_spoke_in_half_a_day() -> None:
    state, episode, hour = entity(), Episode("e", N, N), hour_of(end_of(N))
    state.types = {name: TypeState(authors={hour - ago: [1]})
                   for name, ago in (("video", 13), ("social", 12), ("news", 0))}
    episodes.opened(state, episode, poll(), CONFIG)
    assert episode.opened_by == ["news", "social"]


def test_who_is_mentioned_often_gets_a_habit_by_the_excess() -> None:
    least = 0.3 * 5.0 / 10.0  # five mentions in half a day
    assert opened(2.0, mentions=140) == pytest.approx(least)
    assert opened(1.0, mentions=140) == pytest.approx(least)
    assert opened(3.5, mentions=140) == pytest.approx(least * 2.5)
    assert opened(5.0, mentions=140) == opened(99.0, mentions=140) == pytest.approx(least * 4.0)
    assert opened(99.0) == 0.0
    assert opened(2.0, mentions=420) == pytest.approx(0.3 * 15.0 / 20.0)


def test_a_habit_grows_by_the_habit_so_far() -> None:
    least = 0.3 * 5.0 / 10.0
    assert opened(2.0, mentions=140, habit=0.5) == pytest.approx(0.5 + least * 1.3)


def test_the_excess_is_over_the_bar_with_its_habit() -> None:
    state = entity()
    state.habit, state.habit_tick = 0.5, N
    assert bar(state, poll(), CONFIG) == 2.5
    least = 0.3 * 5.0 / 10.0
    assert opened(3.5, mentions=140, habit=0.5) == pytest.approx(0.5 + least * 2.0 * 1.3)


def test_what_was_told_is_the_highest_that_was_told() -> None:
    episode = Episode("e", N, N)
    episodes.told(episode, poll(raw=2.0, types=3))
    episodes.told(episode, poll(N + HOUR, raw=1.0, types=2))
    assert (episode.step, episode.told_tick) == (1, N + HOUR)
    assert (episode.told_raw, episode.told_types) == (2.0, 3)


@pytest.mark.parametrize(("changes", "name"), [
    ({}, "building"), ({"opened": 0}, "open"), ({"opened": N}, "open"),
    ({"opened": N, "held": 1}, "open"), ({"opened": N, "trade": trade(N)}, "confirmed"),
    ({"opened": N, "cooled": True, "trade": trade(N)}, "cooling"),
    ({"opened": N, "held": 0, "cooled": True}, "retracted"), ({"held": 0}, "building"),
])
def test_an_episode_has_a_name_at_each_stage(changes: dict[str, Any], name: str) -> None:
    assert episodes.state_of(msgspec.structs.replace(Episode("e", N, N), **changes)) == name
    assert episodes.state_of(None) == "quiet"
