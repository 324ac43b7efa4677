"""The feeds of trending searches: Trending Now, and the daily one before August 2024.

They differ in the namespace of Google's own elements, so only local names are looked at. Read
with lxml, which reads on after a damage: a copy from a browser has entities that XML does not know.
"""

from calendar import timegm
from collections.abc import Iterator
from email.utils import parsedate_tz
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from producers.base.errors import UnreadableBodyError
from producers.fields import line_of, link_in, told
from producers.google_trends.trend import LONGEST_QUERY, Trend, searches_of
from producers.rss import OLDEST
from schemas.clock import SECOND_MS, Millis

MOST_NEWS: Final = 3


def feed_trends(content: bytes, asked: str = "") -> list[Trend]:
    """The trends of a feed, which may be none. Raises UnreadableBodyError for what is no feed.

    The country is the one that the feed names, else the one that was `asked` for.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableBodyError(f"not a feed: {str(error)[:200]}") from None
    if root is None or _local(root) not in ("rss", "channel"):
        raise UnreadableBodyError(f"not a feed: {'nothing' if root is None else _local(root)}")
    if not _is_of_trends(root):
        raise UnreadableBodyError("a feed of something else than Google Trends")
    addresses = (*_links(root), asked)
    country = next((named for address in addresses if (named := _country(address))), "")
    items = (node for node in root.iter() if _local(node) == "item")
    return [trend for item in items if (trend := _trend(item, country)) is not None]


def _is_of_trends(root: Any) -> bool:
    """By Google's namespace; a copy that lost it still has its elements or its address."""
    if any("google" in name and "trend" in name for name in root.nsmap.values()):
        return True
    return any(_local(node) == "approx_traffic" for node in root.iter()) or any(
        "trends.google." in link for link in _links(root)
    )


def _trend(item: Any, country: str) -> Trend | None:
    """None for an item that was cut off within: its query may be cut, too."""
    query = _line(item, "title")[:LONGEST_QUERY]
    began = _published(_line(item, "pubDate"))
    traffic = _line(item, "approx_traffic")
    if not query or not (began or traffic):
        return None
    return Trend(
        query=query,
        country=country or _country(_line(item, "link")),
        began=began,
        name=(str(began // SECOND_MS),) if began else (),
        searches=searches_of(traffic),
        attributes=told(
            traffic=traffic,
            related=_line(item, "description"),
            picture_of=_line(item, "picture_source"),
        )
        | dict(_news(item)),
    )


def _news(item: Any) -> Iterator[tuple[str, str]]:
    """The articles that Google shows with the trend; they are no text of the search itself."""
    items = [node for node in item.iter() if _local(node) == "news_item"]
    for number, node in enumerate(items[:MOST_NEWS], start=1):
        link = link_in(_line(node, "news_item_url"))
        for name, text in (
            ("title", _line(node, "news_item_title")),
            ("source", _line(node, "news_item_source")),
            ("url", link or ""),
        ):
            if text:
                yield f"news_{number}_{name}", text


def _published(text: str) -> Millis | None:
    parts = parsedate_tz(text)
    if parts is None:
        return None
    try:
        moment = (timegm(parts[:9]) - (parts[9] or 0)) * SECOND_MS
    except (ValueError, OverflowError):
        return None
    return moment if moment >= OLDEST else None


def _links(root: Any) -> Iterator[str]:
    for node in root.iter():
        if _local(node) == "link":
            yield node.get("href") or node.text or ""


def _country(link: str) -> str:
    try:
        return parse_qs(urlsplit(link.strip()).query).get("geo", [""])[0].upper()[:6]
    except ValueError:
        return ""


def _line(node: Any, name: str) -> str:
    child = next((child for child in node if _local(child) == name), None)
    return "" if child is None else line_of("".join(child.itertext()))


def _local(node: Any) -> str:
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
