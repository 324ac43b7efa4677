"""The `advanced` scorer: seven dimensions of attention, each in [0, 1], and their weighted sum.

velocity      how far above its usual the entity is: 1 - exp(-detection score / 3)
acceleration  the last three hours against the three before them; 0 when not more
spread        source types in the window, as in HEAT
affect        mean intensity of feeling, as in HEAT
novelty       share of the window's mentions that is beyond the usual
breadth       distinct voices per mention, believed only as mentions come in: x n / (n + 5)
persistence   share of the last twelve hours in which anything was said
"""

from collections.abc import Sequence
from math import exp
from typing import Final

from schemas.clock import Millis
from schemas.records import Advanced, TypeVelocity
from streams.core.state import EntityState
from streams.core.windows import PER_HOUR, SLOW, SLOW_HOURS, bucket_of

RISE: Final = 3 * PER_HOUR  # buckets
BELIEVED: Final = 5.0  # mentions that make breadth half believed
SCALE: Final = 3.0  # of the detection score
WEIGHTS: Final = {
    "velocity": 25, "acceleration": 15, "spread": 15, "affect": 10, "novelty": 10, "breadth": 15,
    "persistence": 10,
}


def advanced(
    state: EntityState, types: Sequence[TypeVelocity], score: float, spread: float, affect: float,
    now: Millis,
) -> Advanced:
    mentions, authors = sum([t.mentions for t in types]), sum([t.authors for t in types])
    found = {
        "velocity": 1.0 - exp(-max(score, 0.0) / SCALE),
        "acceleration": _acceleration(state, now),
        "spread": spread,
        "affect": affect,
        "novelty": _novelty(mentions, types),
        "breadth": min(authors, mentions) / (mentions + BELIEVED),
        "persistence": _persistence(state, now),
    }
    total = 0.0
    for name, weight in WEIGHTS.items():
        total += weight * found[name]
    return Advanced(total=total, **found)


def _acceleration(state: EntityState, now: Millis) -> float:
    windows = [kind.window for kind in state.types.values()]
    late = sum([window.count(now, RISE) for window in windows])
    both = sum([window.count(now, 2 * RISE) for window in windows])
    return max(2 * late - both, 0) / (both + 1)


def _novelty(mentions: int, types: Sequence[TypeVelocity]) -> float:
    usual = 0.0
    for kind in types:
        usual += kind.usual
    return max(mentions - usual, 0.0) / mentions if mentions else 0.0


def _persistence(state: EntityState, now: Millis) -> float:
    end = bucket_of(now)
    spoken = {
        (end - 1 - bucket) // PER_HOUR
        for kind in state.types.values() for bucket in kind.window.fine
        if end - SLOW <= bucket < end
    }
    return len(spoken) / SLOW_HOURS
