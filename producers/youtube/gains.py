"""How fast views grow: a count of views says little, what it gained in an hour says how hot.

The API tells only totals. What a video had earlier is remembered while the process lives; a video
that is new to us is measured from its publication, when it had none.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Final

from schemas.clock import HOUR_MS, MINUTE_MS, Millis

SHORTEST: Final = 30 * MINUTE_MS  # over less, the steps in which YouTube counts show
APART: Final = 10 * MINUTE_MS
KEPT: Final = 6  # measurements of a video: at least one is older than SHORTEST
MOST_VIDEOS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Watched:
    """A video as we last saw it."""

    video: str
    title: str
    channel: str
    published: Millis | None


@dataclass(frozen=True, slots=True)
class Gain:
    """Views per hour since a moment."""

    per_hour: float
    since: Millis


class Gains:
    """What the videos had when they were last measured; of too many, the longest unseen go."""

    def __init__(self, most: int = MOST_VIDEOS) -> None:
        self._views: OrderedDict[str, deque[tuple[Millis, int]]] = OrderedDict()
        self._videos: dict[str, Watched] = {}
        self._most = most

    def known(self, video: str) -> Watched | None:
        return self._videos.get(video)

    def newest(self, most: int) -> list[str]:
        """The videos that were published last, the newest first."""
        newest = sorted(self._videos.values(), key=lambda v: (-(v.published or 0), v.video))
        return [watched.video for watched in newest[:most]]

    def measure(self, watched: Watched, views: int, now: Millis) -> Gain | None:
        """The gain up to `now`; None where nothing was counted anew since the last measurement,
        or where nobody knows since when to count.

        The same measurements in the same order give the same gains.
        """
        past = self._past(watched)
        earlier = next(((t, v) for t, v in reversed(past) if t <= now - SHORTEST), None)
        if not past or now - past[-1][0] >= APART:
            past.append((now, views))
        since, before = earlier or (watched.published, 0)
        if since is None or (earlier and views == before):
            return None
        hours = max(now - since, SHORTEST) / HOUR_MS
        return Gain(round(max(views - before, 0) / hours, 3), since)

    def _past(self, watched: Watched) -> deque[tuple[Millis, int]]:
        self._videos[watched.video] = watched
        past = self._views.setdefault(watched.video, deque(maxlen=KEPT))
        self._views.move_to_end(watched.video)
        while len(self._views) > self._most:
            gone, _ = self._views.popitem(last=False)
            del self._videos[gone]
        return past
