"""Google News: the entertainment topic and searches, as RSS.

One story comes back under other ids when Google clusters it anew, so a mention is named by its
publisher and its headline. Links are Google's own redirects; the publisher's host is kept beside.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from pydantic import Field

from producers.base.body import Body
from producers.base.facts import Facts, Pace
from producers.base.options import SourceOptions
from producers.base.source import Ask, PolledSource
from producers.rss import entries, host_of, link_of, plain, published_at
from schemas.clock import Millis
from schemas.ids import mention_id
from schemas.records import RawMention

BASE: Final = "https://news.google.com/rss"
EDITION: Final = {"hl": "en-US", "gl": "US", "ceid": "US:en"}
TOPICS: Final = ("ENTERTAINMENT",)
SEARCHES: Final = (
    "celebrity when:1h",
    "movie OR film trailer when:1h",
    "tv show season when:1h",
    "singer OR album OR song when:1h",
)


class GoogleNewsOptions(SourceOptions):
    """Which topics and searches to read."""

    topics: tuple[str, ...] = Field(TOPICS, description="Google's own topics")
    searches: tuple[str, ...] = Field(SEARCHES, description="queries; when:1h keeps them fresh")


class GoogleNewsSource(PolledSource):
    """Up to 100 entries a feed, ordered by relevance, so that the first are not the newest."""

    facts = Facts(
        name="google-news",
        about="Google News over RSS: the entertainment topic and searches",
        poll_every=timedelta(minutes=10),
        cache_ttl=timedelta(hours=1),
        pace=Pace(20, timedelta(minutes=1), burst=5),
        usual=(20, 500),
        terms="Feeds for personal readers; headlines, publisher and link only.",
    )
    Options = GoogleNewsOptions
    options: GoogleNewsOptions

    def asks(self, moment: Millis) -> Iterator[Ask]:
        edition = urlencode(EDITION)
        for topic in self.options.topics:
            address = f"{BASE}/headlines/section/topic/{topic}?{edition}"
            yield Ask(httpx.Request("GET", address), label=topic)
        for search in self.options.searches:
            asked = urlencode({"q": search, **EDITION})
            yield Ask(httpx.Request("GET", f"{BASE}/search?{asked}"), label=search)

    def parse(self, body: Body) -> Iterator[RawMention]:
        told: set[str] = set()
        for entry in entries(body.content):
            mention = self._mention(entry, body.fetched_at)
            if mention is not None and mention.id not in told:
                told.add(mention.id)
                yield mention

    def _mention(self, entry: Any, fetched_at: Millis) -> RawMention | None:
        publisher = plain(entry.get("source", {}).get("title") or "")
        headline, publisher = split_title(plain(entry.get("title", "")), publisher)
        if not headline:
            return None
        native_id = f"{publisher.casefold()}|{normalised(headline)}"
        host = host_of(entry.get("source", {}).get("href"))
        return RawMention(
            id=mention_id(self.name, native_id),
            native_id=native_id,
            source=self.name,
            source_type=self.source_type,
            event_time=published_at(entry, fetched_at),
            known_time=fetched_at,
            channel=publisher,
            title=headline,
            url=link_of(entry),
            attributes={"publisher_host": host} if host else {},
        )


def split_title(title: str, publisher: str) -> tuple[str, str]:
    """`Headline - Publisher` in two. A publisher's own name may hold dashes and bars, so the one
    that the entry names comes first."""
    if publisher and title.endswith(f" - {publisher}"):
        return title.removesuffix(f" - {publisher}").rstrip(), publisher
    headline, dash, named = title.rpartition(" - ")
    if publisher or not dash:
        return title, publisher
    return headline.rstrip(), named.strip()


def normalised(headline: str) -> str:
    """Letters and digits only, in lower case: how a headline is told from its variants."""
    return " ".join("".join(c if c.isalnum() else " " for c in headline.casefold()).split())
