"""When which source was listened to: a pause of all its sources is no silence of an entity.

What is known comes from the log: a tick names the sources that are present. While all sources of a
type pause, nothing is expected of it; where items count when they become known, what a pause kept
back comes at once when it ends, and so much more is expected then.

    present ████████░░░░░░████████████      window: 12 h
                    pause | flood           expected: what the window and the pause usually hold
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from schemas.clock import HOUR_MS, INTERVAL_MS, Millis, tick_of
from streams.core.baseline import Span
from streams.core.windows import bucket_hour

KEPT_TICKS: Final = 17 * 24 * HOUR_MS // INTERVAL_MS  # no baseline reaches back further
SHORTEST: Final = HOUR_MS // INTERVAL_MS // 2  # ticks; a shorter pause hides little
LONGEST_FLOOD: Final = 48 * HOUR_MS // INTERVAL_MS  # ticks; older news is no flood

Watched = list[tuple[int, int]]  # first and last tick of each stretch of presence, ascending
UNWATCHED: Final[Mapping[str, Watched]] = MappingProxyType({})
"""Where nobody notes who is present, everybody is."""
UNPAUSED: Final[Mapping[str, Millis]] = MappingProxyType({})
"""Sources of which it is not known that they never paused: each is asked."""


class Pause(NamedTuple):
    """Ticks, first and last, in which no source of a type was present."""

    first: int
    last: int


class Share(NamedTuple):
    """How much of what a window usually holds can be in it."""

    seen: float  # [0, 1]: of the window's length, some source was present
    expected: float  # 0 in a pause that lasts; above 1 when a pause's flood is in the window


NO_PAUSE: Final[Sequence[Pause]] = ()
WHOLE: Final = Share(1.0, 1.0)
"""Of a window without a pause."""


def watch(eyes: dict[str, Watched], present: Iterable[str], first: int, last: int) -> None:
    """Note that these sources were present from tick `first` to `last`, which follow what is."""
    for source in present:
        stretches = eyes.setdefault(source, [])
        if stretches and stretches[-1][1] >= first - 1:
            stretches[-1] = (stretches[-1][0], last)
        else:
            stretches.append((first, last))
        while stretches[0][1] < last - KEPT_TICKS:
            del stretches[0]


def steady(
    eyes: Mapping[str, Sequence[tuple[int, int]]], now: int, since: Millis
) -> dict[str, Millis]:
    """The sources that have been there all the time up to tick `now`, and since when."""
    last = now + 1 - SHORTEST
    return {
        source: max(since, own[0][0] * INTERVAL_MS)
        for source, own in eyes.items() if len(own) == 1 and own[0][1] >= last
    }


def steady_since(
    sources: Sequence[str], steady: Mapping[str, Millis], since: Millis
) -> Millis | None:
    """`since_of` sources that never paused; None when one of them did."""
    if len(sources) == 1:
        return steady.get(sources[0])
    try:
        return min([steady[source] for source in sources], default=since)
    except KeyError:
        return None


def pauses(eyes: Mapping[str, Sequence[tuple[int, int]]], sources: Sequence[str], now: int
           ) -> list[Pause]:
    """The pauses of all these sources together, up to tick `now`, in order."""
    own = eyes.get(sources[0], ()) if len(sources) == 1 else ()
    if len(own) == 1 and own[0][1] >= now + 1 - SHORTEST:
        return []  # it never paused
    stretches = [stretch for source in sources for stretch in eyes.get(source, ())]
    if not stretches:
        return []
    begun, last = min(stretches)[0], now + 1 - SHORTEST
    if any(first == begun and end >= last for first, end in stretches):
        return []  # one of them was there all the time
    found: list[Pause] = []
    stretches.sort()
    reached = stretches[0][1]
    for first, last in [*stretches[1:], (now + 1, now + 1)]:
        if first - reached - 1 >= SHORTEST:
            found.append(Pause(reached + 1, first - 1))
        reached = max(reached, last)
    return found


def since_of(
    eyes: Mapping[str, Sequence[tuple[int, int]]], sources: Sequence[str], since: Millis
) -> Millis:
    """When observation of these sources began: what joins a deployment later has no past before.

    Where the source came to is forgotten in time, but never what a baseline reaches back to.
    """
    first = min((eyes[source][0][0] for source in sources if source in eyes), default=0)
    return max(since, first * INTERVAL_MS)


def hours_of(found: Sequence[Pause]) -> list[Span]:
    """The hours that a baseline leaves out."""
    return [
        Span(bucket_hour(first * INTERVAL_MS), bucket_hour((last + 1) * INTERVAL_MS - 1))
        for first, last in found
    ]


def share(found: Sequence[Pause], now: Millis, length: Millis, floods: bool) -> Share:
    """Of the window that ends at `now`; `floods` when items count when they become known."""
    newest, ticks = tick_of(now) - 1, length // INTERVAL_MS
    begin = newest - ticks + 1
    paused = held_back = flood = 0
    for first, last in found:
        if last < begin:
            continue
        within = last - max(first, begin) + 1
        paused += within
        if last >= newest:
            held_back += within
        elif floods:
            flood += min(last - first + 1, LONGEST_FLOOD) - within
    seen = (ticks - paused) / ticks
    return Share(seen, (ticks - held_back + max(flood, 0)) / ticks)


def unseen(
    eyes: Mapping[str, Watched], groups: Iterable[Sequence[str]], first: int, last: int
) -> int:
    """Of the ticks behind `first`, up to `last`: in how many some group had no source present."""
    if not eyes or last <= first:
        return 0
    blind: list[tuple[int, int]] = []
    for sources in groups:
        reached = first
        for begin, end in sorted(stretch for source in sources for stretch in eyes.get(source, ())):
            if begin > last:
                break
            if begin > reached + 1:
                blind.append((reached + 1, begin - 1))
            reached = max(reached, end)
        if reached < last:
            blind.append((reached + 1, last))
    total, counted = 0, first
    for begin, end in sorted(blind):
        total += max(end - max(begin - 1, counted), 0)
        counted = max(counted, end)
    return total
