"""How fast a source may be asked: our own token bucket, and what its answers allow.

Pure. What a source says is left counts for all who ask: it is lessened by the calls that are under
way, whether the source had counted them or not. In a window of the source of which nothing was
heard yet, one call goes ahead and the others wait for what it hears.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from producers.base import facts
from schemas.clock import MINUTE_MS, SECOND_MS, Millis

LOOK_AGAIN_MS: Final = 100  # while one call goes ahead
UNTOLD_RESET_S: Final = 60.0
ROUNDING_MS: Final = SECOND_MS  # a source that counts in seconds is this coarse
FIRST_PATIENCE_S: Final = 30.0
MOST_PATIENCE_S: Final = 900.0
LONGEST_BLOCK_S: Final = 31 * 24 * 3600.0


class Pace(msgspec.Struct, frozen=True):
    """The bucket, and what the source said. `tells`: it is one that says what is left."""

    tokens: float
    at: Millis
    blocked_until: Millis = 0
    throttles: int = 0  # in a row, without a word of how long
    left: float = 0.0
    left_until: Millis = 0
    tells: bool = False
    heard: bool = False  # an answer came, whatever it told


@dataclass(frozen=True, slots=True)
class Wait:
    """Nobody may ask before `until`, and why."""

    until: Millis
    why: str


def fresh(rules: facts.Pace, now: Millis) -> Pace:
    return Pace(float(max(1, rules.burst)), now)


def wait_of(pace: Pace, rules: facts.Pace, under_way: int, now: Millis) -> Wait | None:
    """Why not now; None when a call may be made."""
    if now < pace.blocked_until:
        return Wait(pace.blocked_until, "the source asked for patience")
    told = now < pace.left_until
    if told and pace.left < 1:
        return Wait(pace.left_until, "the source says that nothing is left in its window")
    if not told and under_way and (pace.tells or not pace.heard):
        return Wait(now + LOOK_AGAIN_MS, "one call goes ahead to hear what the source allows")
    tokens = _refilled(pace, rules, now).tokens
    if tokens < 1:
        return Wait(now + max(1, round((1 - tokens) / _per_ms(rules) + 0.5)), "our own pace")
    return None


def taken(pace: Pace, rules: facts.Pace, now: Millis) -> Pace:
    """After one call was let through."""
    full = _refilled(pace, rules, now)
    left = full.left - 1 if now < full.left_until else full.left
    return msgspec.structs.replace(full, tokens=full.tokens - 1, left=left)


def answered(
    pace: Pace, told: Mapping[str, float], under_way: int, taken_at: Millis, now: Millis
) -> Pace:
    """After an answer to a call of `taken_at`; `under_way` counts the others.

    The window of the source ends between `taken_at` and `now` plus what it says. Only one that
    surely ends later than the known one is a new window, in which more may be left than before.
    """
    if "remaining" not in told:
        return msgspec.structs.replace(pace, heard=True)
    reset_ms = round(min(told.get("reset", UNTOLD_RESET_S), LONGEST_BLOCK_S) * SECOND_MS)
    until = now + reset_ms + ROUNDING_MS
    left = max(0.0, told["remaining"] - under_way)
    newer = taken_at + reset_ms > pace.left_until + ROUNDING_MS
    if not newer:
        left, until = min(left, pace.left), max(until, pace.left_until)
    return msgspec.structs.replace(pace, left=left, left_until=until, tells=True, heard=True)


def held_back(pace: Pace, retry_after: float, now: Millis) -> Pace:
    """The source said when to come again."""
    until = now + round(min(retry_after, LONGEST_BLOCK_S) * SECOND_MS)
    return msgspec.structs.replace(pace, blocked_until=max(pace.blocked_until, until))


def throttled(pace: Pace, retry_after: float | None, now: Millis) -> Pace:
    """The source said to wait; if not how long, longer each time."""
    wait = min(MOST_PATIENCE_S, FIRST_PATIENCE_S * 2 ** min(pace.throttles, 10))
    counted = msgspec.structs.replace(pace, throttles=pace.throttles + 1, heard=True)
    return held_back(counted, wait if retry_after is None else retry_after, now)


def calmed(pace: Pace) -> Pace:
    return msgspec.structs.replace(pace, throttles=0)


def merged(ours: Pace, theirs: Pace) -> Pace:
    """Two views of one truth: the more careful word on everything."""
    later = max(ours, theirs, key=lambda pace: (pace.left_until, -pace.left))
    return Pace(
        tokens=min(ours.tokens, theirs.tokens),
        at=max(ours.at, theirs.at),
        blocked_until=max(ours.blocked_until, theirs.blocked_until),
        throttles=max(ours.throttles, theirs.throttles),
        left=later.left,
        left_until=later.left_until,
        tells=ours.tells or theirs.tells,
        heard=ours.heard or theirs.heard,
    )


def _per_ms(rules: facts.Pace) -> float:
    return rules.requests / (rules.per.total_seconds() * SECOND_MS)


def _refilled(pace: Pace, rules: facts.Pace, now: Millis) -> Pace:
    """A clock that went back fills nothing; one that went back far is followed."""
    passed = max(0, now - pace.at)
    most = float(max(1, rules.burst))
    tokens = min(most, pace.tokens + passed * _per_ms(rules))
    at = now if pace.at - now > MINUTE_MS else max(pace.at, now)
    return msgspec.structs.replace(pace, tokens=tokens, at=at)
