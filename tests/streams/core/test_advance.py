"""One episode at one poll after the other: each step at its edge, and what is noted with it."""

import pytest

from schemas.clock import INTERVAL_MS, end_of
from schemas.ids import derived_id
from streams.core import episode as episodes
from streams.core.config import CoreConfig, configure
from streams.core.evidence import hour_of
from streams.core.gates import Poll
from streams.core.heat import Components
from streams.core.state import EntityState, Episode, Evidence, TypeState
from streams.core.windows import Window, bucket_of

N = 28_000_020
HOUR = 60  # ticks
CONFIG = CoreConfig()
PATIENT = configure({"backcheck.hours": 99})
LOUD, ONSET = 9.0, 1.0


def poll(n: int = N, statistic: float = LOUD, raw: float = 1.0, types: int = 2) -> Poll:
    found = Components(1.0, types, 1.0, 0.0, 0.0, 20, raw)
    return Poll(n, end_of(n), statistic, statistic, statistic, found, 0.0, 0.0, 1e9)


def entity(folded: int = 1) -> EntityState:
    """Voices enough at every poll, and a mention in every bucket."""
    hour = hour_of(end_of(N))
    authors = {hour + n: [1, 2, 3, 4, 5] for n in range(-2, 100)}
    steady = Window(fine={bucket_of(end_of(N)) + n: 1 for n in range(-100, 1200)})
    return EntityState(1, N, "Nova", "person", folded=folded,
                       types={"news": TypeState(steady, authors)})


def advance(state: EntityState, now: Poll, config: CoreConfig = CONFIG) -> list[str]:
    """As at a poll: what opens is noted, what is told is told."""
    before = state.episode
    steps = episodes.advance(state, "nova", now, config)
    episode = state.episode or before
    if "opened" in steps and episode is not None:
        episodes.opened(state, episode, now, config.gates)
    for _ in steps:
        if episode is not None:
            episodes.told(episode, now)
    return [*steps]


def under_way(state: EntityState) -> Episode:
    assert state.episode is not None
    return state.episode


def open_at(n: int = N, raw: float = 1.0, config: CoreConfig = CONFIG) -> EntityState:
    """A state whose alert opened at poll n, the second with something new."""
    state = entity()
    assert advance(state, poll(n - 5, raw=raw), config) == []
    state.folded += 1
    assert advance(state, poll(n, raw=raw), config) == ["opened"]
    return state


def trade(event: int, known: int | None = None) -> Evidence:
    known = event if known is None else known
    return Evidence(known * INTERVAL_MS, f"t{event}", event * INTERVAL_MS, "trades", "trade",
                    "variety.com", "", None)


def test_an_episode_begins_at_onset() -> None:
    state = entity()
    assert advance(state, poll(statistic=ONSET - 0.01)) == []
    assert state.episode is None
    advance(state, poll(statistic=ONSET))
    found = under_way(state)
    assert found.id == derived_id("episode", "nova", str(N))
    assert (found.started, found.last_above, found.reached) == (N, N, N)
    assert (found.peak_raw, found.peak_tick, found.opened) == (1.0, N, -1)
    advance(state, poll(N + 5, statistic=ONSET - 0.01, raw=0.5))
    assert under_way(state) is found
    assert (found.last_above, found.reached) == (N, N)
    advance(state, poll(N + 10, statistic=ONSET, raw=1.0))
    assert (found.started, found.last_above, found.peak_tick) == (N, N + 10, N)
    advance(state, poll(N + 15, statistic=ONSET, raw=1.1))
    assert (found.peak_raw, found.peak_tick) == (1.1, N + 15)


def test_what_the_back_check_asks_for_is_noted_apart_from_onset() -> None:
    state = entity()
    config = configure({"backcheck.onset": 2.0})
    advance(state, poll(statistic=1.5), config)
    assert under_way(state).reached == -1
    advance(state, poll(N + 5, statistic=2.0), config)
    assert under_way(state).reached == N + 5


def test_an_alert_opens_on_the_second_poll_with_something_new() -> None:
    state = entity()
    assert advance(state, poll(N)) == []
    assert advance(state, poll(N + 5)) == []
    state.folded += 1
    assert advance(state, poll(N + 10)) == ["opened"]
    assert under_way(state).hits == [N, N + 10]
    assert under_way(state).hit_folded == 2


@pytest.mark.parametrize(("later", "opens"), [(12 * HOUR, True), (12 * HOUR + 5, False)])
def test_two_polls_prove_something_within_half_a_day(later: int, opens: bool) -> None:
    state = entity()
    advance(state, poll(N))
    for n in range(N + 5, N + later, 60):
        advance(state, poll(n, statistic=ONSET))
    state.folded += 1
    assert advance(state, poll(N + later)) == (["opened"] if opens else [])


def test_a_poll_that_a_gate_refuses_proves_nothing() -> None:
    state = entity()
    advance(state, poll(N, types=1))
    state.folded += 1
    assert advance(state, poll(N + 5)) == []


@pytest.mark.parametrize(("since", "opens"), [(6 * HOUR, True), (6 * HOUR - 1, False)])
def test_after_an_alert_there_is_none_for_six_hours(since: int, opens: bool) -> None:
    state = entity()
    state.last_alert = N - since
    advance(state, poll(N - 5))
    state.folded += 1
    assert advance(state, poll(N)) == (["opened"] if opens else [])
    assert not under_way(state).suppressed


def test_more_than_two_polls_prove_it_too() -> None:
    state = entity()
    state.last_alert = N - 6 * HOUR + 5
    for n, steps in ((N - 5, []), (N, []), (N + 5, ["opened"])):
        state.folded += 1
        assert advance(state, poll(n)) == steps


@pytest.mark.parametrize(("hours", "raw", "opens"), [
    (23, 0.9, True), (24, 0.9, True), (25, 0.9, False), (25, 1.0, True), (25, 1.1, True),
])
def test_what_the_trades_had_long_before_opens_only_while_it_rises(
    hours: int, raw: float, opens: bool
) -> None:
    state = entity()
    state.trades = [trade(N + 1 - hours * HOUR)]
    advance(state, poll(N - 5))
    state.folded += 1
    assert advance(state, poll(N, raw=raw)) == (["opened"] if opens else [])
    assert under_way(state).suppressed is not opens


def test_a_trade_item_before_the_opening_is_told_with_it_and_one_behind_confirms() -> None:
    state = entity()
    state.trades = [trade(N - 60)]
    advance(state, poll(N - 5))
    state.folded += 1
    assert advance(state, poll(N)) == ["opened"]
    assert advance(state, poll(N + 5)) == []
    later = open_at()
    later.trades = [trade(N + 3)]
    assert advance(later, poll(N + 5)) == ["confirmed"]
    assert under_way(later).trade == trade(N + 3)
    later.trades = [trade(N + 1)]
    assert advance(later, poll(N + 10)) == []
    assert under_way(later).trade == trade(N + 3)


def test_before_the_opening_nothing_is_confirmed() -> None:
    state = entity()
    state.trades = [trade(N - 60)]
    assert (advance(state, poll(N)), under_way(state).trade_told) == ([], False)


@pytest.mark.parametrize(("before", "counts"), [(48 * HOUR, True), (48 * HOUR + 1, False)])
def test_the_earliest_trade_item_of_two_days_before_is_the_episodes(
    before: int, counts: bool
) -> None:
    state = entity()
    state.trades = [trade(N - before), trade(N + 5)]
    found = episodes.first_trade(state, Episode("e", N, N))
    assert found == state.trades[0 if counts else 1]
    assert episodes.first_trade(entity(), Episode("e", N, N)) is None


@pytest.mark.parametrize(("later", "raw", "types", "steps"), [
    (6 * HOUR, 1.25, 2, ["updated"]), (6 * HOUR, 1.24, 2, []),
    (6 * HOUR - 5, 1.25, 2, []), (6 * HOUR, 0.5, 3, ["updated"]), (6 * HOUR, 0.5, 2, []),
    (6 * HOUR, 0.5, 1, []),
])
def test_an_open_alert_is_told_again_when_it_has_grown(
    later: int, raw: float, types: int, steps: list[str]
) -> None:
    state = open_at()
    assert advance(state, poll(N + later, raw=raw, types=types)) == steps
    found = under_way(state)
    assert (found.step, found.told_tick) == ((1, N + later) if steps else (0, N))
    assert (found.told_raw, found.told_types) == (max(raw if steps else 0.0, 1.0), types
                                                  if steps else 2)


def test_what_held_is_told_again_when_it_has_grown() -> None:
    state = open_at()
    assert (advance(state, poll(N + 6 * HOUR)), under_way(state).held) == ([], 1)
    assert advance(state, poll(N + 6 * HOUR + 5, raw=1.25)) == ["updated"]


def test_wider_counts_only_while_it_is_above_onset() -> None:
    assert advance(open_at(), poll(N + 6 * HOUR, 0.5, 0.5, types=3)) == ["cooled"]


def test_what_grows_again_is_no_longer_cooled_and_its_story_is_asked() -> None:
    state = open_at(config=PATIENT)
    under_way(state).held = 1
    assert advance(state, poll(N + 12 * HOUR - 5, 0.5, 0.5), PATIENT) == ["cooled"]
    assert advance(state, poll(N + 12 * HOUR, 0.5, 0.5), PATIENT) == []
    state.folded = 99
    assert advance(state, poll(N + 20 * HOUR, raw=2.0), PATIENT) == ["updated"]
    assert (under_way(state).cooled, under_way(state).story_folded) == (False, 99)


def test_an_opening_notes_on_which_types_it_rests() -> None:
    state = entity()
    state.types |= {"social": TypeState(authors={hour_of(end_of(N)): [1]}),
                    "search": TypeState(authors={hour_of(end_of(N)) - 13: [1]})}
    advance(state, poll(N - 5))
    state.folded += 1
    assert advance(state, poll(N)) == ["opened"]
    assert under_way(state).opened_by == ["news", "social"]


def test_a_night_of_its_source_puts_the_look_back_off() -> None:
    state = open_at()
    state.types["news"].sources = ["newsapi"]
    asleep = {"newsapi": [(0, N + HOUR), (N + 10 * HOUR + 1, N + 99 * HOUR)]}
    for hour, steps in ((6, []), (12, []), (14, []), (15, ["retracted"])):
        now = poll(N + hour * HOUR, 0.5, 0.5)
        assert episodes.advance(state, "nova", now, CONFIG, asleep) == steps


def test_what_was_taken_back_is_not_told_again() -> None:
    state = open_at()
    assert advance(state, poll(N + 6 * HOUR, 0.5, 0.5)) == ["retracted"]
    found = under_way(state)
    assert (found.held, found.cooled) == (0, True)
    assert advance(state, poll(N + 13 * HOUR, raw=5.0)) == []
    state.trades = [trade(N + 13 * HOUR)]
    assert advance(state, poll(N + 14 * HOUR)) == ["confirmed"]
