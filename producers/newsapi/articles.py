"""An article as NewsAPI tells it, read as a raw mention.

One outlet goes by several names there (Variety, Variety.com), so that the host of its address is
the channel; on a platform where everybody speaks, the publisher in the title is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from w3lib.url import canonicalize_url, url_query_cleaner

from producers.fields import happened, inner, line_of, link_in, told
from producers.google_news import normalised
from producers.rss import host_of, plain
from schemas.clock import Millis
from schemas.ids import mention_id
from schemas.records import RawMention
from schemas.sources import SOURCE_TYPES

NAME: Final = "newsapi"
DASH: Final = " - "
REMOVED: Final = "[Removed]"
PLATFORMS: Final = frozenset({"youtube.com", "youtu.be", "news.google.com", "consent.google.com"})
TRACKING: Final = (
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id", "fbclid",
    "gclid", "mc_cid", "mc_eid", "cmpid", "cmp", "ref", "ftag", "taid", "smid", "ns_mchannel",
)  # fmt: skip
LONGEST_PUBLISHER: Final = 6  # words
MOSTLY: Final = 0.8
_MORE: Final = re.compile(r"\s*(?:\u2026|\.\.\.)?\s*\[\+\d+ chars\]\s*$")
_NAMED: Final = re.compile(r"""["']name["']\s*:\s*["']([^"']+)["']""")
_SIGNS: Final = re.compile(r"[\W_]+")


class Told(NamedTuple):
    """An article, and the name of its outlet where the old version says it once for all."""

    fields: Mapping[str, Any]
    outlet: str


def articles(documents: Sequence[Any]) -> Iterator[Told]:
    """All articles in whatever wraps them, in their order."""
    left = [(document, "") for document in reversed(documents)]
    while left:
        node, outlet = left.pop()
        if isinstance(node, list):
            left.extend((part, outlet) for part in reversed(node))
        elif isinstance(node, dict) and is_article(node):
            yield Told(node, outlet)
        elif isinstance(node, dict):
            own = node.get("source") if isinstance(node.get("source"), str) else outlet
            within = [part for part in node.values() if isinstance(part, dict | list)]
            left.extend((part, str(own)) for part in reversed(within))


def is_article(node: Mapping[str, Any]) -> bool:
    known = any(name in node for name in ("publishedAt", "urlToImage", "source"))
    return "title" in node and "url" in node and known


def has_articles(document: Any) -> bool:
    """Whether it is an answer to a question for articles, were it an empty one."""
    if isinstance(document, list):
        return not document or any(map(has_articles, document))
    if not isinstance(document, dict):
        return False
    return isinstance(document.get("articles"), list) or any(
        has_articles(part) for part in document.values() if isinstance(part, dict)
    )


def mentions_of(found: Sequence[Told], fetched_at: Millis) -> Iterator[RawMention]:
    """Headlines end in ` - Publisher`, searches' results do not: what most do in one answer says
    which it is, where neither name nor host of the outlet is met at the end."""
    lines = [line_of(article.fields.get("title")) for article in found]
    said = [line for line in lines if line and line != REMOVED]
    suffixed = sum(_is_short(line.rpartition(DASH)[2]) for line in said if DASH in line)
    are_headlines = len(said) >= 3 and suffixed >= MOSTLY * len(said)
    for article, title in zip(found, lines, strict=True):
        mention = _mention(article, title, are_headlines, fetched_at)
        if mention is not None:
            yield mention


def _mention(
    article: Told, title: str, are_headlines: bool, fetched_at: Millis
) -> RawMention | None:
    """An article that was removed, or that has neither title nor text, is no mention."""
    fields, link = article.fields, link_in(article.fields.get("url"))
    host = host_of(link)
    if title.casefold() == REMOVED.casefold() or host == "removed.com":
        return None
    named = line_of(inner(fields, "source", "name")) or article.outlet
    headline, suffix = split_title(title, named, host, are_headlines)
    text = text_of_article(fields)
    if not headline and not text:
        return None
    publisher = (suffix or named) if host in PLATFORMS or not host else named
    native_id = native_id_of(link, publisher, headline or text)
    return RawMention(
        id=mention_id(NAME, native_id),
        native_id=native_id,
        source=NAME,
        source_type=SOURCE_TYPES[NAME],
        event_time=happened(fields.get("publishedAt"), fetched_at),
        known_time=fetched_at,
        channel=publisher if host in PLATFORMS or not host else host,
        author=author_of(fields.get("author")),
        title=headline,
        text=text,
        url=link,
        language=line_of(fields.get("language")) or None,
        attributes=told(publisher=publisher, source_id=line_of(inner(fields, "source", "id"))),
    )


def native_id_of(link: str | None, publisher: str, headline: str) -> str:
    """The address without what only tells where a reader came from."""
    if link is None:
        return f"{publisher.casefold()}|{normalised(headline)}"
    return str(canonicalize_url(url_query_cleaner(link, TRACKING, remove=True)))


def split_title(title: str, named: str, host: str, is_headline: bool) -> tuple[str, str]:
    """`Headline - Publisher` in two; some name the publisher twice."""
    publisher = ""
    while DASH in title:
        headline, _, suffix = title.rpartition(DASH)
        same = _label(suffix) == _label(publisher) if publisher else False
        expected = not publisher and is_headline and _is_short(suffix)
        if not headline or not (same or expected or _is_outlet(suffix, named, host)):
            break
        title, publisher = headline.rstrip(), publisher or suffix.strip()
    return title, publisher


def _is_short(suffix: str) -> bool:
    return 0 < len(suffix.split()) <= LONGEST_PUBLISHER


def _is_outlet(suffix: str, named: str, host: str) -> bool:
    said, site = _label(suffix), _label(host.rpartition(".")[0])
    if not said or not _is_short(suffix):
        return False
    if said in (_label(named), _label(host), site):
        return True
    return len(said) >= 4 and bool(site) and (said.startswith(site) or site.endswith(said))


def _label(name: str) -> str:
    """`The Guardian`, `guardian` and `The-Guardian` are one."""
    return _SIGNS.sub("", name.casefold()).removeprefix("the")


def text_of_article(fields: Mapping[str, Any]) -> str:
    """The summary; without one, the beginning that the plan shows."""
    for name in ("description", "content"):
        value = fields.get(name)
        text = plain(_MORE.sub("", value)) if isinstance(value, str) else ""
        if text and text != REMOVED:
            return text
    return ""


def author_of(value: Any) -> str | None:
    """Names, also out of the markup of a page; an address is nobody's name."""
    said = line_of(value)
    listed = _NAMED.findall(said)
    said = ", ".join(dict.fromkeys(listed)) if listed else said
    is_address = said.startswith(("http://", "https://"))
    return None if not said or is_address or said.lower() in ("null", "none") else said
