"""Google News: the entertainment topic and searches, as RSS.

One story comes back under other ids when Google clusters it anew, so a mention is named by its
publisher and its headline. Links are Google's own redirects; the publisher's host is kept beside.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

import httpx

from producers.base.source import PolledSource
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


class GoogleNewsSource(PolledSource):
    """Up to 100 entries a feed, ordered by relevance, so that the first are not the newest."""

    name = "google-news"
    poll_every = timedelta(minutes=10)

    def __init__(
        self, topics: tuple[str, ...] = TOPICS, searches: tuple[str, ...] = SEARCHES
    ) -> None:
        self._topics = topics
        self._searches = searches

    def requests(self) -> Iterable[httpx.Request]:
        edition = urlencode(EDITION)
        for topic in self._topics:
            yield httpx.Request("GET", f"{BASE}/headlines/section/topic/{topic}?{edition}")
        for search in self._searches:
            asked = urlencode({"q": search, **EDITION})
            yield httpx.Request("GET", f"{BASE}/search?{asked}")

    def parse(self, body: bytes, fetched_at: Millis) -> Iterator[RawMention]:
        told: set[str] = set()
        for entry in entries(body):
            mention = self._mention(entry, fetched_at)
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
