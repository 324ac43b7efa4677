"""How an alert cools and an episode ends, each at its edge."""

import pytest

from schemas.clock import end_of
from streams.core.evidence import hour_of
from tests.streams.core.test_advance import (
    HOUR,
    ONSET,
    PATIENT,
    N,
    advance,
    entity,
    open_at,
    poll,
    under_way,
)


@pytest.mark.parametrize(("below", "steps"), [(6 * HOUR, ["cooled"]), (6 * HOUR - 1, [])])
def test_an_alert_cools_once_after_six_hours_below_onset(below: int, steps: list[str]) -> None:
    state = open_at(config=PATIENT)
    under_way(state).held = 1
    assert advance(state, poll(N + below, 0.5, 0.5), PATIENT) == steps
    assert under_way(state).cooled is bool(steps)
    later = advance(state, poll(N + below + 5, 0.5, 0.5), PATIENT)
    assert later == ([] if steps else ["cooled"])


def test_nothing_cools_before_it_was_looked_back_at() -> None:
    state = open_at(config=PATIENT)
    assert advance(state, poll(N + 7 * HOUR, 0.5, 0.5), PATIENT) == []
    under_way(state).held = 1
    assert advance(state, poll(N + 8 * HOUR, 0.5, 0.5), PATIENT) == ["cooled"]


def test_what_never_opened_does_not_cool() -> None:
    advance(state := entity(), poll(N))
    assert advance(state, poll(N + 7 * HOUR, 0.5, 0.5)) == []
    assert not under_way(state).cooled


@pytest.mark.parametrize(("below", "over"), [
    (24 * HOUR, True), (24 * HOUR + 5, True), (24 * HOUR - 1, False),
])
def test_an_episode_is_over_after_a_day_below_onset(below: int, over: bool) -> None:
    state = entity()
    state.past = [(1, 2)]
    for n in range(N, N + 3 * HOUR, 5):
        advance(state, poll(n, ONSET, raw=2.0 if n == N + HOUR else 1.0))
    last = N + 3 * HOUR - 5
    advance(state, poll(last + below, 0.5, 0.5))
    assert (state.episode is None) is over
    if over:
        assert state.past == [(1, 2), (hour_of(end_of(N)), hour_of(end_of(last)))]
        assert state.past_peak == N + HOUR
