"""HEAT of an entity at a poll: velocity, spread and affect, faded from the episode's peak."""

from collections.abc import Sequence
from typing import NamedTuple

from schemas.clock import Millis
from schemas.records import TypeVelocity
from streams.core.config import HeatConfig
from streams.core.evidence import hour_of
from streams.core.exact import exp
from streams.core.state import EntityState
from streams.core.velocity import Reading
from streams.core.windows import SLOW_HOURS


class Components(NamedTuple):
    """The terms of raw heat and what they come from."""

    velocity_z: float  # capped
    spread_types: int
    spread: float
    affect: float
    sentiment: float
    mentions: int
    raw: float


def feelings(state: EntityState, now: Millis) -> tuple[float, float]:
    """Mean intensity [0, 1] and mean sentiment [-1, 1] of the counted mentions of 12 h.

    The sums are kept, and counted on, until the next hour.
    """
    newest, felt = hour_of(now), state.felt
    if felt is None or felt[0] != newest:
        felt = state.felt = _felt(state, newest)
    _, mentions, intensity, sentiment = felt
    if not mentions:
        return 0.0, 0.0
    return intensity / (1000 * mentions), sentiment / (1000 * mentions)


def _felt(state: EntityState, newest: int) -> tuple[int, int, int, int]:
    mentions = intensity = sentiment = 0
    for hour, feeling in state.feelings.items():
        if newest - SLOW_HOURS <= hour <= newest:
            mentions += feeling.mentions
            intensity += feeling.intensity
            sentiment += feeling.sentiment
    return newest, mentions, intensity, sentiment


def weigh(
    state: EntityState, types: Sequence[Reading | TypeVelocity], velocity_z: float, now: Millis,
    config: HeatConfig,
) -> Components:
    """Raw heat: 0.5 velocity + 0.3 spread + 0.2 affect, with the configured weights."""
    spread_types = mentions = 0
    for t in types:
        if t.mentions:
            spread_types += 1
            mentions += t.mentions
    spread = min(spread_types / config.full_spread, 1.0)
    affect, sentiment = feelings(state, now)
    capped = min(max(velocity_z, 0.0), config.cap)
    raw = config.velocity * capped + config.spread * spread + config.affect * affect
    return Components(
        capped, spread_types, spread, affect, sentiment, mentions,
        raw if spread_types else 0.0,
    )


def freshness(hours_since_peak: float, config: HeatConfig) -> float:
    """exp(-hours since the peak of raw heat in this episode / 24)."""
    return exp(-hours_since_peak / config.fade_hours)


def display(heat: float, config: HeatConfig) -> float:
    """0-100: heat over the highest that the weights allow, in tenths."""
    highest = config.velocity * config.cap + config.spread + config.affect
    return round(100.0 * min(heat / highest, 1.0), 1)
