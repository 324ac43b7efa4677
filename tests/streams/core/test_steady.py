"""Sources that never paused need not be asked for their pauses."""

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.clock import INTERVAL_MS
from streams.core.coverage import Watched, pauses, since_of, steady, steady_since, watch

NOW = 100  # the tick up to which presence was noted
SINCE = 10 * INTERVAL_MS


def test_steady_is_who_has_one_stretch_that_ended_less_than_half_an_hour_ago() -> None:
    eyes: dict[str, Watched] = {
        "a": [(5, NOW)], "late": [(40, NOW)], "ended": [(0, 71)], "gone": [(0, 70)],
        "blinked": [(0, 80), (82, NOW)], "paused": [(0, 20), (60, NOW)],
    }
    assert steady(eyes, NOW, SINCE) == {"a": SINCE, "late": 40 * INTERVAL_MS, "ended": SINCE}


def test_together_the_steady_begin_with_the_first_of_them() -> None:
    known = {"a": 30, "b": 20, "c": 40}
    assert steady_since(["a"], known, 7) == 30
    assert steady_since(["a", "b", "c"], known, 7) == 20
    assert steady_since([], known, 7) == 7
    assert steady_since(["x"], known, 7) is None
    assert steady_since(["a", "x"], known, 7) is None


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(1, 60), st.sets(st.sampled_from("abc"))), max_size=8),
    st.lists(st.sampled_from("abcx"), unique=True), st.integers(0, 2000), st.integers(0, 40),
)
def test_who_is_steady_has_no_pause_and_the_same_beginning(
    runs: list[tuple[int, set[str]]], sources: list[str], since: int, later: int
) -> None:
    eyes: dict[str, Watched] = {}
    tick = 1000
    for length, present in runs:
        watch(eyes, present, tick, tick + length - 1)
        tick += length
    now, begun = tick - 1 + later, since * INTERVAL_MS
    found = steady_since(sources, steady(eyes, now, begun), begun)
    if found is not None:
        assert pauses(eyes, sources, now) == []
        assert found == since_of(eyes, sources, begun)
