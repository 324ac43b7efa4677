"""Google Trends: the feed of what trends now at every poll, and Explore for the names we watch.

A trend tells the bucket of its searches as a level; each bucket that it reaches is a mention. The
articles that Google shows beside it are attributes: they are no words of those who search.
"""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, Final

import requests
from pydantic import Field, StringConstraints

from producers.base.answers import mentions_in, refusal_in
from producers.base.body import Body
from producers.base.errors import UnreadableBodyError
from producers.base.facts import Ceiling, Cost, Facts, Pace
from producers.base.options import SourceOptions
from producers.base.source import CalledSource
from producers.fields import inner
from producers.google_patience import sent_away
from producers.google_trends.asking import Asking
from producers.google_trends.explore import Explore, InterestBackend
from producers.google_trends.feed import feed_trends
from producers.google_trends.interest import Interest, names_asked, newest_interest
from producers.google_trends.pytrends_backend import PytrendsBackend, answer_in
from producers.google_trends.services import service_trends
from producers.google_trends.trend import Trend, explore_link
from schemas.clock import SECOND_MS, Millis
from schemas.errors import FatalError, HeatError, RetriableError
from schemas.records import RawMention

FEED: Final = "https://trends.google.com/trending/rss"
ANCHOR: Final = "imdb"  # searched for steadily, about as often as a known name
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]


class GoogleTrendsOptions(SourceOptions):
    """Whose trends to read, and which names to measure."""

    countries: tuple[Country, ...] = Field(("US",), description="countries whose feed is read")
    names: tuple[str, ...] = Field(
        (), description="names that Explore measures, against the anchor"
    )
    anchor: str = Field(
        ANCHOR, min_length=2, description="a steady search that the names are held to"
    )
    explore_country: Country = Field("US", description="where the names are searched for")
    explore_span: str = Field("now 7-d", description="Explore's own name of a span of time")
    explore_every_s: float = Field(7200, ge=1800, description="seconds between two measurements")


class GoogleTrendsSource(CalledSource):
    """The feed holds 10 to 20 trends and may be asked often; Explore may not."""

    facts = Facts(
        name="google-trends",
        about="Google Trends: Trending Now over RSS, interest in names through Explore",
        poll_every=timedelta(minutes=10),
        pace=Pace(30, timedelta(minutes=15), burst=5),
        ceilings=(Ceiling("explore", 120, "day"),),
        usual=(5, 500),
        terms="The feed is public; Explore has no terms for programs: a few questions an hour.",
    )
    Options = GoogleTrendsOptions
    options: GoogleTrendsOptions

    def __init__(
        self, *arguments: Any, backend: InterestBackend | None = None, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        chosen = self.options
        self._explore = Explore(
            backend or PytrendsBackend(), chosen.names, chosen.anchor, chosen.explore_country,
            chosen.explore_span, round(chosen.explore_every_s * SECOND_MS),
        )  # fmt: skip

    def costs(self, request: requests.PreparedRequest) -> Cost:
        """A conversation with Explore begins with its page."""
        begins = "/trends/explore" in (request.url or "")
        return {"requests": 1.0} | ({"explore": 1.0} if begins else {})

    def collect(self, session: requests.Session, moment: Millis) -> Iterator[RawMention]:
        """The feeds first; a part that fails does not keep the others from being asked."""
        asking = Asking(session, moment, partial(refusal_in, self))
        failed: list[HeatError] = []
        for country in dict.fromkeys(self.options.countries):
            try:
                yield from mentions_in(self, asking.unjudged("GET", FEED, params={"geo": country}))
            except HeatError as error:
                failed.append(error)
        try:
            for interest in self._explore.interest(asking):
                yield self._measured(interest, self.options.explore_country, moment)
        except HeatError as error:
            failed.append(error)
        if failed:
            raise max(failed, key=_weight)

    def refusal(self, body: Body) -> HeatError | None:
        return sent_away(body)

    def parse(self, body: Body) -> Iterator[RawMention]:
        told: set[str] = set()
        for mention in self._read(body):
            if mention.id not in told:
                told.add(mention.id)
                yield mention

    def _read(self, body: Body) -> Iterator[RawMention]:
        start = body.content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        if not start:
            raise UnreadableBodyError("an empty body")
        if start == b"<":
            found = feed_trends(body.content, body.asked)
            return (self._trend(trend, body.fetched_at) for trend in found)
        answer = answer_in(body)
        if inner(answer, "default", "timelineData") is not None:
            return self._timeline(answer, body)
        trends = service_trends(answer, body.fetched_at)
        return (self._trend(trend, body.fetched_at) for trend in trends)

    def _timeline(self, answer: Any, body: Body) -> Iterator[RawMention]:
        """Whose it is, only the address says; without our anchor the first of them is one."""
        names = names_asked(body.asked)
        anchor = self.options.anchor if self.options.anchor in names else next(iter(names), "")
        for interest in newest_interest(answer, names, anchor):
            yield self._measured(interest, "", body.fetched_at, anchor)

    def _trend(self, trend: Trend, now: Millis) -> RawMention:
        """A name that Explore measures has its level from there: one series, one scale."""
        said = trend.query.casefold()
        measured = any(name.casefold() in said for name in self.options.names)
        began = now if trend.began is None else min(trend.began, now)
        level = None if measured else trend.searches
        return self._mention(
            trend.native_id,
            trend.query,
            trend.country,
            began,
            now,
            level,
            "searches",
            trend.attributes,
        )

    def _measured(
        self, interest: Interest, country: str, now: Millis, anchor: str = ""
    ) -> RawMention:
        name, at = interest.name, min(interest.at, now)
        unit = f"percent of searches for {anchor or self.options.anchor}"
        native_id = f"interest|{country}|{name.casefold()}|{at // SECOND_MS}"
        return self._mention(native_id, name, country, at, now, interest.percent, unit, {})

    def _mention(
        self, native_id: str, query: str, country: str, at: Millis, now: Millis,
        level: float | None, unit: str, attributes: dict[str, str],
    ) -> RawMention:  # fmt: skip
        return self.mention(
            native_id,
            now,
            event_time=at,
            kind="trend",
            channel=country,
            title=query,
            url=explore_link(query, country if len(country) <= 6 else ""),
            level=level,
            level_unit=None if level is None else unit,
            attributes=attributes,
        )


def _weight(error: HeatError) -> tuple[bool, float]:
    """What needs a person comes first, then what needs the longest wait."""
    wait = error.retry_after if isinstance(error, RetriableError) else 0.0
    return isinstance(error, FatalError), wait
