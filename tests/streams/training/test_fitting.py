"""Fits of quantiles and chances, hours from buckets, and the verdict on a training."""

import pytest

from schemas.clock import HOUR_MS
from schemas.records.training import beats
from streams.core.forecast import Band
from streams.core.profile import DAY
from streams.training.chances import auc, logistic_weights
from streams.training.counts import LEAST, Example, examples, fit, pinball
from streams.training.hours import hourly
from streams.training.quantile import quantile_weights, solve
from streams.training.runs import PAST, days_needed, train

NOON = 1_764_590_400_000


def test_equations_are_solved() -> None:
    assert solve([[2.0, 1.0], [1.0, 3.0]], [5.0, 10.0]) == pytest.approx([1.0, 3.0])


@pytest.mark.parametrize(("share", "place"), [(0.1, 10.0), (0.5, 50.0), (0.9, 90.0)])
def test_a_constant_is_fitted_by_the_quantile(share: float, place: float) -> None:
    values = [float(n) for n in range(101)]
    (found,) = quantile_weights([[1.0] * 101], values, [1.0] * 101, share)
    assert found == pytest.approx(place, abs=3.0)


def test_an_outlier_does_not_move_the_median_line() -> None:
    x = [float(n) for n in range(40)]
    y = [2.0 * n for n in x]
    y[20] = 1000.0
    slope, base = quantile_weights([x, [1.0] * 40], y, [1.0] * 40, 0.5)
    assert slope * 30 + base == pytest.approx(60.0, rel=0.1)


def test_a_chance_grows_with_its_sign() -> None:
    signs = [float(n % 10) for n in range(200)]
    outcome = [float(n % 10 > 5) for n in range(200)]
    slope, _ = logistic_weights([signs, [1.0] * 200], outcome)
    assert slope > 0.5


@pytest.mark.parametrize(
    ("scores", "rose", "expected"),
    [([1.0, 2.0, 3.0], [False, False, True], 1.0), ([1.0, 1.0], [True, False], 0.5),
     ([3.0, 2.0, 1.0], [False, False, True], 0.0), ([1.0, 2.0], [True, True], 0.5)],
)
def test_auc_counts_pairs(scores: list[float], rose: list[bool], expected: float) -> None:
    assert auc(scores, rose) == expected


def test_the_loss_of_a_band_grows_with_the_miss() -> None:
    band = Band(1.0, 2.0, 3.0)
    assert pinball(band, 2.0) < pinball(band, 5.0) < pinball(band, 9.0)


def test_buckets_add_up_to_hours_that_end_at_the_moment() -> None:
    """Five minutes each; the oldest hour is cut, and what begins at the moment is not read."""
    width = HOUR_MS // 12
    start = NOON - 2 * HOUR_MS - 30 * 60_000
    buckets = [(start + n * width, 1) for n in range(40)]
    assert hourly(buckets, width, NOON) == [12.0, 12.0]


def test_an_hour_that_has_not_ended_is_not_read() -> None:
    buckets = [(NOON - HOUR_MS, 5), (NOON, 7), (NOON + HOUR_MS, 9)]
    assert hourly(buckets, HOUR_MS, NOON + HOUR_MS // 2)[-1] != 7.0
    assert hourly(buckets, HOUR_MS, NOON + HOUR_MS) == [5.0, 7.0]


def test_a_bucket_counts_when_it_is_over_by_its_own_begin_and_width() -> None:
    """Half hours: the third begins after ten minutes of the second, and so ends it."""
    ten = HOUR_MS // 6
    buckets = [(NOON - 12 * ten, 3), (NOON - 5 * ten, 5), (NOON - 4 * ten, 7)]
    assert hourly(buckets, 3 * ten, NOON - 4 * ten) == [5.0]
    assert hourly(buckets, 3 * ten, NOON - 2 * ten) == [3.0, 5.0]
    assert hourly(buckets, 3 * ten, NOON - ten) == [3.0, 12.0]
    assert hourly(buckets, 3 * ten, NOON) == [3.0, 12.0]


def test_a_day_of_23_hours_is_spread_over_them() -> None:
    days = [(NOON - 47 * HOUR_MS, 46), (NOON - 24 * HOUR_MS, 24)]
    assert hourly(days, 24 * HOUR_MS, NOON) == [2.0] * 23 + [1.0] * 24


def test_too_few_examples_are_refused() -> None:
    with pytest.raises(ValueError, match="1 examples; 1200 are needed"):
        fit([Example(1, (), 0.0, 1.0)], "few")


@pytest.mark.parametrize(
    ("metrics", "naive", "served"),
    [({"mase": 0.9}, {"mase": 1.0}, True), ({"mase": 1.0}, {"mase": 1.0}, False),
     ({"mase": 0.9, "pinball": 2.0}, {"mase": 1.0, "pinball": 1.0}, False),
     ({"inside": 0.9}, {"mase": 1.0}, False), ({}, {}, False)],
)
def test_only_what_beats_the_naive_guess_in_all_is_served(
    metrics: dict[str, float], naive: dict[str, float], served: bool
) -> None:
    assert beats(metrics, naive) is served


@pytest.mark.parametrize("several", [1, 5])
def test_as_many_days_as_the_refusal_names_are_examples_enough(several: int) -> None:
    days = days_needed(several)
    hours = [float(3 + n * n % 7) for n in range(days * DAY)]
    assert several * len(examples(hours, last=int(len(hours) * PAST))) >= LEAST
    with pytest.raises(ValueError, match=f"about {days} days of counts in each of {several}"):
        train({f"s{n}": hours[DAY:] for n in range(several)})
