"""Posts in a row, whoever they are about: texts that come again and again, authors who never rest.

The stream asks this of each entity's own evidence (see independence); here it is asked of a file.
"""

from typing import Final

import numpy as np

from schemas.clock import DAY_MS, HOUR_MS, Millis
from streams.core import near
from streams.core.spam import Spam

COPIES: Final = 2  # earlier ones, from which on a text is a campaign
POSTS_PER_HOUR: Final = 10  # of one author
CERTAIN: Final = 0.9
NEAR_BITS: Final = 7
KEPT_AUTHORS: Final = 10_000
KEPT_TEXTS: Final = 4_096
NEVER: Final = -(1 << 62)
QUIET: Final = Spam(0.0, ())


class Crowd:
    """Hear the posts in the order of time."""

    def __init__(self) -> None:
        self._keys = np.zeros(KEPT_TEXTS, np.uint64)
        self._times = np.full(KEPT_TEXTS, NEVER, np.int64)
        self._heard = 0
        self._authors: dict[str, list[Millis]] = {}

    def hear(self, text: str, author: str | None, at: Millis) -> Spam:
        """What the posts before this one say of it."""
        again, busy = self._again(text, at), self._busy(author, at)
        reasons = []
        if again >= COPIES:
            reasons.append(f"{again} nearly equal posts before it")
        if busy > POSTS_PER_HOUR:
            reasons.append(f"{busy} posts of one author within the hour")
        return Spam(CERTAIN, tuple(reasons)) if reasons else QUIET

    def _again(self, text: str, at: Millis) -> int:
        """How many nearly equal texts came within the day."""
        key = near.near_key(text)
        if not key:
            return 0
        close = np.bitwise_count(self._keys ^ np.uint64(key)) <= NEAR_BITS
        again = int(np.count_nonzero(close & (self._times > at - DAY_MS)))
        place = self._heard % KEPT_TEXTS
        self._keys[place], self._times[place] = key, at
        self._heard += 1
        return again

    def _busy(self, author: str | None, at: Millis) -> int:
        if author is None:
            return 0
        times = [time for time in self._authors.pop(author, []) if at - time < HOUR_MS]
        self._authors[author] = [*times, at]
        if len(self._authors) > KEPT_AUTHORS:
            del self._authors[next(iter(self._authors))]
        return len(times) + 1
