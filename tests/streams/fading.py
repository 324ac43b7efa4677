"""A forecast model as somebody else would write it: what is warm fades as it always did."""

import json
from collections.abc import Mapping, Sequence

from streams.core.forecast import SHARES, Band
from streams.core.guest import Ahead, Hours
from streams.core.risers import HORIZONS, MOST


class Fading:
    """Quantiles of the share of heat that was left after so many hours."""

    def fit(self, past: Hours) -> str:
        return json.dumps({str(hours): _shares_left(past, hours) for hours in HORIZONS})

    def foretell(self, learned: str, now: Hours) -> Mapping[str, Ahead]:
        left = json.loads(learned)
        return {
            name: Ahead({hours: _band(heats[-1], left[str(hours)]) for hours in HORIZONS}, {})
            for name, heats in now.heats.items()
        }


def _band(heat: float, shares: Sequence[float]) -> Band:
    return Band(*(min(heat * share, MOST) for share in shares))


def _shares_left(past: Hours, hours: int) -> list[float]:
    left = sorted(
        later / now
        for heats in past.heats.values()
        for now, later in zip(heats, heats[hours:], strict=False) if now > 0.0
    )
    return [left[int(share * (len(left) - 1))] for share in SHARES]
