"""What the windows of one source type usually hold, worked out once per half hour.

All samples lie behind the windows, so that nothing new changes them until the next half hour is
one; a mention that comes late into a sampled bucket makes the window forget what was worked out.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Final, NamedTuple

import msgspec

from schemas.clock import MINUTE_MS, Millis
from streams.core.baseline import (
    Baseline,
    Span,
    fast_baseline,
    next_half,
    slow_baseline,
    slow_ends,
)
from streams.core.config import VelocityConfig
from streams.core.windows import BUCKET_MS, FAST, SLOW, Window

PART: Final = FAST / SLOW
HALF_MS: Final = FAST * BUCKET_MS


class Usual(NamedTuple):
    """What is expected of a window that its source could fill all the time."""

    mean: float
    variance: float
    lean: float  # what is expected leans so far from the mean to the peak of a usual day
    spread: float  # what a count's distance is measured in


class Expected(NamedTuple):
    slow: Usual
    fast: Usual
    week: Usual  # the literal's
    warming: int  # samples of the prior that stand in for hours not yet seen
    sampled: bool  # whether a half hour was seen at all


class HalfDays(NamedTuple):
    """Samples of the slow windows; the week's are the literal's."""

    slow: Baseline
    week: Baseline


class _Kept(msgspec.Struct, gc=False):
    """What was worked out, and of what."""

    config: VelocityConfig
    half: int  # half hours since the epoch
    since: Millis  # when observation began
    past: Sequence[Span]  # what was left out
    half_days: HalfDays
    fast: Baseline
    fast_peak: float
    expected: Expected


def expected(
    window: Window, now: Millis, since: Millis, past: Sequence[Span], config: VelocityConfig
) -> Expected:
    """As seen from a poll; `since` is when observation began, `past` holds hours to leave out."""
    half = (now - MINUTE_MS) // HALF_MS
    known, half_days = window.worked_out().found, None
    if (
        isinstance(known, _Kept) and known.since == since and known.config is config
        and (known.past is past or known.past == past)
    ):
        if known.half == half:
            return known.expected
        if known.half + 1 == half and half % 2 and not past:
            return _half_hour_on(known, window, half)
        if known.half // 2 == half // 2:  # within the hour they do not change
            half_days = known.half_days
    half_days = half_days or _half_days(window, now, since, past, config)
    fast = fast_baseline(window, now, config.baseline_days, since, past)
    peak = fast.peak()
    found = _combined(half_days, fast, peak, config)
    # The half hour under way, and the one that the fast window may still be in, are no samples.
    window.keep(
        (half - 1) * FAST, _Kept(config, half, since, past, half_days, fast, peak, found)
    )
    return found


def _half_hour_on(known: _Kept, window: Window, half: int) -> Expected:
    """The same in the second half of the hour: half days and peaks do not change within it."""
    config, before = known.config, known.expected
    known.half, known.fast = half, next_half(
        known.fast, window, half, config.baseline_days, known.since
    )
    window.keep((half - 1) * FAST, known)
    if before.warming:
        found = _combined(known.half_days, known.fast, known.fast_peak, config)
    else:
        usual = _seen(known.fast, known.fast_peak, config.peak_share)
        found = Expected(before.slow, usual, before.week, 0, known.fast.samples > 0)
    known.expected = found
    return found


def _half_days(
    window: Window, now: Millis, since: Millis, past: Sequence[Span], config: VelocityConfig
) -> HalfDays:
    slow = slow_baseline(window, now, config.baseline_days, since, past)
    # In a deployment's first days both reach back to its beginning.
    if slow_ends(now, config.literal_days, since) == slow_ends(now, config.baseline_days, since):
        return HalfDays(slow, slow)
    return HalfDays(slow, slow_baseline(window, now, config.literal_days, since, past))


def _combined(
    half_days: HalfDays, fast: Baseline, fast_peak: float, config: VelocityConfig
) -> Expected:
    slow, week = half_days
    warming, share = max(config.warmup_hours - slow.samples, 0), config.peak_share
    if not warming:
        return Expected(_seen(slow, slow.peak(), share), _seen(fast, fast_peak, share),
                        _seen(week, 0.0, share), 0, fast.samples > 0)
    prior = config.prior_mean, config.prior_variance
    usual_fast = fast.with_prior(2 * warming, prior[0] * PART, prior[1] * PART)
    at_least = _so_far(fast)
    return Expected(
        _usual(_raised(slow.with_prior(warming, *prior), at_least), slow.peak(), share),
        _usual(usual_fast, fast_peak, share),
        _usual(_raised(week.with_prior(warming, *prior), at_least), 0.0, share),
        warming,
        fast.samples > 0,
    )


def _seen(found: Baseline, peak: float, share: float) -> Usual:
    """Without a prior: what was seen speaks for itself."""
    samples, total, squares, _ = found
    if not samples:
        return _usual((0.0, 0.0), peak, share)
    mean = total / samples
    variance = (samples * squares - total * total) / (samples * samples)
    return Usual(
        mean, variance, share * (peak - mean) if peak > mean else 0.0,
        sqrt((variance if variance > mean else mean) + 1.0),
    )


def _usual(found: tuple[float, float], peak: float, share: float) -> Usual:
    mean, variance = found
    return Usual(mean, variance, share * max(peak - mean, 0.0), sqrt(max(variance, mean) + 1.0))


def _so_far(fast: Baseline) -> float:
    """What the window holds at the rate seen since the beginning, when that is less than 12 h ago.

    The first, broken hour and the half hour under way are no samples, but are in the window.
    """
    return fast.mean() * min(fast.samples + 4, SLOW // FAST)


def _raised(usual: tuple[float, float], mean: float) -> tuple[float, float]:
    return max(usual[0], mean), max(usual[1], mean)
