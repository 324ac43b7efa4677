"""The bar of a name at its edges: quiet or busy, new, with habits."""


import pytest

from schemas.clock import HOUR_MS, end_of
from streams.core import gates
from streams.core.config import GateConfig
from streams.core.gates import Poll
from streams.core.state import TypeState
from streams.core.windows import Window
from tests.streams.core.at_the_gate import CONFIG, DAY, HOUR, NOW, QUIET, N, poll, voices


def test_a_name_without_history_meets_the_quiet_bar() -> None:
    assert gates.bar(voices(), poll(), CONFIG) == QUIET


@pytest.mark.parametrize(("usual", "expected"), [(5.0, 2.225), (15.0, 2.3375)])
def test_the_bar_rises_to_that_of_a_busy_name(usual: float, expected: float) -> None:
    assert gates.bar(voices(), poll(usual=usual), CONFIG) == pytest.approx(expected)


def test_the_two_bars_are_set_apart() -> None:
    config = GateConfig(quiet=2.0, detection=5.0)
    assert gates.bar(voices(), poll(usual=15.0), config) == pytest.approx(2.0 + 3.0 * 0.75)


def test_without_experience_the_bar_is_twice_that_of_a_busy_name() -> None:
    assert gates.bar(voices(), poll(inexperience=1.0), CONFIG) == pytest.approx(2 * 2.45)
    half = poll(usual=15.0, inexperience=0.5)
    assert gates.bar(voices(), half, CONFIG) == pytest.approx(1.5 * 2.3375)
    quiet = poll(usual=0.0, inexperience=0.5)
    assert gates.bar(voices(), quiet, CONFIG) == pytest.approx(1.5 * 2.225)


def test_a_busy_name_is_presumed_to_have_habits_until_there_was_time_to_see_them() -> None:
    at_first = gates.bar(voices(), poll(usual=5.0, observed_days=0.0), CONFIG)
    later = gates.bar(voices(), poll(usual=5.0, observed_days=10.0), CONFIG)
    assert at_first == pytest.approx(2.225 + 0.4 * 0.5)
    assert later == pytest.approx(2.225 + 0.4 * 0.5 * 0.5)


def test_the_literal_gate_has_a_bar_of_its_own() -> None:
    literal = GateConfig(gate="literal")
    state = voices()
    state.habit, state.habit_tick = 3.0, N
    assert gates.bar(state, poll(usual=50.0), literal) == 2.5
    assert gates.bar(state, poll(inexperience=0.5), literal) == 3.75


def test_a_habit_raises_the_bar_and_is_half_forgotten_in_ten_days() -> None:
    state = voices()
    assert gates.habit(state, N, CONFIG) == 0.0
    state.habit, state.habit_tick = 0.8, N - 10 * DAY
    assert gates.habit(state, N - 10 * DAY, CONFIG) == 0.8
    assert gates.habit(state, N, CONFIG) == pytest.approx(0.4)
    assert gates.habit(state, N + 10 * DAY, CONFIG) == pytest.approx(0.2)
    assert gates.habit(state, N - 9 * DAY // 2, CONFIG) == pytest.approx(0.8 * 0.5**0.55)
    assert gates.bar(state, poll(), CONFIG) == pytest.approx(QUIET + 0.4)
    state.habit_tick = 5 * DAY
    assert gates.habit(state, 15 * DAY, CONFIG) == pytest.approx(0.4)


@pytest.mark.parametrize(("ago", "counts"), [
    (12, False), (13, True), (12 + 14 * 24, True), (13 + 14 * 24, False),
])
def test_usual_is_of_the_two_weeks_before_the_window(ago: int, counts: bool) -> None:
    state = voices()
    state.types["news"] = TypeState(window=Window(hours={HOUR - ago: 28}))
    assert gates.usual(state, NOW) == (1.0 if counts else 0.0)


def test_usual_is_of_all_types_together() -> None:
    state = voices()
    for name, count in (("news", 28), ("social", 42)):
        state.types[name] = TypeState(window=Window(hours={HOUR - 20: count, HOUR - 50: 14}))
    assert gates.usual(state, NOW) == (28 + 42 + 28) / 28


def test_an_hour_has_as_many_ticks_as_minutes() -> None:
    assert gates.TICKS_PER_HOUR * (NOW - end_of(N - 1)) == HOUR_MS
    assert Poll(N, NOW, 0.0, 0.0, 0.0, poll().found)[-3:] == (0.0, 0.0, 14.0)
