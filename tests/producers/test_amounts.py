"""Amounts as people read them, in the languages of the editions that we read."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.amounts import amount


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("100+", 100), ("20,000+", 20_000), ("20.000+", 20_000), ("20 000+", 20_000),
        ("20\u202f000+", 20_000), ("1,234,567", 1_234_567), ("20K+", 20_000), ("2M+", 2e6),
        ("33.8M", 33.8e6), ("33,8 млн", 33.8e6), ("200万+", 2e6), ("1 Mio.", 1e6),
        ("5 mil+", 5_000), ("1.234 Mio", 1_234_000), ("1.5B", 1.5e9), ("0", 0), ("7", 7),
        ("1,234.5", 1234.5), (12, 12), (3.5, 3.5), ("2,5 tsd", 2_500),
    ],
)  # fmt: skip
def test_amount_is_read(told: object, wanted: float) -> None:
    assert amount(told) == wanted


@pytest.mark.parametrize(
    "told", ["", "many", "K", "-5", -5, None, True, [], "1.2.3", "5 bananas", math.nan, math.inf]
)
def test_what_is_no_amount_is_none(told: object) -> None:
    assert amount(told) is None


@settings(deadline=None)
@given(st.integers(0, 10**12))
def test_every_way_to_group_a_number_says_the_same(number: int) -> None:
    for separator in ",. '":
        assert amount(f"{number:,}".replace(",", separator)) == number


@settings(deadline=None)
@given(st.text())
def test_no_text_is_too_odd(told: str) -> None:
    read = amount(told)
    assert read is None or 0 <= read < math.inf
