"""Shares and medians with the uncertainty that they have."""

import pytest

from streams.kpis.shares import mean, median, share


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


def test_equal_values_leave_no_doubt() -> None:
    assert mean([0.5, 0.5, 0.5]).low == 0.5
