"""How fast an entity is being mentioned, per source type and combined."""

from collections.abc import Sequence
from math import copysign, sqrt
from typing import NamedTuple

from schemas.clock import Millis
from schemas.records import TypeVelocity
from streams.core.baseline import (
    Baseline,
    Span,
    detection_z,
    fast_baseline,
    literal_z,
    slow_baseline,
    slow_ends,
)
from streams.core.config import VelocityConfig
from streams.core.evidence import authors_within
from streams.core.state import EntityState, TypeState
from streams.core.windows import FAST, SLOW, Window


class Baselines(NamedTuple):
    """What is usual for the windows of one source type, as seen from one hour."""

    slow: Baseline
    fast: Baseline
    week: Baseline  # the literal's


def baselines(
    window: Window, now: Millis, since: Millis, past: Sequence[Span], config: VelocityConfig
) -> Baselines:
    """All of it lies behind the windows themselves; `since` is when observation began."""
    slow = slow_baseline(window, now, config.baseline_days, since, past)
    fast = fast_baseline(window, now, config.baseline_days, since, past)
    week = slow  # in a deployment's first days both reach back to its beginning
    if slow_ends(now, config.literal_days, since) != slow_ends(now, config.baseline_days, since):
        week = slow_baseline(window, now, config.literal_days, since, past)
    return Baselines(slow, fast, week)


def _z(count: int, usual: Baseline, warming: int, share: float, config: VelocityConfig) -> float:
    """Distance from what is expected: between the mean and the peak of a usual day."""
    mean, variance = usual.with_prior(
        warming, config.prior_mean * share, config.prior_variance * share
    )
    expected = mean + config.peak_share * max(usual.peak() - mean, 0.0)
    return detection_z(count, expected, mean, variance)


def tempered(z: float) -> float:
    """z to the power 3/4, by roots alone, which round the same everywhere.

    Half hours have a heavier tail than half days: the same z says less.
    """
    root = sqrt(abs(z))
    return copysign(root * sqrt(root), z)


def read_type(
    source_type: str, kind: TypeState, now: Millis, usual: Baselines, config: VelocityConfig
) -> TypeVelocity:
    """The statistics of one source type at a poll, against what is usual for it."""
    slow_count, fast_count = kind.window.count(now, SLOW), kind.window.count(now, FAST)
    warming = max(config.warmup_hours - usual.slow.samples, 0)
    fast_z = _z(fast_count, usual.fast, 2 * warming, FAST / SLOW, config)
    slow_z = _z(slow_count, usual.slow, warming, 1.0, config)
    mean, _ = usual.slow.with_prior(warming, config.prior_mean, config.prior_variance)
    week = usual.week.with_prior(warming, config.prior_mean, config.prior_variance)
    return TypeVelocity(
        source_type=source_type,
        mentions=slow_count,
        authors=authors_within(kind, now, 12),
        usual=mean,
        z=literal_z(slow_count, *week),
        fast_z=fast_z,
        slow_z=slow_z,
        score=config.fast_weight * tempered(fast_z) + config.slow_weight * slow_z,
        baseline="prior" if warming else "observed",
    )


def measure_type(
    source_type: str, kind: TypeState, now: Millis, since: Millis,
    past: Sequence[Span], config: VelocityConfig,
) -> TypeVelocity:
    """The statistics of one source type at a poll; `since` is when observation began."""
    usual = baselines(kind.window, now, since, past, config)
    return read_type(source_type, kind, now, usual, config)


def measure(
    state: EntityState, now: Millis, since: Millis, config: VelocityConfig
) -> tuple[TypeVelocity, ...]:
    """Every type that has a voice in the window or a past, in the order of names."""
    past = [Span(*span) for span in state.past]
    return tuple(
        measure_type(name, state.types[name], now, since, past, config)
        for name in sorted(state.types)
    )


def inexperience(now: Millis, since: Millis, config: VelocityConfig) -> float:
    """[0, 1]: how far the deployment is from having seen enough to know what is usual."""
    newest, oldest = slow_ends(now, config.baseline_days, since)
    missing = config.warmup_hours - max(newest - oldest + 1, 0)
    return min(max(missing / config.warmup_hours, 0.0), 1.0) if config.warmup_hours else 0.0


def stouffer(readings: Sequence[tuple[float, float]]) -> float:
    """Combine (z, weight) pairs: sum(w z) / sqrt(sum(w^2)). Stouffer et al., 1949, weighted."""
    if not readings:
        return 0.0
    total = squares = 0.0
    for z, weight in readings:  # in this order, on every Python: `sum` of 3.12 rounds otherwise
        total += weight * z
        squares += weight * weight
    return total / sqrt(squares)


def combine(types: Sequence[TypeVelocity], config: VelocityConfig) -> tuple[float, float]:
    """(velocity_z, detection_score) over the types that speak in the window, both uncapped."""
    speaking = [t for t in types if t.mentions]
    weights = [config.type_weights.get(t.source_type, 1.0) for t in speaking]
    literal = stouffer([(t.z, w) for t, w in zip(speaking, weights, strict=True)])
    score = stouffer([(t.score, w) for t, w in zip(speaking, weights, strict=True)])
    if sum([t.mentions for t in speaking]) < config.floor_mentions:
        score = min(score, 0.0)
    return literal, score
