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
from typing import Final

from schemas.clock import Millis
from schemas.records import Advanced, TypeVelocity
from streams.core.adding import tally
from streams.core.exact import exp
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
    mentions, authors = tally([t.mentions for t in types]), tally([t.authors for t in types])
    acceleration, persistence = _course(state, bucket_of(now))
    found = {
        "velocity": 1.0 - exp(-max(score, 0.0) / SCALE),
        "acceleration": acceleration,
        "spread": spread,
        "affect": affect,
        "novelty": _novelty(mentions, types),
        "breadth": min(authors, mentions) / (mentions + BELIEVED),
        "persistence": persistence,
    }
    total = 0.0
    for name, weight in WEIGHTS.items():
        total += weight * found[name]
    return Advanced(total=total, **found)


def _course(state: EntityState, end: int) -> tuple[float, float]:
    """Acceleration and persistence, up to a bucket: one look at what was said when."""
    early = late = 0
    spoken: set[int] = set()
    for kind in state.types.values():
        for bucket, mentions in kind.window.fine.items():
            ago = end - 1 - bucket
            if 0 <= ago < SLOW:
                spoken.add(ago // PER_HOUR)
                if ago < RISE:
                    late += mentions
                elif ago < 2 * RISE:
                    early += mentions
    return max(late - early, 0) / (early + late + 1), len(spoken) / SLOW_HOURS


def _novelty(mentions: int, types: Sequence[TypeVelocity]) -> float:
    usual = 0.0
    for kind in types:
        usual += kind.usual
    return max(mentions - usual, 0.0) / mentions if mentions else 0.0
