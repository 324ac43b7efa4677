"""NewsAPI.org: what to ask within 100 questions a day, and how the answers are read.

The free plan is for trying out: it shows articles a day late and asks for a paid one in production.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Final

import httpx
from pydantic import Field

from producers.base.body import Body
from producers.base.errors import UnreadableBodyError
from producers.base.facts import Ceiling, Credential, Facts, Pace
from producers.base.options import SourceOptions
from producers.base.source import Ask, PolledSource
from producers.documents import documents
from producers.newsapi.articles import articles, has_articles, mentions_of
from producers.newsapi.refusals import refusal_in
from schemas.clock import Millis
from schemas.errors import HeatError
from schemas.records import RawMention

BASE: Final = "https://newsapi.org/v2"
HALF_HOUR_S: Final = 1_800.0
PER_PAGE: Final = 100
Country = Annotated[str, Field(pattern="^[a-z]{2}$")]


class NewsApiOptions(SourceOptions):
    """Which countries and searches. With these defaults: 84 questions a day."""

    countries: tuple[Country, ...] = Field(
        ("us", "gb"), description="headlines; the first every half hour, the others every 2 hours"
    )
    category: str = Field("entertainment", pattern="^[a-z]+$", description="of the headlines")
    searches: tuple[str, ...] = Field(
        ('celebrity OR "red carpet"', '"box office" OR trailer OR premiere'),
        description="queries over all articles, every 2 hours",
    )
    language: str = Field("en", pattern="^[a-z]{2}$", description="of the searches")


class NewsApiSource(PolledSource):
    """Off without a key."""

    facts = Facts(
        name="newsapi",
        about="NewsAPI.org: entertainment headlines by country, and searches",
        poll_every=timedelta(minutes=30),
        cache_ttl=timedelta(hours=1),
        pace=Pace(10, timedelta(minutes=1), burst=4),
        ceilings=(Ceiling("requests", 100, "day"), Ceiling("requests", 50, "12h")),
        credentials=(Credential("newsapi", "https://newsapi.org/register"),),
        usual=(20, 400),
        terms=(
            "The free developer plan is for development only: a day late, 100 requests a day; "
            "headlines and summaries with a link, no full texts."
        ),
    )
    Options = NewsApiOptions
    options: NewsApiOptions

    def asks(self, moment: Millis) -> Iterator[Ask]:
        for place, country in enumerate(self.options.countries):
            asked = {"country": country, "category": self.options.category}
            every = HALF_HOUR_S if place == 0 else 4 * HALF_HOUR_S
            yield self._ask("top-headlines", asked, f"headlines {country}", min(place, 1), every)
        for search in self.options.searches:
            asked = {"q": search, "language": self.options.language, "sortBy": "publishedAt"}
            yield self._ask("everything", asked, search, 2, 4 * HALF_HOUR_S)

    def _ask(
        self, endpoint: str, asked: dict[str, str], label: str, priority: int, every: float
    ) -> Ask:
        """The key goes in a header: an address may be kept."""
        key = self.keys.newsapi
        headers = {"X-Api-Key": key.get_secret_value()} if key else {}
        params = {**asked, "pageSize": str(PER_PAGE)}
        request = httpx.Request("GET", f"{BASE}/{endpoint}", params=params, headers=headers)
        return Ask(request, label, priority=priority, every=every)

    def refusal(self, body: Body) -> HeatError | None:
        return refusal_in(body)

    def parse(self, body: Body) -> Iterator[RawMention]:
        told = documents(body.content)
        found = list(articles(told))
        if not found and not any(map(has_articles, told)):
            raise UnreadableBodyError("JSON, but no articles of NewsAPI's")
        yield from mentions_of(found, body.fetched_at)
