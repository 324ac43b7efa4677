"""RSS and Atom feeds: what every source that reads one has in common."""

import html
import re
from calendar import timegm
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import feedparser

from producers.base.errors import UnreadableBodyError
from schemas.clock import SECOND_MS, Millis

LONGEST_TEXT: Final = 20_000
OLDEST: Final[Millis] = 631_152_000_000  # 1990: earlier stamps are a publisher's mistake
_TAG: Final = re.compile(r"<[/!a-zA-Z][^>]*>")
_PAGE: Final = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)", re.I)
_SPACE: Final = re.compile(r"\s+")


def read_feed(body: bytes) -> Any:
    """A feed with its `entries`. Raises UnreadableBodyError for what is no feed at all.

    A damaged feed gives what can still be read of it; a feed may also be empty.
    """
    feed = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    if not feed.entries and not feed.get("version"):
        if _PAGE.match(body):
            raise UnreadableBodyError("not a feed: a page for people")
        why = feed.get("bozo_exception") or "no feed in it"
        raise UnreadableBodyError(f"not a feed: {plain(str(why))[:200]}")
    return feed


def entries(body: bytes) -> Iterator[Any]:
    """The entries of a feed. Raises UnreadableBodyError for what is no feed at all."""
    yield from read_feed(body).entries


def language_of(feed: Any) -> str | None:
    """The language that a feed says it is in, such as en, without its country."""
    said = str(feed.feed.get("language") or "").strip().lower().replace("_", "-")
    return said.partition("-")[0] or None


def plain(markup: str) -> str:
    """Text of HTML that may be escaped twice: tags gone, entities read, white space single."""
    text = html.unescape(_TAG.sub(" ", html.unescape(markup)))
    return _SPACE.sub(" ", _TAG.sub(" ", text).replace("\x00", "")).strip()[:LONGEST_TEXT]


def published_at(entry: Any, fetched_at: Millis) -> Millis:
    """When the entry says it was published. An undated one, or one dated ahead, happened at the
    latest when we saw it."""
    for field in ("published_parsed", "updated_parsed"):
        stamp = entry.get(field)
        if stamp:
            moment = timegm(stamp) * SECOND_MS
            if moment >= OLDEST:
                return min(moment, fetched_at)
    return fetched_at


def link_of(entry: Any) -> str | None:
    """The entry's address, if it is one that a browser opens."""
    link = str(entry.get("link") or "").strip()
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    return link if parts.scheme in ("http", "https") and parts.hostname else None


def host_of(link: str | None) -> str:
    """The host without `www.`; empty without a link, or with one that cannot be read."""
    try:
        return (urlsplit(link).hostname or "").removeprefix("www.") if link else ""
    except ValueError:
        return ""
