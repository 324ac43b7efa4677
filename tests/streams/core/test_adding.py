"""Sums to the last bit: those of every Python are the same."""

from hypothesis import given
from hypothesis import strategies as st

from streams.core.adding import added, tally

FRACTIONS = st.lists(st.floats(-1e6, 1e6))


def test_fractions_are_added_one_after_another() -> None:
    assert added([0.1] * 10) == 0.9999999999999999, "1.0 when what is rounded off is made up for"


@given(FRACTIONS)
def test_a_sum_goes_on_from_where_another_ended(numbers: list[float]) -> None:
    total = 0.0
    for number in numbers:
        total += number
    assert added(iter(numbers)) == total


def test_whole_numbers_are_added_beyond_any_bound() -> None:
    assert tally([2**64, 1, True]) == 2**64 + 2
    assert tally([]) == 0
