"""What was asked of each host, held against what its answers had announced.

A violation is a request beyond a limit that the answers tell, and one that comes although the
source was told to wait. A request that was on its way when that was told is none.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from producers.base.limits.windows import span_of
from producers.simulate.upstreams.sites import Limit
from schemas.clock import SECOND_MS, Millis, iso

ON_ITS_WAY_MS: Final = 300
MOST_TOLD: Final = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """What the book says of a request: whether it is beyond the limit, and what headers tell."""

    beyond: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    ends: Millis = 0


@dataclass(slots=True)
class Book:
    """Counts by bucket. `speed` is that of the clock by which moments are told."""

    limits: dict[str, Limit]
    speed: float = 1.0
    asked: Counter[str] = field(default_factory=Counter)
    violations: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)  # the first violations in words
    _used: dict[str, tuple[Millis, int]] = field(default_factory=dict)  # window's end, requests
    _patience: dict[str, tuple[Millis, Millis]] = field(default_factory=dict)  # since, until

    def enter(self, bucket: str, moment: Millis) -> Seen:
        """Count a request."""
        self.asked[bucket] += 1
        since, until = self._patience.get(bucket, (0, 0))
        impatient = since + ON_ITS_WAY_MS * self.speed < moment < until
        limit = self.limits.get(bucket)
        if impatient:
            self._violated(
                bucket, f"at {iso(moment)}, told at {iso(since)} to wait to {iso(until)}"
            )
        if limit is None:
            return Seen()
        ends, used = self._window(bucket, limit, moment)
        self._used[bucket] = ends, used + 1
        beyond = used >= limit.requests
        if beyond and limit.tells and not impatient:
            self._violated(bucket, f"at {iso(moment)}, the {used + 1}th until {iso(ends)}")
        self.refused[bucket] += beyond
        return Seen(beyond, announced(limit, used + 1, ends, moment), ends)

    def _violated(self, bucket: str, how: str) -> None:
        self.violations[bucket] += 1
        if len(self.broken) < MOST_TOLD:
            self.broken.append(f"{bucket}: {how}")

    def spend(self, bucket: str, moment: Millis) -> None:
        """Nothing is left in the window that runs."""
        limit = self.limits.get(bucket)
        if limit is not None:
            ends, used = self._window(bucket, limit, moment)
            self._used[bucket] = ends, max(used, limit.requests)

    def change(self, limits: Mapping[str, Limit]) -> None:
        """Other limits: their windows begin anew."""
        self.limits.update(limits)
        for bucket in limits:
            self._used.pop(bucket, None)

    def told_to_wait(self, bucket: str, since: Millis, until: Millis) -> None:
        """An answer that asked for patience was sent."""
        first, last = self._patience.get(bucket, (since, until))
        self._patience[bucket] = (first, max(last, until)) if since < last else (since, until)

    def _window(self, bucket: str, limit: Limit, moment: Millis) -> tuple[Millis, int]:
        ends, used = self._used.get(bucket, (0, 0))
        if moment < ends:
            return ends, used
        if isinstance(limit.window, int):
            return (moment // limit.window + 1) * limit.window, 0
        return span_of(limit.window, limit.zone, moment).ends, 0


def announced(limit: Limit, used: int, ends: Millis, moment: Millis) -> dict[str, str]:
    """The headers of an answer; a reset in seconds is never told too short."""
    left, seconds = max(0, limit.requests - used), ceil((ends - moment) / SECOND_MS)
    if limit.tells == "seconds":
        names = ("x-ratelimit-used", "x-ratelimit-remaining", "x-ratelimit-reset")
        return dict(zip(names, (str(used), f"{left}.0", str(seconds)), strict=True))
    if limit.tells == "moment":
        names = ("x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-reset")
        told = (str(limit.requests), str(left), str(ceil(ends / SECOND_MS)))
        return dict(zip(names, told, strict=True))
    return {}
