"""Shares and medians with the uncertainty that they have.

scipy's statistics take longer to import than all else that a command needs, so they are imported
by who asks for an interval, not by every process that has a figure in reach.
"""

from collections.abc import Sequence
from math import hypot

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
    """A figure over `n` values with its interval; null bounds where the values tell of none."""

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
    """With its percentile bootstrap, 10 to 90 % (Efron, 1979).

    One value, or equal ones, resample to themselves: that is no certainty, and has no interval.
    """
    if not values:
        return Estimate(None, 0)
    array = np.asarray(values, dtype=float)
    value = float(np.median(array))
    if np.all(array == array[0]):
        return Estimate(value, len(array))
    from scipy import stats

    found = stats.bootstrap(
        (array,), np.median, n_resamples=RESAMPLES, confidence_level=0.8, method="percentile",
        rng=np.random.default_rng(SEED), batch=200,
    ).confidence_interval
    return Estimate(value, len(array), float(found.low), float(found.high))


def difference(one: Share, other: Share) -> Estimate:
    """How much larger one share is, in [-1, 1], from Wilson's limits of both (Newcombe, 1998).

    Also none of forty is told with its doubt, which resampling forty equal values would not see.
    """
    if one.share is None or other.share is None:
        return Estimate(None, 0)
    assert one.low is not None
    assert one.high is not None
    assert other.low is not None
    assert other.high is not None
    value = one.share - other.share
    below = hypot(one.share - one.low, other.high - other.share)
    above = hypot(one.high - one.share, other.share - other.low)
    return Estimate(value, one.n, max(value - below, -1.0), min(value + above, 1.0))
