"""YouTube: the popular videos of countries, searches for names, and the views of what was seen.

Since 2025-07-21 `mostPopular` is what the charts of music, films and games hold, no longer what
trends: news and talk shows come through searches. The key travels in a header, never in an
address. The quota has buckets of its own for searches and for bare statistics.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import httpx
from pydantic import Field, StringConstraints

from producers.base.body import Body
from producers.base.errors import UnreadableBodyError
from producers.base.facts import Ceiling, Cost, Credential, Facts, Pace
from producers.base.options import SourceOptions
from producers.base.source import Ask, PolledSource
from producers.youtube.gains import Gains, Watched
from producers.youtube.refusals import ZONE, refusal_of
from producers.youtube.resources import Video, videos_in
from schemas.clock import DAY_MS, HOUR_MS, SECOND_MS, Millis, iso
from schemas.errors import HeatError
from schemas.records import RawMention

BASE: Final = "https://www.googleapis.com/youtube/v3"
PAGE: Final = 50  # the most that one answer holds
SEARCHES_A_DAY: Final = 100
SHARE: Final = 0.9  # of the day's searches, so that a restart has some left
Region = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Category = Annotated[str, StringConstraints(pattern=r"^\d{1,3}$")]


class YouTubeOptions(SourceOptions):
    """Which charts to read, whom to search for, and how many videos to go on measuring."""

    regions: tuple[Region, ...] = Field(("US",), description="countries whose charts are read")
    categories: tuple[Category, ...] = Field(
        ("0", "10", "24", "1"), description="0 all, 10 music, 24 entertainment, 1 film"
    )
    pages: int = Field(2, ge=1, le=4, description="pages of 50 videos of each chart")
    names: tuple[str, ...] = Field((), description="people and works that are searched by name")
    watched: int = Field(200, ge=0, le=2000, description="newest videos that are measured hourly")
    batch_stats: bool = Field(
        False, description="measure by videos:batchGetStats, which has a quota of its own"
    )


class YouTubeSource(PolledSource):
    """A video is one mention. Its views are measured once an hour, as what they gain in an hour."""

    facts = Facts(
        name="youtube",
        about="YouTube Data API v3: popular videos, searches for names, views per hour",
        poll_every=timedelta(minutes=30),
        pace=Pace(60, timedelta(minutes=1), burst=5),
        ceilings=(
            Ceiling("units", 10_000, "day", ZONE),
            Ceiling("search", SEARCHES_A_DAY, "day", ZONE),
            Ceiling("stats", 10_000, "day", ZONE),
        ),
        credentials=(Credential("youtube", "https://console.cloud.google.com/apis/credentials"),),
        usual=(20, 2000),
        terms="API Terms of Service: titles, channels and counts, with a link to the video.",
    )
    Options = YouTubeOptions
    options: YouTubeOptions

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._gains = Gains()

    def asks(self, moment: Millis) -> Iterator[Ask]:
        for region in dict.fromkeys(self.options.regions):
            for category in dict.fromkeys(self.options.categories):
                chart = {
                    "part": "snippet,statistics", "chart": "mostPopular", "regionCode": region,
                    "videoCategoryId": category, "maxResults": PAGE,
                }  # fmt: skip
                yield self._ask("videos", chart, {"units": 1.0}, f"{region}/{category}", 0)
        yield from self._measurements()
        yield from self._searches(moment)

    def _measurements(self) -> Iterator[Ask]:
        """What was seen before and may have left the charts."""
        path, unit = (
            ("videos:batchGetStats", "stats") if self.options.batch_stats else ("videos", "units")
        )
        watched = self._gains.newest(self.options.watched)
        for first in range(0, len(watched), PAGE):
            chosen = {"part": "snippet,statistics", "id": ",".join(watched[first : first + PAGE])}
            yield self._ask(path, chosen, {unit: 1.0}, f"watched/{first // PAGE}", 1, 3600.0)

    def _searches(self, moment: Millis) -> Iterator[Ask]:
        """Each name as often as the day's searches last; an address holds for an hour."""
        names = list(
            dict.fromkeys(" ".join(n.replace('"', " ").split()) for n in self.options.names)
        )
        ceiling = min(SEARCHES_A_DAY, self.options.ceilings.get("search", SEARCHES_A_DAY))
        every = max(3600.0, len(names) * DAY_MS / SECOND_MS / max(SHARE * ceiling, 1e-9))
        after = iso(moment // HOUR_MS * HOUR_MS - DAY_MS)
        for name in filter(None, names):
            search = {
                "part": "snippet", "type": "video", "q": f'"{name}"', "order": "date",
                "publishedAfter": after, "maxResults": PAGE,
            }  # fmt: skip
            yield self._ask("search", search, {"search": 1.0}, f"search/{name}", 2, every)

    def _ask(
        self, path: str, query: dict[str, Any], cost: Cost, label: str, priority: int,
        every: float | None = None, page: int = 1,
    ) -> Ask:  # fmt: skip
        key = self.keys.youtube
        headers = {"X-Goog-Api-Key": key.get_secret_value()} if key else {}
        request = httpx.Request(
            "GET", f"{BASE}/{path}?{urlencode(query)}", headers=headers, extensions={"page": page}
        )
        return Ask(request, label=label, cost=cost, priority=priority, every=every)

    def following(self, ask: Ask, body: Body) -> Ask | None:
        """The next page of a chart; searches are too dear for one."""
        page = int(ask.request.extensions.get("page", 1))
        query = dict(ask.request.url.params)
        if page >= self.options.pages or "chart" not in query:
            return None
        try:
            token = body.json()["nextPageToken"]
        except (UnreadableBodyError, KeyError, TypeError):
            return None
        following = query | {"pageToken": str(token)}
        return self._ask(
            "videos", following, ask.cost, ask.label, ask.priority, ask.every, page + 1
        )

    def refusal(self, body: Body) -> HeatError | None:
        return refusal_of(body)

    def parse(self, body: Body) -> Iterator[RawMention]:
        told: set[str] = set()
        for video in videos_in(body):
            for mention in self._told(video, body.fetched_at):
                if mention.id not in told:
                    told.add(mention.id)
                    yield mention

    def _told(self, video: Video, now: Millis) -> Iterator[RawMention]:
        """The video, and how fast its views grow. A bare measurement needs a video that we know."""
        if video.title:
            watched = Watched(video.id, video.title, video.channel, video.published)
            at = now if video.published is None else video.published
            yield self._mention(watched, video.id, at, now, video)
        else:
            known = self._gains.known(video.id)
            if known is None:
                return
            watched = known
        if video.views is not None:
            yield from self._measured(watched, video, video.views, now)

    def _measured(
        self, watched: Watched, video: Video, views: int, now: Millis
    ) -> Iterator[RawMention]:
        gain = self._gains.measure(watched, views, now)
        if gain is not None:
            counts = {
                n: video.attributes[n]
                for n in ("views", "likes", "comments")
                if n in video.attributes
            }
            yield self._mention(
                watched, f"{video.id}@{now // HOUR_MS}", now, now,
                Video(video.id, watched.title, watched.published, language=video.language,
                      attributes=counts | {"since": iso(gain.since)}),
                gain.per_hour,
            )  # fmt: skip

    def _mention(
        self, watched: Watched, native_id: str, at: Millis, now: Millis, video: Video,
        per_hour: float | None = None,
    ) -> RawMention:  # fmt: skip
        return self.mention(
            native_id,
            now,
            event_time=at,
            kind="video",
            channel=watched.channel,
            author=watched.channel or None,
            title=watched.title,
            text=video.text,
            url=f"https://www.youtube.com/watch?v={video.id}",
            language=video.language,
            level=per_hour,
            level_unit=None if per_hour is None else "views per hour",
            attributes=video.attributes,
        )
