"""Shares and medians with the uncertainty that they have.

scipy's statistics take longer to import than all else that a command needs, so they are imported
by who asks for an interval, not by every process that has a figure in reach.
"""

from collections.abc import Sequence

import msgspec
import numpy as np

SEED = 20260  # of the resampling: the same events give the same interval
RESAMPLES = 2000


class Share(msgspec.Struct, frozen=True):
    """`hits` of `n`, with Wilson's interval at 90 %; null for none of none."""

    hits: int
    n: int
    share: float | None
    low: float | None
    high: float | None


class Estimate(msgspec.Struct, frozen=True):
    """A figure over `n` values with its bootstrap interval (10 to 90 %)."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


def share(hits: int, n: int) -> Share:
    """Wilson, 1927, as scipy has it. One-sided, `low` is the 95 % lower bound."""
    if not n:
        return Share(0, 0, None, None, None)
    from scipy import stats

    interval = stats.binomtest(hits, n).proportion_ci(confidence_level=0.9, method="wilson")
    return Share(hits, n, hits / n, float(interval.low), float(interval.high))


def median(values: Sequence[float]) -> Estimate:
    return _estimate(values, np.median)


def mean(values: Sequence[float]) -> Estimate:
    return _estimate(values, np.mean)


def _estimate(values: Sequence[float], statistic: object) -> Estimate:
    """Percentile bootstrap over the values (Efron, 1979)."""
    if not values:
        return Estimate(None, 0)
    array = np.asarray(values, dtype=float)
    value = float(statistic(array))  # type: ignore[operator]
    if len(array) < 2 or np.all(array == array[0]):
        return Estimate(value, len(array), value, value)
    from scipy import stats

    found = stats.bootstrap(
        (array,), statistic, n_resamples=RESAMPLES, confidence_level=0.8, method="percentile",
        rng=np.random.default_rng(SEED), batch=200,
    ).confidence_interval
    return Estimate(value, len(array), float(found.low), float(found.high))
