"""Shares and medians with the uncertainty that they have."""

import pytest

from streams.kpis.shares import difference, median, share


def test_wilson_of_a_known_case() -> None:
    """8 of 10 at 90 %: 0.541 to 0.931, by the formula worked by hand."""
    found = share(8, 10)
    assert found.share == 0.8
    assert found.low == pytest.approx(0.5411, abs=1e-3)
    assert found.high == pytest.approx(0.9314, abs=1e-3)


def test_none_of_none_has_no_share() -> None:
    assert share(0, 0).share is None
    assert median([]).value is None


def test_the_interval_holds_the_value_and_is_repeatable() -> None:
    values = [-20.0, -3.0, 1.0, 2.0, 4.0, 4.5, 30.0]
    found = median(values)
    assert found.value == 2.0
    assert found.low is not None
    assert found.high is not None
    assert found.low <= 2.0 <= found.high
    assert found == median(values)


@pytest.mark.parametrize("values", [[4.0], [0.5, 0.5, 0.5]])
def test_equal_values_tell_of_no_interval(values: list[float]) -> None:
    found = median(values)
    assert (found.value, found.n) == (values[0], len(values))
    assert (found.low, found.high) == (None, None)


def test_a_difference_of_known_shares() -> None:
    """56 of 70 less 48 of 80 at 90 %, by the formula worked by hand from Wilson's limits."""
    one, other = share(56, 70), share(48, 80)
    found = difference(one, other)
    assert one.low is not None
    assert other.high is not None
    assert found.value == pytest.approx(0.2)
    assert found.low == pytest.approx(0.2 - ((0.8 - one.low)**2 + (other.high - 0.6)**2)**0.5)
    assert found.low == pytest.approx(0.076, abs=0.003)
    assert found.high == pytest.approx(0.313, abs=0.004)


def test_none_of_few_is_no_certainty() -> None:
    found = difference(share(0, 39), share(26, 936))
    assert found.low is not None
    assert found.high is not None
    assert found.low < -0.03
    assert found.high > 0.0
    assert difference(share(0, 0), share(1, 2)).value is None
