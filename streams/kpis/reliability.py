"""Does a confidence of 0.8 hold eight times in ten?"""

from collections.abc import Sequence

import msgspec

BINS = 5


class Bin(msgspec.Struct, frozen=True):
    """Alerts of similar confidence: mean of what was said, share of what held."""

    said: float
    held: float
    n: int


def reliability(pairs: Sequence[tuple[float, bool]]) -> list[Bin]:
    """Bins of equal size over (confidence, held), in the order of confidence."""
    ranked = sorted(pairs)
    size = max(-(-len(ranked) // BINS), 1)
    groups = [ranked[n : n + size] for n in range(0, len(ranked), size)]
    return [
        Bin(sum(said for said, _ in group) / len(group),
            sum(held for _, held in group) / len(group), len(group))
        for group in groups
    ]


def brier(pairs: Sequence[tuple[float, bool]]) -> float | None:
    """Mean squared distance of what was said from what held (Brier, 1950); 0.25 for always 0.5."""
    if not pairs:
        return None
    return sum((said - held) ** 2 for said, held in pairs) / len(pairs)
