"""Event-time buckets of one entity and source type. Nothing here knows what time it is.

Buckets are five minutes long and shifted by one minute, so that every poll (a tick n with
n % 5 == 0 ends at minute 5k + 1) falls on the edge of one. Beyond half a day only hours are kept:
all of each hour, and its second half, which is the half-hour sample of that hour.

                 |<------------- 12 h window ------------>|
    --|----|----|----|----| ... |----|----|----|----|----|----> 5 min
      hours kept for 15 days                          poll
"""

from typing import Final

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


class Window(msgspec.Struct, array_like=True, dict=True):
    """Counted mentions by bucket; sparse, so a quiet name costs almost nothing.

    What stands in `__dict__` follows from the counts, is in no row, and is forgotten when a
    mention comes into a bucket that it was worked out from.
    """

    fine: dict[int, int] = {}
    hours: dict[int, int] = {}
    halves: dict[int, int] = {}

    def add(self, moment: Millis, mentions: int = 1) -> None:
        """Count mentions in their own bucket, however late they come."""
        bucket = bucket_of(moment)
        hour, place = divmod(bucket, PER_HOUR)
        if bucket < self.__dict__.get("until", ALL_OF_TIME):
            self.__dict__.clear()
        self.fine[bucket] = self.fine.get(bucket, 0) + mentions
        self.hours[hour] = self.hours.get(hour, 0) + mentions
        if place >= PER_HOUR - FAST:
            self.halves[hour] = self.halves.get(hour, 0) + mentions

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

    def counts(self, now: Millis) -> tuple[int, int]:
        """Mentions in the slow and in the fast window that end at the poll `now`."""
        end, slow, fast = bucket_of(now), 0, 0
        if not self.fine:
            return 0, 0
        start, late = end - SLOW, end - FAST
        for bucket, n in self.fine.items():
            if start <= bucket < end:
                slow += n
                if bucket >= late:
                    fast += n
        return slow, fast

    @property
    def worked_out(self) -> object:
        """What was kept, or None."""
        return self.__dict__.get("found")

    def keep(self, until: int, found: object) -> None:
        """Keep one thing that follows from the counts of the buckets before `until`."""
        self.__dict__["until"], self.__dict__["found"] = until, found

    def prune(self, now: Millis, baseline_hours: int) -> None:
        """Forget what no window of a later poll can reach; looked at once an hour."""
        end = bucket_of(now)
        hour = end // PER_HOUR
        if self.__dict__.get("pruned") == hour:
            return
        self.__dict__["pruned"] = hour
        oldest, oldest_hour = end - SLOW, hour - baseline_hours - 2 * SLOW_HOURS
        if self.fine and min(self.fine) < oldest:
            self.fine = {b: n for b, n in self.fine.items() if b >= oldest}
        if self.hours and min(self.hours) < oldest_hour:
            self.hours = {h: n for h, n in self.hours.items() if h >= oldest_hour}
            self.halves = {h: n for h, n in self.halves.items() if h >= oldest_hour}

    @property
    def empty(self) -> bool:
        return not self.hours
