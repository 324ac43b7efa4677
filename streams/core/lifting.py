"""One raw partition from one assignment to the next: what is ready to be resolved, and when.

The partition's own ticks tell its time. A record that comes behind tick n belongs to the first
interval still open, n + 1: its `known_time` is lifted there. Interval n uses the catalogue that
tick n - 2 named; a record whose interval has none yet waits.
"""

from typing import NamedTuple

from schemas.clock import INTERVAL_MS, Millis, tick_of
from schemas.records import RawMention, Tick


class Ready(NamedTuple):
    """A raw mention with its lifted time and the catalogue version of its interval."""

    raw: RawMention
    known_time: Millis
    catalogue_version: int


class _Waiting(NamedTuple):
    raw: RawMention
    known_time: Millis
    offset: int


def lift(known_time: Millis, last: int) -> Millis:
    """`known_time`, or the first moment that tick `last` left open."""
    return max(known_time, (last + 1) * INTERVAL_MS)


class RawPartition:
    """The clock of one raw partition. `origin` names it in the ticks that are passed on."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.last = -1
        self._named: dict[int, int] = {}  # interval -> catalogue version
        self._waiting: list[_Waiting] = []
        self._taken: dict[str, RawMention] = {}  # since the last tick
        self._marks: list[int] = []  # offsets of ticks, ascending
        self._passing: list[Tick] = []

    @property
    def started(self) -> bool:
        return self.last >= 0

    def take(self, raw: RawMention, offset: int) -> Ready | None:
        """Lift a record; None when it has to wait for the catalogue of its interval, and for one
        that was told twice between two ticks."""
        if self._taken.get(raw.id) == raw:
            return None
        self._taken[raw.id] = raw
        known_time = lift(raw.known_time, self.last)
        version = self._named.get(tick_of(known_time))
        if version is None:
            self._waiting.append(_Waiting(raw, known_time, offset))
            return None
        return Ready(raw, known_time, version)

    def tick(self, tick: Tick, offset: int) -> list[Ready]:
        """Move the clock; the records that waited for what this tick names."""
        if tick.n <= self.last:
            return []
        self.last = tick.n
        self._taken.clear()
        self._named[tick.n + 1], self._named[tick.n + 2] = tick.catalogue
        for past in [n for n in self._named if n <= tick.n]:
            del self._named[past]
        self._marks.append(offset)
        # Of a run of ticks that name the same upstreams the last says all: whoever waits for an
        # earlier one sees that this origin is past it.
        if self._passing and self._passing[-1].present == tick.present:
            self._passing.pop()
        self._passing.append(tick)
        return self._released()

    def _released(self) -> list[Ready]:
        ready, still = [], []
        for waiting in self._waiting:
            version = self._named.get(tick_of(waiting.known_time))
            if version is None:
                still.append(waiting)
            else:
                ready.append(Ready(waiting.raw, waiting.known_time, version))
        self._waiting = still
        return ready

    def pass_on(self) -> list[Tick]:
        """The ticks to send behind what was resolved; each is handed out once."""
        ticks = [
            Tick(n=t.n, first=t.first, present=t.present, catalogue=t.catalogue,
                 origin=self.origin)
            for t in self._passing
        ]
        self._passing = []
        return ticks

    def hold(self) -> int | None:
        """The offset that may be committed: the newest tick with nothing waiting before it."""
        lowest = min((w.offset for w in self._waiting), default=None)
        safe = [m for m in self._marks if lowest is None or m < lowest]
        if not safe:
            return None
        self._marks = [m for m in self._marks if m >= safe[-1]]
        return safe[-1]
