"""What a change does to the alerts: which appear, which vanish, which come earlier or later.

Two alerts are the same when they are of one entity and open within a day of each other; of several
candidates the nearest in time is taken, the earliest first.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from schemas.clock import DAY_MS, MINUTE_MS, Millis

SAME_WITHIN: Final = DAY_MS
DECIMALS: Final = 0.0005


class Told(msgspec.Struct, frozen=True, order=True):
    """An opening, as far as it can be compared."""

    at: Millis
    entity: str  # id, or name where an outcome has no id
    heat: float = 0.0  # 0 where an outcome tells none; no alert opens without heat
    steps: tuple[str, ...] = ()  # what became of it, such as confirmed


class Moved(msgspec.Struct, frozen=True):
    """An alert that both sides have, at different times, or with another life behind it."""

    before: Told
    after: Told
    minutes: float  # positive: later than before
    heat: float  # change


class AlertDiff(msgspec.Struct, frozen=True):
    """From one side to the other."""

    appear: tuple[Told, ...]
    vanish: tuple[Told, ...]
    move: tuple[Moved, ...]
    same: int

    def __bool__(self) -> bool:
        return bool(self.appear or self.vanish or self.move)


def alert_diff(before: Sequence[Told], after: Sequence[Told]) -> AlertDiff:
    pairs = _pairs(sorted(before), sorted(after))
    paired_before = {id_ for id_, _ in pairs}
    paired_after = {id_ for _, id_ in pairs}
    old, new = sorted(before), sorted(after)
    both = [(old[i], new[k]) for i, k in pairs]
    return AlertDiff(
        appear=tuple(told for k, told in enumerate(new) if k not in paired_after),
        vanish=tuple(told for i, told in enumerate(old) if i not in paired_before),
        move=tuple(
            Moved(a, b, (b.at - a.at) / MINUTE_MS, _hotter(a, b))
            for a, b in both if not _same(a, b)
        ),
        same=sum(_same(a, b) for a, b in both),
    )


def _same(a: Told, b: Told) -> bool:
    """Outcomes keep three decimals of the heat, and reports keep none of it."""
    return (a.at, a.steps) == (b.at, b.steps) and abs(_hotter(a, b)) <= DECIMALS


def _hotter(a: Told, b: Told) -> float:
    return round(b.heat - a.heat, 6) if a.heat and b.heat else 0.0


def _pairs(old: list[Told], new: list[Told]) -> list[tuple[int, int]]:
    """Indexes of what is the same alert, the nearest pairs first."""
    near = sorted(
        (abs(a.at - b.at), i, k)
        for i, a in enumerate(old) for k, b in enumerate(new)
        if a.entity == b.entity and abs(a.at - b.at) <= SAME_WITHIN
    )
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    pairs = []
    for _, i, k in near:
        if i not in taken_old and k not in taken_new:
            taken_old.add(i)
            taken_new.add(k)
            pairs.append((i, k))
    return sorted(pairs)
