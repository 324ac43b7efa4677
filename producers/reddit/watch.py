"""What was told lately, so that what Reddit takes back later is seen: asked again by name.

Each name is asked about after a quarter of an hour, two hours and twelve: most deletions by
moderators come within minutes, those by authors within a day. Posts come before comments.
"""

from collections.abc import Iterable
from heapq import nsmallest
from typing import Final

from schemas.clock import HOUR_MS, MINUTE_MS, Millis

AFTER_MS: Final = (15 * MINUTE_MS, 2 * HOUR_MS, 12 * HOUR_MS)
MOST_WATCHED: Final = 100_000


class Watch:
    """Names of posts and comments, and when each is asked about again."""

    def __init__(self, most: int = MOST_WATCHED) -> None:
        self._told: dict[str, tuple[Millis, int]] = {}  # when first told; checks that are done
        self._most = most

    def __contains__(self, fullname: str) -> bool:
        return fullname in self._told

    def __len__(self) -> int:
        return len(self._told)

    def tell(self, fullname: str, deleted: bool, moment: Millis) -> None:
        """It stood when we saw it; what is gone needs no watching."""
        if deleted:
            self._told.pop(fullname, None)
        elif fullname not in self._told:
            self._told[fullname] = (moment, 0)
            if len(self._told) > self._most:
                del self._told[next(iter(self._told))]

    def due(self, moment: Millis, most: int) -> list[str]:
        """The names to ask about now, posts first, those that waited longest first."""
        waiting = (
            (fullname.startswith("t1_"), since + AFTER_MS[checks], fullname)
            for fullname, (since, checks) in self._told.items()
            if since + AFTER_MS[checks] <= moment
        )
        return [fullname for _, _, fullname in nsmallest(most, waiting)]

    def checked(self, fullnames: Iterable[str], moment: Millis) -> None:
        """They stood at `moment`; after the last check a name is let go."""
        for fullname in fullnames:
            since, checks = self._told.pop(fullname, (moment, len(AFTER_MS)))
            while checks < len(AFTER_MS) and since + AFTER_MS[checks] <= moment:
                checks += 1
            if checks < len(AFTER_MS):
                self._told[fullname] = (since, checks)
