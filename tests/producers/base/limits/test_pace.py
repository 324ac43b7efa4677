"""The pace: our bucket is kept, and a source is never asked more than its headers allow."""

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from math import ceil, floor
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from producers.base import facts
from producers.base.limits.pace import Wait, fresh, taken, throttled, wait_of
from producers.base.limits.rules import Rules
from producers.base.limits.state import LimitState, admit, begun, settled
from producers.base.limits.ticket import Ending, Ticket
from schemas.clock import MINUTE_MS, SECOND_MS, Millis
from tests.producers.builders import NOON

FAST = facts.Pace(1000, timedelta(seconds=1), burst=1000)
ROUNDINGS: tuple[Callable[[float], float], ...] = (ceil, floor, round, float)


@dataclass
class Upstream:
    """Counts what arrives in windows of its own, and says in each answer what is left."""

    limit: int
    window_ms: Millis
    offset_ms: Millis
    rounded: Callable[[float], float]
    counts: Counter[int] = field(default_factory=Counter)

    def answer(self, now: Millis) -> dict[str, float]:
        window = (now + self.offset_ms) // self.window_ms
        self.counts[window] += 1
        ends = (window + 1) * self.window_ms - self.offset_ms
        left = max(0, self.limit - self.counts[window])
        return {"remaining": float(left), "reset": float(self.rounded((ends - now) / SECOND_MS))}


@dataclass
class Crowd:
    """Many who ask at once over a network that delays and reorders, of whom some die."""

    upstream: Upstream
    chance: Random
    slowest_ms: Millis
    state: LimitState
    events: list[tuple[Millis, int, str, Ticket, dict[str, float]]] = field(default_factory=list)
    asked: int = 0

    def run(self, until: Millis) -> None:
        now, rules = NOON, Rules(FAST)
        while now < until:
            now += self.chance.randint(1, 400)
            self._play(now, rules)
            for _ in range(self.chance.randint(0, 6)):
                verdict = admit(self.state, rules, str(self.asked), {"requests": 1.0}, 0, now)
                if not isinstance(verdict, LimitState):
                    assert isinstance(verdict, Wait)
                    break
                self.state = verdict
                self._later(now, "arrives", Ticket(str(self.asked), {"requests": 1.0}, now), {})
                self.asked += 1

    def _play(self, until: Millis, rules: Rules) -> None:
        while self.events and self.events[0][0] <= until:
            now, _, what, ticket, told = heapq.heappop(self.events)
            if what == "arrives":
                self._later(now, "answers", ticket, self.upstream.answer(now))
            elif self.chance.random() > 0.05:  # else whoever asked is dead
                self.state = settled(self.state, rules, ticket, Ending("done", told=told), now)

    def _later(self, now: Millis, what: str, ticket: Ticket, told: dict[str, float]) -> None:
        at = now + self.chance.randint(0, self.slowest_ms)
        heapq.heappush(self.events, (at, self.chance.getrandbits(60), what, ticket, told))


@settings(max_examples=60, deadline=None)
@given(
    limit=st.integers(1, 30),
    window_s=st.integers(5, 120),
    offset=st.integers(0, 100_000),
    rounded=st.sampled_from(ROUNDINGS),
    slowest_ms=st.sampled_from([50, 2_000, 15_000]),
    seed=st.integers(0, 2**32),
)
def test_requests_at_the_upstream_never_exceed_what_its_headers_allow(
    limit: int,
    window_s: int,
    offset: int,
    rounded: Callable[[float], float],
    slowest_ms: int,
    seed: int,
) -> None:
    upstream = Upstream(limit, window_s * SECOND_MS, offset, rounded)
    crowd = Crowd(upstream, Random(seed), slowest_ms, begun("line", Rules(FAST), NOON))
    crowd.run(NOON + 6 * MINUTE_MS)
    assert upstream.counts
    assert max(upstream.counts.values()) <= limit


def test_what_is_allowed_is_used_when_nobody_dies() -> None:
    upstream = Upstream(20, 30 * SECOND_MS, 0, ceil)
    crowd = Crowd(upstream, Random(1), 50, begun("line", Rules(FAST), NOON))
    crowd.chance.random = lambda: 1.0  # type: ignore[method-assign]
    crowd.run(NOON + 5 * MINUTE_MS)
    inner = sorted(upstream.counts.items())[1:-1]
    assert len(inner) >= 8
    # What was under way when an answer came counts against it twice.
    assert min(count for _, count in inner) >= upstream.limit / 2


@given(
    burst=st.integers(1, 10),
    per_minute=st.integers(1, 600),
    pauses=st.lists(st.integers(0, 5_000), min_size=1, max_size=60),
)
def test_bucket_gives_its_burst_and_then_its_rate(
    burst: int, per_minute: int, pauses: list[int]
) -> None:
    rules = facts.Pace(per_minute, timedelta(minutes=1), burst)
    now, pace, given_out = NOON, fresh(rules, NOON), 0
    for pause in pauses:
        now += pause
        if wait_of(pace, rules, 0, now) is None:
            pace, given_out = taken(pace, rules, now), given_out + 1
        assert given_out <= burst + (now - NOON) * per_minute / MINUTE_MS + 1e-6
    wait = wait_of(pace, rules, 0, now)
    if wait is not None:
        assert wait_of(pace, rules, 0, wait.until) is None


def test_clock_that_goes_back_fills_nothing_and_stops_nobody_for_long() -> None:
    rules = facts.Pace(60, timedelta(minutes=1), 1)
    empty = taken(fresh(rules, NOON), rules, NOON)
    assert wait_of(empty, rules, 0, NOON - 30 * SECOND_MS) is not None
    far = NOON - 24 * 60 * MINUTE_MS
    wait = wait_of(empty, rules, 0, far)
    assert wait is not None
    assert wait.until <= far + 2 * SECOND_MS


def test_one_told_to_wait_without_a_time_waits_longer_each_time() -> None:
    pace = fresh(FAST, NOON)
    waits = []
    for _ in range(8):
        pace = throttled(pace, None, pace.blocked_until or NOON)
        waits.append(pace.blocked_until)
    lengths = [later - earlier for earlier, later in pairwise(waits)]
    assert lengths[:3] == [60_000, 120_000, 240_000]
    assert lengths[-1] == 15 * MINUTE_MS
