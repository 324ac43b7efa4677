"""What goes wrong on purpose in a replay, and how often it did.

A fault changes mentions, where they stand, or both; ticks are never touched, as the clock of a
deployment goes on whatever its sources do. Nothing is drawn: the same fault on the same recording
hits the same mentions.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec

from schemas.clock import INTERVAL_MS, MINUTE_MS, TICK_GRACE_MS, Millis, end_of, tick_of
from schemas.errors import FatalError
from schemas.ids import short_key
from schemas.records import RawMention
from streams.core.resolve import type_of
from streams.replay.reel import Interval

STORM_MS: Final = 30 * MINUTE_MS  # how long a client backs off at the most
AGAIN_WITHIN: Final = 10  # intervals


class Placed(NamedTuple):
    """A mention and the interval in which it arrives, or arrives as one of the last."""

    n: int
    raw: RawMention
    last: bool = False


Change = Callable[[RawMention, int], list[Placed]]


@dataclass
class Fault:
    """One fault: as it was asked for, what it does, and to how many mentions it did it."""

    asked: str
    effect: str
    change: Change
    extra: Sequence[Placed] = ()  # what nobody said
    fired: int = 0
    beyond: int = field(default=0)  # mentions that would arrive behind the end

    def over(self, reel: Iterable[Interval]) -> Iterator[Interval]:
        """The recording with this fault in it. Runs once."""
        waiting: dict[int, list[RawMention]] = {}
        for placed in self.extra:
            waiting.setdefault(placed.n, []).append(placed.raw)
        injected = {placed.n for placed in self.extra}
        for said, tick in reel:
            n = tick.n
            if n in injected:
                self.fired += len(waiting[n])
                injected.discard(n)
            behind: list[RawMention] = []
            for raw in said:
                placed_at = self.change(raw, n)
                self.fired += placed_at != [Placed(n, raw)]
                for to, changed, last in placed_at:
                    at = waiting.setdefault(max(to, n), [])
                    (behind if last and to <= n else at).append(changed)
            yield Interval(waiting.pop(n, []) + behind, tick)
        self.beyond = sum(map(len, waiting.values()))

    def told(self) -> dict[str, Any]:
        return {"fault": self.asked, "fired": self.fired, "effect": self.effect,
                "beyond_the_end": self.beyond}


def with_faults(reel: Iterable[Interval], faults: Sequence[Fault]) -> Iterator[Interval]:
    """One fault after another, in the order in which they were asked for."""
    for fault in faults:
        reel = fault.over(reel)
    yield from reel


def require_fired(faults: Sequence[Fault]) -> None:
    """Raise FatalError naming a fault that touched nothing: its outcome would prove nothing."""
    for fault in faults:
        if not fault.fired:
            raise FatalError(f"{fault.asked} never fired: 0 mentions {fault.effect}")


def stays(raw: RawMention, n: int) -> list[Placed]:
    return [Placed(n, raw)]


def _later(raw: RawMention, n: int, known_time: Millis) -> list[Placed]:
    moved = msgspec.structs.replace(raw, known_time=known_time)
    return [Placed(max(n, tick_of(known_time)), moved)]


def of(which: str) -> Callable[[RawMention], bool]:
    """Whether a mention is of a source, or of the type that it counts for; "" is everything."""
    return lambda raw: which in ("", raw.source) or which == type_of(raw)


def drop(asked: str, which: str) -> Fault:
    hit = of(which)
    return Fault(asked, "left out", lambda raw, n: [] if hit(raw) else stays(raw, n))


def delay(asked: str, which: str, by: Millis) -> Fault:
    """We learn of it later, and know so."""
    hit = of(which)
    return Fault(asked, "known later", lambda raw, n: _later(
        raw, n + by // INTERVAL_MS, raw.known_time + by) if hit(raw) else stays(raw, n))


def late(asked: str, which: str, by: Millis) -> Fault:
    """It reaches the log later than it says that it was known.

    A tick waits for those who are late by less than its grace: they are the last of their interval.
    """
    hit = of(which)

    def change(raw: RawMention, n: int) -> list[Placed]:
        if not hit(raw):
            return stays(raw, n)
        written = max(raw.known_time, end_of(n - 1)) + by
        return [Placed(max(n, tick_of(written - TICK_GRACE_MS)), raw, last=True)]

    return Fault(asked, "arrived late", change)


def outage(asked: str, which: str, start: Millis, end: Millis) -> Fault:
    """A source is down; when it is back it tells what it has kept."""
    hit = of(which)

    def change(raw: RawMention, n: int) -> list[Placed]:
        down = hit(raw) and tick_of(start) <= n < tick_of(end)
        return _later(raw, n, max(end, raw.known_time)) if down else stays(raw, n)

    return Fault(asked, "held back", change)


def storm(asked: str, which: str) -> Fault:
    """Too many requests: every answer waits for the next full half hour."""
    hit = of(which)

    def change(raw: RawMention, n: int) -> list[Placed]:
        due = -(-raw.known_time // STORM_MS) * STORM_MS
        return _later(raw, n, due) if hit(raw) and due != raw.known_time else stays(raw, n)

    return Fault(asked, "held back by 429", change)


def duplicates(asked: str, share: float) -> Fault:
    """A producer that was killed tells again what it had told: the same records, later."""

    def change(raw: RawMention, n: int) -> list[Placed]:
        dice = short_key(f"again:{raw.id}")
        if dice % 10_000 >= share * 10_000:
            return stays(raw, n)
        return [Placed(n, raw), Placed(n + 1 + dice // 10_000 % AGAIN_WITHIN, raw)]

    return Fault(asked, "told twice", change)


def skew(asked: str, which: str, by: Millis) -> Fault:
    """The clock of the source is wrong; ours is not."""
    hit = of(which)

    def change(raw: RawMention, n: int) -> list[Placed]:
        if not hit(raw):
            return stays(raw, n)
        return [Placed(n, msgspec.structs.replace(raw, event_time=raw.event_time + by))]

    return Fault(asked, "dated wrong", change)
