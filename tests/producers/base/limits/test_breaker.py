"""The breaker: opens on failures, lets one probe through, and is never asked while it is open."""

from hypothesis import given
from hypothesis import strategies as st

from producers.base.limits.breaker import (
    FEWEST,
    IN_A_ROW,
    LONGEST_MS,
    OPEN_MS,
    Breaker,
    admitted,
    closed_to,
    failed,
    phase_of,
    succeeded,
    withdrawn,
)
from schemas.clock import MINUTE_MS, SECOND_MS, Millis
from tests.producers.builders import NOON

HOLD_MS = 3 * MINUTE_MS


def opened() -> Breaker:
    breaker = Breaker()
    for n in range(IN_A_ROW):
        assert phase_of(breaker, NOON) == "closed"
        breaker = failed(breaker, str(n), NOON)
    return breaker


def test_failures_in_a_row_open_it_for_a_minute() -> None:
    breaker = opened()
    assert closed_to(breaker, NOON) == NOON + OPEN_MS
    assert phase_of(breaker, NOON + OPEN_MS) == "half-open"


def test_half_of_many_open_it_though_none_follow_each_other() -> None:
    breaker = Breaker()
    for n in range(FEWEST // 2):
        breaker = failed(succeeded(breaker, str(n)), str(n), NOON)
        if n < FEWEST // 2 - 1:
            assert phase_of(breaker, NOON) == "closed"
    assert phase_of(breaker, NOON) == "open"


def test_probe_that_succeeds_closes_it_and_one_that_fails_opens_it_for_twice_as_long() -> None:
    at = NOON + OPEN_MS
    probing = admitted(opened(), "probe", at + HOLD_MS, at)
    assert succeeded(probing, "probe") == Breaker()
    assert closed_to(failed(probing, "probe", at), at) == at + 2 * OPEN_MS


def test_probe_that_never_came_back_or_never_left_makes_room_for_another() -> None:
    at = NOON + OPEN_MS
    probing = admitted(opened(), "probe", at + HOLD_MS, at)
    assert closed_to(probing, at) == at + HOLD_MS
    assert closed_to(probing, at + HOLD_MS) is None
    assert closed_to(withdrawn(probing, "probe"), at) is None


def test_late_answers_of_before_say_nothing_about_now() -> None:
    breaker = opened()
    assert succeeded(breaker, "0") == breaker == failed(breaker, "0", NOON + SECOND_MS)


@given(st.lists(st.tuples(st.sampled_from("dfu"), st.integers(0, 40)), max_size=80))
def test_whatever_happens_one_probe_at_a_time_and_always_an_end(
    story: list[tuple[str, int]],
) -> None:
    breaker, now, probes = Breaker(), NOON, dict[str, Millis]()
    for n, (outcome, seconds) in enumerate(story):
        now += seconds * SECOND_MS
        shut = closed_to(breaker, now)
        probes = {id_: until for id_, until in probes.items() if until > now}
        if shut is not None:
            assert now < shut <= now + max(LONGEST_MS, HOLD_MS)
            continue
        if phase_of(breaker, now) == "half-open":
            assert not probes
            probes[str(n)] = now + HOLD_MS
        breaker = admitted(breaker, str(n), now + HOLD_MS, now)
        if n % 3 == 2:
            continue  # its process died
        probes.pop(str(n), None)
        match outcome:
            case "d":
                breaker = succeeded(breaker, str(n))
            case "f":
                breaker = failed(breaker, str(n), now)
            case _:
                breaker = withdrawn(breaker, str(n))
