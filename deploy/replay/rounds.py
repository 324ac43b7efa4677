"""When the source of a recording was looking, as far as its rows tell.

A plain file says when its rows became known, and not when nobody listened. Rows come in rounds; a
source that brought nothing at all for much longer than its usual pause was not there: from the
moment that a round was overdue, until its next row. Nothing later decides whether it was there at
a moment; only its usual pause, which a live source has in its timetable, is of the whole file.

    rows     ▌ ▌  ▌    ▌  ▌  ▌                        ▌  ▌
    present  ██████████████████████████░░░░░░░░░░░░░░░██████
                             |<-patience->|  absent
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any, Final, NamedTuple

import msgspec

from schemas.clock import DAY_MS, HOUR_MS, INTERVAL_MS, MINUTE_MS, Millis, tick_of
from schemas.records import RawMention
from streams.replay.reel import Interval

ROUND_MS: Final = 30 * MINUTE_MS  # rows that are closer together may be of one round
PATIENCE: Final = 1.5  # usual pauses, after which a round is overdue,
LEAST_MS: Final = 3 * HOUR_MS  # and never sooner: a thin source has quiet hours
TICKS_PER_HOUR: Final = HOUR_MS // INTERVAL_MS
TICKS_PER_DAY: Final = DAY_MS // INTERVAL_MS


class Rounds(NamedTuple):
    """How often a source looked, and how long it is believed to be there after its last row."""

    usual: Millis
    patience: Millis


def rounds_of(known: Iterable[Millis]) -> Rounds:
    """The rounds of rows that became known at these times, in any order."""
    pauses = [
        after - before for before, after in pairwise(sorted(set(known)))
        if after - before >= ROUND_MS
    ]
    usual = int(median(pauses)) if pauses else ROUND_MS
    return Rounds(usual, max(int(PATIENCE * usual), LEAST_MS))


def rounds_by_source(said: Iterable[RawMention]) -> dict[str, Rounds]:
    """Of each source with a row."""
    known: dict[str, list[Millis]] = {}
    for raw in said:
        known.setdefault(raw.source, []).append(raw.known_time)
    return {source: rounds_of(times) for source, times in sorted(known.items())}


def attended(reel: Iterable[Interval], patience: Mapping[str, Millis]) -> Iterator[Interval]:
    """The recording with ticks that leave out the sources whose round is overdue.

    A source without a patience is always there; one that was never heard is not there yet.
    """
    heard: dict[str, int] = {}
    present: dict[str, int] = {}  # one object while nothing changes
    allowed = {source: tick_of(length) for source, length in patience.items()}
    for said, tick in reel:
        heard.update((raw.source, tick.n) for raw in said)
        here = {
            source: partitions for source, partitions in tick.present.items()
            if source not in allowed
            or (source in heard and tick.n - heard[source] <= allowed[source])
        }
        present = present if here == present else here
        yield Interval(said, msgspec.structs.replace(tick, present=present))


@dataclass
class Attendance:
    """How long each source was there between its first and its last row; feed it the ticks."""

    sources: tuple[str, ...]
    closed: dict[str, list[tuple[int, int]]] = field(default_factory=dict)  # ticks, first and last
    _first: dict[str, int] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)

    def tick(self, n: int, present: Collection[str]) -> None:
        for source in present:
            seen = self._seen.get(source)
            if seen is None:
                self._first[source] = n
            elif seen < n - 1:
                self.closed.setdefault(source, []).append((seen + 1, n - 1))
            self._seen[source] = n

    def told(self) -> dict[str, dict[str, Any]]:
        """By source: the share of the time with eyes closed, how often, and when in a day."""
        return {s: self._told(s) for s in self.sources if s in self._seen}

    def _told(self, source: str) -> dict[str, Any]:
        gaps = self.closed.get(source, [])
        length = self._seen[source] - self._first[source] + 1
        ticks = [last - first + 1 for first, last in gaps]
        return {
            "closed_share": round(sum(ticks) / length, 3), "closed_times": len(gaps),
            "longest_hours": round(max(ticks, default=0) / TICKS_PER_HOUR, 1),
            "nightly": _nightly(gaps, length / TICKS_PER_DAY),
        }


def _nightly(gaps: Sequence[tuple[int, int]], days: float) -> str | None:
    """The time of day, in UTC, at which it was away on more than half of the days, each time anew:
    who is away for a week is so at any time of day, and has no habit."""
    away = Counter(minute % TICKS_PER_DAY for first, last in gaps
                   if last - first + 1 < TICKS_PER_DAY for minute in range(first, last + 1))
    often = [minute for minute in range(TICKS_PER_DAY) if away[minute] > days / 2]
    if not often or len(often) == TICKS_PER_DAY:
        return None
    begins = [m for m in often if (m - 1) % TICKS_PER_DAY not in set(often)]
    ends = [(m + 1) % TICKS_PER_DAY for m in often if (m + 1) % TICKS_PER_DAY not in set(often)]
    spans = []
    for begin in begins:
        end = min(ends, key=lambda e: (e - begin) % TICKS_PER_DAY)
        spans.append(f"{_clock(begin)}-{_clock(end)}")
    return ", ".join(spans)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
