"""Bands of hourly counts: what they must be whatever the series, and where they lean."""

from math import sin

import pytest

from streams.core.forecast import Band, fits, forecast, naive, packaged
from streams.core.profile import DAY, FURTHEST, HOURS, SIGNS, outlooks, whole_days


def days(count: int, level: float = 100.0) -> list[float]:
    return [level * (1.5 + sin(hour * 6.283 / 24)) for hour in range(count * DAY)]


def test_the_packaged_table_is_for_this_code() -> None:
    assert fits(packaged())
    assert len(packaged().signs) == len(SIGNS) == len(set(SIGNS))


@pytest.mark.parametrize("length", [DAY, 5 * DAY + 7, HOURS, HOURS + 7 * DAY, 40 * DAY])
def test_quantiles_are_in_order_and_never_negative(length: int) -> None:
    bands = forecast(days(40)[-length:], packaged())
    assert len(bands) == FURTHEST
    assert all(0.0 <= band.p10 <= band.p50 <= band.p90 for band in bands)


def test_a_steady_day_is_foretold_as_it_was() -> None:
    counts = days(30)
    for band, usual in zip(forecast(counts, packaged()), naive(counts), strict=True):
        assert band.p50 == pytest.approx(usual, rel=0.15)


def test_a_burst_lifts_the_next_hours_and_fades() -> None:
    counts = days(30)
    burst = [*counts[:-1], counts[-1] * 8]
    lifted, plain = forecast(burst, packaged()), forecast(counts, packaged())
    gains = [up.p50 / low.p50 for up, low in zip(lifted, plain, strict=True)]
    assert gains[0] > 1.5
    assert gains[0] > gains[5] > 0.9


def test_a_weekly_series_leans_to_last_week() -> None:
    """Every Monday is ten times as loud; the usual day is that of the other days."""
    counts = [(1000.0 if day % 7 == 0 else 100.0) for day in range(56) for _ in range(DAY)]
    monday = forecast(counts, packaged())
    assert monday[0].p50 > 300.0
    other = forecast(counts[: -6 * DAY], packaged())
    assert other[0].p50 < 300.0


def test_nothing_later_than_now_is_read() -> None:
    counts = days(40)
    now = 30 * DAY
    later = forecast([*counts[:now], *(9e9 for _ in counts[now:])][:now], packaged())
    assert later == forecast(counts[:now], packaged())


def test_less_than_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="23 hours; a forecast needs 24"):
        forecast([1.0] * 23, packaged())


def test_a_short_past_is_repeated_by_whole_days() -> None:
    told = whole_days(days(2)[5:])
    assert len(told) == HOURS
    assert told[-DAY:] == told[:DAY] == days(2)[-DAY:]


def test_every_hour_ahead_has_every_sign() -> None:
    assert [len(look.signs) for look in outlooks(days(14))] == [len(SIGNS)] * FURTHEST


def test_a_band_names_its_quantiles() -> None:
    assert Band(1.0, 2.0, 3.0)._asdict() == {"p10": 1.0, "p50": 2.0, "p90": 3.0}
