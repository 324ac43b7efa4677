"""Seven dimensions, each in [0, 1], and what moves them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.clock import HOUR_MS, MINUTE_MS, end_of
from schemas.records import Advanced
from streams.core.advanced import WEIGHTS, advanced
from streams.core.state import EntityState, TypeState
from tests.builders import type_velocity

NOW = end_of(28_000_020)


def score(hours_ago: list[float], authors: int = 3, usual: float = 2.0, z: float = 3.0) -> Advanced:
    kind = TypeState()
    for hours in hours_ago:
        kind.window.add(NOW - MINUTE_MS - round(hours * HOUR_MS))
    state = EntityState(1, 0, "a", "person", types={"social": kind})
    types = (type_velocity("social", mentions=len(hours_ago), authors=authors, usual=usual),)
    return advanced(state, types, z, 0.33, 0.5, NOW)


@settings(max_examples=30)
@given(
    st.lists(st.floats(0, 11.5), max_size=30), st.integers(0, 40), st.floats(0, 50),
    st.floats(-5, 50),
)
def test_every_dimension_stays_in_its_range(
    hours: list[float], authors: int, usual: float, z: float
) -> None:
    found = score(hours, authors, usual, z)
    assert all(0.0 <= getattr(found, name) <= 1.0 for name in WEIGHTS)
    assert 0.0 <= found.total <= 100.0


def test_weights_are_shares_of_a_hundred() -> None:
    assert sum(WEIGHTS.values()) == 100


def test_acceleration_is_more_in_the_last_three_hours_than_before() -> None:
    assert score([0.1, 0.2, 1.0, 4.0]).acceleration > 0.0
    assert score([0.1, 4.0, 5.0]).acceleration == 0.0


def test_one_voice_that_repeats_itself_has_no_breadth() -> None:
    hours = [h / 2 for h in range(20)]
    assert score(hours, authors=1).breadth < 0.1 < score(hours, authors=20).breadth


def test_what_is_usual_is_not_new() -> None:
    assert score([1.0] * 4, usual=4.0).novelty == 0.0
    assert score([1.0] * 4, usual=0.0).novelty == 1.0


def test_persistence_counts_hours_with_a_voice() -> None:
    assert score([0.0, 0.1, 0.2]).persistence == 1 / 12
    assert score([0.5, 3.5, 7.5]).persistence == 3 / 12
