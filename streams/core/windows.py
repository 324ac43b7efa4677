"""Event-time buckets of one entity and source type. Nothing here knows what time it is.

Buckets are five minutes long and shifted by one minute, so that every poll (a tick n with
n % 5 == 0 ends at minute 5k + 1) falls on the edge of one. Beyond half a day only hours are kept:
all of each hour, and its second half, which is the half-hour sample of that hour.

                 |<------------- 12 h window ------------>|
    --|----|----|----|----| ... |----|----|----|----|----|----> 5 min
      hours kept for 15 days                          poll
"""

from collections.abc import Iterable
from typing import Final, Protocol

import msgspec

from schemas.clock import HOUR_MS, MINUTE_MS, Millis

BUCKET_MS: Final = 5 * MINUTE_MS
PER_HOUR: Final = HOUR_MS // BUCKET_MS
FAST: Final = 6  # buckets in the fast window, 30 min
SLOW: Final = 144  # buckets in the slow window, 12 h
SLOW_HOURS: Final = SLOW // PER_HOUR
ALL_OF_TIME: Final = 1 << 62


def bucket_of(moment: Millis) -> int:
    return (moment - MINUTE_MS) // BUCKET_MS


def bucket_hour(moment: Millis) -> int:
    """The hour, as windows count hours, in which a moment falls."""
    return bucket_of(moment) // PER_HOUR


class Sampled(Protocol):
    """What was summed up bucket by bucket, and can be cut off at one."""

    def cut(self, bucket: int) -> None: ...


class Lately:
    """What was worked out of a window's counts: it is in no row, and is worked out again."""

    __slots__ = ("end", "fast", "found", "pruned", "reading", "samples", "slow", "until")

    def __init__(self) -> None:
        self.end = -ALL_OF_TIME  # bucket with which the windows end that were counted last
        self.slow = self.fast = 0  # mentions in them
        self.until = ALL_OF_TIME  # what was found follows from the buckets before
        self.found: object = None
        self.reading: object = None  # of the counts against what is usual
        self.samples: Sampled | None = None
        self.pruned = -1  # hour


class _Unwritten:
    """What a row does not hold."""

    lately: Lately | None = None


class Window(_Unwritten, msgspec.Struct, array_like=True, dict=True):
    """Counted mentions by bucket; sparse, so a quiet name costs almost nothing.

    What was worked out is forgotten, or counted on, when a mention comes into a bucket that it was
    worked out from.
    """

    fine: dict[int, int] = {}
    hours: dict[int, int] = {}
    halves: dict[int, int] = {}

    def add(self, moment: Millis, mentions: int = 1) -> None:
        """Count mentions in their own bucket, however late they come."""
        bucket = (moment - MINUTE_MS) // BUCKET_MS
        hour, place = divmod(bucket, PER_HOUR)
        lately = self.lately
        if lately is not None:
            if bucket < lately.until:
                _come_late(lately, bucket)
            if lately.end - SLOW <= bucket < lately.end:
                lately.slow += mentions
                if bucket >= lately.end - FAST:
                    lately.fast += mentions
        fine, hours = self.fine, self.hours
        fine[bucket] = fine.get(bucket, 0) + mentions
        hours[hour] = hours.get(hour, 0) + mentions
        if place >= PER_HOUR - FAST:
            self.halves[hour] = self.halves.get(hour, 0) + mentions

    def worked_out(self) -> Lately:
        """What is known of the counts up to now."""
        if self.lately is None:
            self.lately = Lately()
        return self.lately

    def count(self, now: Millis, buckets: int) -> int:
        """Mentions in the `buckets` whole buckets that end at the poll `now`."""
        fine, end, total = self.fine, bucket_of(now), 0
        start = end - buckets
        if len(fine) < buckets:
            for bucket, n in fine.items():
                if start <= bucket < end:
                    total += n
            return total
        for bucket in range(start, end):
            if bucket in fine:
                total += fine[bucket]
        return total

    def half_hour(self, half: int) -> int:
        """Mentions in a half hour, numbered since the epoch."""
        late = self.halves.get(half >> 1, 0)
        return late if half & 1 else self.hours.get(half >> 1, 0) - late

    def counts(self, now: Millis) -> tuple[int, int]:
        """Mentions in the slow and in the fast window that end at the poll `now`."""
        lately, end = self.worked_out(), bucket_of(now)
        if end != lately.end:
            count_on(lately, self.fine, end)
        return lately.slow, lately.fast

    def keep(self, until: int, found: object) -> None:
        """Keep one thing that follows from the counts of the buckets before `until`."""
        lately = self.worked_out()
        lately.until, lately.found = until, found

    def prune(self, now: Millis, baseline_hours: int) -> None:
        """Forget what no window of a later poll can reach; looked at once an hour."""
        end = bucket_of(now)
        lately, hour = self.worked_out(), end // PER_HOUR
        if lately.pruned == hour:
            return
        if lately.end != end:  # as long as the buckets are there that leave the windows
            count_on(lately, self.fine, end)
        kept = baseline_hours + 2 * SLOW_HOURS
        if 0 <= lately.pruned < hour < lately.pruned + SLOW_HOURS:
            first = lately.pruned
            _drop(self.fine, range(first * PER_HOUR - SLOW, end - SLOW))
            _drop(self.hours, range(first - kept, hour - kept))
            _drop(self.halves, range(first - kept, hour - kept))
        else:
            _drop(self.fine, [bucket for bucket in self.fine if bucket < end - SLOW])
            old = [past for past in self.hours if past < hour - kept]
            _drop(self.hours, old)
            _drop(self.halves, old)
        lately.pruned = hour

    @property
    def empty(self) -> bool:
        return not self.hours


def _drop(counts: dict[int, int], places: Iterable[int]) -> None:
    for place in places:
        counts.pop(place, None)


def _come_late(lately: Lately, bucket: int) -> None:
    lately.until, lately.found, lately.pruned = ALL_OF_TIME, None, -1
    if lately.samples is not None:
        lately.samples.cut(bucket)


def count_on(lately: Lately, fine: dict[int, int], end: int) -> None:
    """Add the buckets that came into the windows, and take off those that left them."""
    begun, slow, fast = lately.end, 0, 0
    if 0 < end - begun < FAST:
        slow, fast, known = lately.slow, lately.fast, fine.get
        for bucket in range(begun, end):
            new = known(bucket, 0)
            slow += new - known(bucket - SLOW, 0)
            fast += new - known(bucket - FAST, 0)
    elif fine:
        start, late = end - SLOW, end - FAST
        for bucket, n in fine.items():
            if start <= bucket < end:
                slow += n
                if bucket >= late:
                    fast += n
    lately.end, lately.slow, lately.fast = end, slow, fast
