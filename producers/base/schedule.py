"""When each question of a source is asked again: by its cadence, by what it brings, by what is left
of the budget.

Pure, with time as an argument. A question that brings nothing new is asked up to half as often; one
that brings news, at its declared pace again and never faster. When the budget does not carry all
questions to the end of its window, those of low priority wait: each priority gets what the more
urgent ones leave, spread evenly over the time that is left.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from math import ceil, inf
from typing import Final

from producers.base.source import Ask
from schemas.clock import SECOND_MS, Millis

STRETCH: Final = 1.25  # after every poll without news
CALM: Final = 1.5  # towards the declared pace, after every poll with some
MOST_STRETCH: Final = 2.0
JITTER: Final = 0.1
LONGEST_MS: Final = 7 * 24 * 3600 * SECOND_MS


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What the schedule remembers of one question."""

    asked_at: Millis
    stretch: float = 1.0
    not_before: Millis = 0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit, and for how long it must last."""

    unit: str
    left: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask now, most urgent first, and when something is due after that.

    `withheld` is what no budget is left for before `until`.
    """

    due: tuple[Ask, ...]
    next_due: Millis
    withheld: tuple[Ask, ...] = ()
    until: Millis = 0


def after_answer(rhythm: Rhythm | None, read: int, fresh: int, now: Millis) -> Rhythm:
    """The rhythm after an answer with so many entries, so many of them new."""
    stretch = rhythm.stretch if rhythm else 1.0
    if not fresh:
        stretch = min(MOST_STRETCH, stretch * STRETCH)
    elif fresh * 2 >= read:
        stretch = 1.0  # a burst
    else:
        stretch = max(1.0, stretch / CALM)
    return Rhythm(now, stretch)


def after_failure(rhythm: Rhythm | None, retry_after: float, now: Millis) -> Rhythm:
    """The rhythm after a failure: as before, but not before the source is ready."""
    kept = rhythm or Rhythm(now)
    return replace(kept, asked_at=now, not_before=now + round(retry_after * SECOND_MS))


def plan(
    asks: Sequence[Ask],
    memory: Mapping[str, Rhythm],
    allowances: Iterable[Allowance],
    poll_every_s: float,
    now: Millis,
) -> Plan:
    """The questions that are due, and when the next is. `memory` is by `key_of`."""
    intervals = {
        key_of(ask): interval_of(ask, memory.get(key_of(ask)), poll_every_s) for ask in asks
    }
    limits = tuple(allowances)
    slower = scarcity(asks, intervals, limits)
    ends = [now + ceil(a.seconds * SECOND_MS) for a in limits]
    due, withheld, later = [], [], [now + LONGEST_MS]
    for ask in sorted(asks, key=lambda ask: ask.priority):
        interval = intervals[key_of(ask)] * slower[ask.priority]
        if interval == inf:
            withheld.append(ask)
            continue
        at = due_at(memory.get(key_of(ask)), interval)
        if at <= now:
            due.append(ask)
            at = now + ceil(interval * SECOND_MS)
        later.append(at)
    until = min(ends, default=now)  # of several windows the first that turns is looked at again
    if withheld:
        later.append(until)
    return Plan(tuple(due), min(later), tuple(withheld), until)


def due_at(rhythm: Rhythm | None, interval_s: float) -> Millis:
    """When a question is asked again: after its interval, and when the source is ready."""
    if rhythm is None:
        return 0
    return max(rhythm.asked_at + ceil(interval_s * SECOND_MS), rhythm.not_before)


def interval_of(ask: Ask, rhythm: Rhythm | None, poll_every_s: float) -> float:
    """Seconds between two times of asking, before the budget has a say."""
    declared = max(ask.every or 0.0, poll_every_s)
    return declared * (rhythm.stretch if rhythm else 1.0)


def scarcity(
    asks: Sequence[Ask], intervals: Mapping[str, float], allowances: Sequence[Allowance]
) -> dict[int, float]:
    """How many times slower than wished each priority is asked; infinity: not at all."""
    left = {allowance: allowance.left for allowance in allowances}
    slower: dict[int, float] = {}
    for priority, group in groupby(sorted(asks, key=lambda a: a.priority), lambda a: a.priority):
        tier, factor = list(group), 1.0
        wishes = {a: _demand(tier, intervals, a) for a in allowances}
        for allowance, wish in wishes.items():
            if wish > left[allowance]:
                factor = max(factor, wish / left[allowance] if left[allowance] > 0 else inf)
        slower[priority] = factor
        for allowance, wish in wishes.items():
            left[allowance] -= wish / factor
    return slower


def _demand(asks: Iterable[Ask], intervals: Mapping[str, float], allowance: Allowance) -> float:
    """What the questions would cost until the limit's window is over."""
    return sum(
        ask.cost.get(allowance.unit, 0.0) * allowance.seconds / intervals[key_of(ask)]
        for ask in asks
    )


def key_of(ask: Ask) -> str:
    """A question by label and path, for its query may change; without a label, by its address."""
    url = ask.request.url
    return f"{ask.label} {url.host}{url.path}" if ask.label else str(url)


def wait_s(next_due: Millis, poll_every_s: float, chance: float, now: Millis) -> float:
    """Seconds until the next poll: never sooner than declared, and up to a tenth of that later,
    so that many processes do not ask in step."""
    until_due = (next_due - now) / SECOND_MS
    return max(poll_every_s, until_due) + JITTER * poll_every_s * chance
