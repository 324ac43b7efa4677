"""The trade press: Variety, The Hollywood Reporter, Deadline, Entertainment Weekly.

It confirms and sets the clock of lead times; it never counts as heat. The guid names an entry:
titles and links change after publication.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import httpx
from pydantic import Field

from producers.base.body import Body
from producers.base.facts import Facts, Pace
from producers.base.options import SourceOptions
from producers.base.source import Ask, PolledSource
from producers.rss import entries, host_of, link_of, plain, published_at
from schemas.clock import Millis
from schemas.records import RawMention

FEEDS: Final = (
    "https://variety.com/feed/",
    "https://www.hollywoodreporter.com/feed/",
    "https://deadline.com/feed/",
    "https://ew.com/feed/",
)
OUTLETS: Final = {
    "variety.com": "Variety",
    "hollywoodreporter.com": "The Hollywood Reporter",
    "deadline.com": "Deadline",
    "ew.com": "Entertainment Weekly",
}


class TradesOptions(SourceOptions):
    """Which feeds to read."""

    feeds: tuple[str, ...] = Field(FEEDS, description="addresses of RSS or Atom feeds")


class TradesSource(PolledSource):
    """The feeds hold 10 to 30 entries: polled much less often than twice an hour they leak."""

    facts = Facts(
        name="trades",
        about="the trade press over RSS: Variety, THR, Deadline, EW",
        poll_every=timedelta(minutes=5),
        pace=Pace(20, timedelta(minutes=1), burst=4),
        usual=(10, 200),
        terms="Public feeds for readers; headlines and summaries only, with a link to the outlet.",
    )
    Options = TradesOptions
    options: TradesOptions

    def asks(self, moment: Millis) -> Iterator[Ask]:
        for feed in self.options.feeds:
            yield Ask(httpx.Request("GET", feed), label=host_of(feed))

    def parse(self, body: Body) -> Iterator[RawMention]:
        for entry in entries(body.content):
            mention = self._mention(entry, body.fetched_at)
            if mention is not None:
                yield mention

    def _mention(self, entry: Any, fetched_at: Millis) -> RawMention | None:
        """An entry without a title or without any name of its own is no mention."""
        link, title = link_of(entry), plain(entry.get("title", ""))
        native_id = str(entry.get("id") or link or "").strip()
        if not title or not native_id:
            return None
        host = host_of(link)
        return self.mention(
            native_id,
            fetched_at,
            event_time=published_at(entry, fetched_at),
            channel=OUTLETS.get(host, host),
            author=plain(entry.get("author", "")) or None,
            title=title,
            text=plain(entry.get("summary", "")),
            url=link,
            attributes=_tags(entry),
        )


def _tags(entry: Any) -> dict[str, str]:
    terms = [plain(tag.get("term") or "") for tag in entry.get("tags", [])]
    named = ", ".join(dict.fromkeys(filter(None, terms)))
    return {"tags": named} if named else {}
