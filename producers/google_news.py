"""Google News: topics, searches and names, as RSS, in the editions of one or more countries.

One story comes back under other ids when Google clusters it anew, so a mention is named by its
publisher and its headline. Links are Google's own redirects; the publisher's host is kept beside.

An entry may stand for a cluster: its description lists what other publishers wrote, each with a
headline and a link of its own. Each of those is a mention too: one outlet, one headline. When
they were published nobody says; they carry the time of the entry that they stand with.
"""

import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from pydantic import Field, StringConstraints
from selectolax.lexbor import LexborHTMLParser

from producers.base.body import Body
from producers.base.facts import Facts, Pace
from producers.base.options import SourceOptions
from producers.base.source import Ask, PolledSource
from producers.google_patience import sent_away
from producers.rss import host_of, language_of, link_of, plain, published_at, read_feed
from schemas.clock import Millis
from schemas.errors import HeatError
from schemas.records import RawMention

BASE: Final = "https://news.google.com/rss"
TOPICS: Final = ("ENTERTAINMENT", "BUSINESS")
SEARCHES: Final = (
    "celebrity when:1h",
    "movie OR film trailer when:1h",
    "tv show season when:1h",
    "singer OR album OR song when:1h",
)
Topic = Annotated[str, StringConstraints(pattern=r"^[\w-]{2,200}$")]
Edition = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}:[a-z]{2,3}(-[A-Za-z0-9]{2,4})?$")]


class GoogleNewsOptions(SourceOptions):
    """Which topics, searches and names to read, and in which editions."""

    topics: tuple[Topic, ...] = Field(TOPICS, description="Google's own topics")
    searches: tuple[str, ...] = Field(SEARCHES, description="queries; when:1h keeps them fresh")
    names: tuple[str, ...] = Field((), description="people and works that are searched by name")
    names_every_s: float = Field(3600, ge=600, description="seconds between searches for a name")
    editions: tuple[Edition, ...] = Field(
        ("US:en",), min_length=1, description="country and language, such as GB:en or BR:pt-419"
    )


class GoogleNewsSource(PolledSource):
    """Up to 100 entries a feed, ordered by relevance, so that the first are not the newest."""

    facts = Facts(
        name="google-news",
        about="Google News over RSS: entertainment, business, searches and names",
        poll_every=timedelta(minutes=10),
        cache_ttl=timedelta(hours=1),
        pace=Pace(20, timedelta(minutes=1), burst=5),
        usual=(20, 500),
        terms="Feeds for personal readers; headlines, publisher and link only.",
    )
    Options = GoogleNewsOptions
    options: GoogleNewsOptions

    def asks(self, moment: Millis) -> Iterator[Ask]:
        for edition in dict.fromkeys(self.options.editions):
            yield from self._asks_of(edition)

    def _asks_of(self, edition: str) -> Iterator[Ask]:
        told = urlencode(edition_query(edition))
        beside = "" if edition == self.options.editions[0] else f" {edition}"
        for topic in dict.fromkeys(self.options.topics):
            path = f"headlines/section/topic/{topic}" if topic.isupper() else f"topics/{topic}"
            yield Ask(httpx.Request("GET", f"{BASE}/{path}?{told}"), label=f"{topic}{beside}")
        for search in dict.fromkeys(self.options.searches):
            yield Ask(searched(search, told), label=f"{search}{beside}")
        every = self.options.names_every_s
        for name in dict.fromkeys(
            " ".join(n.replace('"', " ").split()) for n in self.options.names
        ):
            asked = searched(f'"{name}" when:1d', told)
            yield Ask(asked, label=f"{name}{beside}", priority=2, every=every)

    def refusal(self, body: Body) -> HeatError | None:
        return sent_away(body)

    def parse(self, body: Body) -> Iterator[RawMention]:
        """The entries first, which know their time and host; then the others of their clusters."""
        feed, told = read_feed(body.content), set()
        language = language_of(feed)
        found = [self._mention(entry, body.fetched_at, language) for entry in feed.entries]
        heads = [mention for mention in found if mention is not None]
        others = (
            other
            for entry, head in zip(feed.entries, found, strict=True)
            if head is not None
            for other in self._others(entry, head)
        )
        for mention in (*heads, *others):
            if mention.id not in told:
                told.add(mention.id)
                yield mention

    def _mention(self, entry: Any, fetched_at: Millis, language: str | None) -> RawMention | None:
        publisher = plain(entry.get("source", {}).get("title") or "")
        headline, publisher = split_title(plain(entry.get("title", "")), publisher)
        if not headline:
            return None
        link = unwrapped(link_of(entry))
        host = host_of(entry.get("source", {}).get("href")) or publisher_host(link)
        at = published_at(entry, fetched_at)
        told = {"publisher_host": host} if host else {}
        return self._said(headline, publisher, link, language, at, fetched_at, told)

    def _others(self, entry: Any, head: RawMention) -> Iterator[RawMention]:
        """What the other publishers of the entry's cluster wrote."""
        for headline, publisher, link in clustered(entry.get("summary") or ""):
            yield self._said(
                headline, publisher, link, head.language, head.event_time, head.known_time,
                {"cluster": head.title},
            )  # fmt: skip

    def _said(
        self, headline: str, publisher: str, link: str | None, language: str | None,
        at: Millis, fetched_at: Millis, attributes: dict[str, str],
    ) -> RawMention:  # fmt: skip
        native_id = f"{publisher.casefold()}|{normalised(headline)}"
        return self.mention(
            native_id,
            fetched_at,
            event_time=at,
            channel=publisher,
            title=headline,
            url=link,
            language=language,
            attributes=attributes,
        )


def edition_query(edition: str) -> dict[str, str]:
    """`US:en` as Google asks for it: English and Brazil's Portuguese name their country."""
    country, _, language = edition.partition(":")
    local = language == "en" or edition == "BR:pt-419"
    hl = f"{language[:2]}-{country}" if local else language
    return {"hl": hl, "gl": country, "ceid": edition}


def searched(query: str, edition: str) -> httpx.Request:
    return httpx.Request("GET", f"{BASE}/search?{urlencode({'q': query})}&{edition}")


def clustered(description: str) -> Iterator[tuple[str, str, str | None]]:
    """Headline, publisher and link of every line of a cluster; a line without a publisher is
    Google's own ("full coverage")."""
    if "<ol" not in description and "<li" not in description:
        return
    for line in LexborHTMLParser(description).css("li"):
        anchor, named = line.css_first("a"), line.css_first("font")
        if anchor is None or named is None:
            continue
        publisher = plain(named.text())
        headline, publisher = split_title(plain(anchor.text()), publisher)
        if headline and publisher:
            yield headline, publisher, unwrapped(link_of({"link": anchor.attributes.get("href")}))


def unwrapped(link: str | None) -> str | None:
    """The publisher's own address, where Google's redirect still tells it (until about 2015)."""
    if link and "news.google." in link and "/url?" in link:
        inner = parse_qs(urlsplit(link).query).get("url", [""])[0]
        return link_of({"link": inner}) or link
    return link


def publisher_host(link: str | None) -> str:
    host = host_of(link)
    return "" if host.startswith("news.google.") else host


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
    """Letters and digits only, in lower case: how a headline is told from its variants. The
    marks that many scripts write their vowels with belong to the letters."""
    kept = (
        c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in headline.casefold()
    )
    return " ".join("".join(kept).split())
