"""What simpler rules would have alerted on the same material, at about the same number of alerts.

Volume is the count of the last 12 h; plain z is that count against the trailing 7 d. A rule fires
when its score reaches a threshold and it has not fired for the entity within a day; the threshold
is the one that comes nearest to the number of alerts it is compared with.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from schemas.clock import DAY_MS, HOUR_MS, INTERVAL_MS, POLL_TICKS, Millis
from streams.kpis.material import Material

Rule = Literal["volume", "plain-z", "trades"]
Times = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]
WINDOW_MS = 12 * HOUR_MS
SAMPLES = 7 * 24 - 12  # hourly window ends in 7 d that stay clear of the window itself
POLL_MS = POLL_TICKS * INTERVAL_MS


class Fired(NamedTuple):
    entity_id: str
    at: Millis


def volume(times: Times) -> Scores:
    """Mentions of the last 12 h at each arrival."""
    older = np.searchsorted(times, times - WINDOW_MS, side="right")
    return (np.arange(1, len(times) + 1) - older).astype(np.float64)


def plain_z(times: Times) -> Scores:
    """(c - mean) / sqrt(var + mean + 1) at each arrival, over hourly samples of 7 d."""
    lags = WINDOW_MS + np.arange(SAMPLES, dtype=np.int64) * HOUR_MS
    ends = times[:, None] - lags[None, :]
    counts = (np.searchsorted(times, ends, side="right")
              - np.searchsorted(times, ends - WINDOW_MS, side="right"))
    mean, variance = counts.mean(axis=1), counts.var(axis=1)
    found: Scores = (volume(times) - mean) / np.sqrt(variance + mean + 1.0)
    return found


SCORES: dict[str, Callable[[Times], Scores]] = {"volume": volume, "plain-z": plain_z}


def alerts_of(rule: Rule, material: Material, like: int) -> list[Fired]:
    """The alerts of a rule, about `like` of them; of the trades themselves, all."""
    if rule == "trades":
        return sorted(_first_of_each_day(material), key=lambda fired: (fired.at, fired.entity_id))
    scored = {
        entity_id: (times, SCORES[rule](times))
        for entity_id, times in sorted(_arrivals(material.said).items())
    }
    levels = sorted({float(s) for _, scores in scored.values() for s in scores}, reverse=True)
    low, high = 0, len(levels)  # the number of alerts grows along the levels
    while low < high:
        middle = (low + high) // 2
        if len(_fire(scored, levels[middle], material)) < like:
            low = middle + 1
        else:
            high = middle
    nearest = [_fire(scored, levels[n], material)
               for n in (low - 1, low) if 0 <= n < len(levels)]
    return min(nearest, key=lambda fired: abs(len(fired) - like), default=[])


def _arrivals(said: Mapping[str, list[Any]]) -> dict[str, Times]:
    return {entity_id: np.array([i.known_time for i in items], dtype=np.int64)
            for entity_id, items in said.items()}


def _fire(
    scored: Mapping[str, tuple[Times, Scores]], threshold: float, material: Material
) -> list[Fired]:
    """Within the material's span; what was said before it is the past of the scores."""
    found: list[Fired] = []
    for entity_id, (times, scores) in scored.items():
        rested = material.first
        for moment in times[scores >= threshold].tolist():
            if rested <= moment <= material.last:
                found.append(Fired(entity_id, _poll_after(moment)))
                rested = moment + DAY_MS
    return sorted(found, key=lambda fired: (fired.at, fired.entity_id))


def _first_of_each_day(material: Material) -> Iterator[Fired]:
    for entity_id, items in material.trades.items():
        rested = material.first
        for item in items:
            if item.subject and rested <= item.known_time <= material.last:
                yield Fired(entity_id, _poll_after(item.known_time))
                rested = item.known_time + DAY_MS


def _poll_after(moment: Millis) -> Millis:
    """The end of the first poll that can have seen it."""
    return -(-(moment + 1 - INTERVAL_MS) // POLL_MS) * POLL_MS + INTERVAL_MS
