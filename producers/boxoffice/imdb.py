"""IMDb's charts: the titles and people that its readers look up, from what the page carries."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from selectolax.lexbor import LexborHTMLParser

from producers.base.errors import UnreadableBodyError
from producers.fields import inner, line_of, number_of

DATASETS: Final = re.compile(rb"^(?:\xef\xbb\xbf)?(tconst|nconst|titleId)\t")
KEYS: Final = re.compile(r"\b((?:tt|nm)\d{5,10})\b")
DEEPEST: Final = 12


@dataclass(frozen=True, slots=True)
class Place:
    """A title or a person in a chart."""

    key: str  # tt123 or nm123
    name: str
    rank: int
    year: int | None = None
    votes: float | None = None
    risen: float | None = None  # by how many places since the chart before


def places(page: LexborHTMLParser) -> Iterator[Place]:
    """Raises UnreadableBodyError when the page carries no chart that we can read."""
    found = list(_carried(page)) or list(_listed(page)) or list(_tabled(page))
    if not found:
        raise UnreadableBodyError("a page of IMDb without a chart")
    told: set[str] = set()
    for place in found:
        if place.key not in told:
            told.add(place.key)
            yield place


def _documents(page: LexborHTMLParser, selector: str) -> Iterator[Any]:
    for script in page.css(selector):
        try:
            yield msgspec.json.decode(script.text())
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            continue


def _carried(page: LexborHTMLParser) -> Iterator[Place]:
    """The document from which the page is drawn: edges, each with a node and its rank."""
    for document in _documents(page, "script#__NEXT_DATA__"):
        for number, edge in enumerate(_edges(document), start=1):
            place = _of_edge(edge, number)
            if place is not None:
                yield place


def _edges(document: Any, depth: int = 0) -> list[Any]:
    """The longest list of edges that name titles or people, wherever the page keeps it."""
    if depth > DEEPEST:
        return []
    inside = list(document.values()) if isinstance(document, dict) else document
    if not isinstance(inside, list):
        return []
    if isinstance(document, list) and any(_node(edge) for edge in document):
        return document
    return max((_edges(child, depth + 1) for child in inside), key=len, default=[])


def _node(edge: Any) -> dict[str, Any] | None:
    node = inner(edge, "node") or inner(edge, "item") or edge
    named = inner(node, "titleText", "text") or inner(node, "nameText", "text")
    return node if named and isinstance(node, dict) and "id" in node else None


def _of_edge(edge: Any, number: int) -> Place | None:
    node = _node(edge)
    if node is None:
        return None
    meter = inner(node, "titleMeterRanking") or inner(node, "meterRanking") or {}
    meter = meter or inner(node, "nameMeterRanking") or {}
    rank = number_of(inner(edge, "currentRank")) or number_of(inner(meter, "currentRank"))
    year = number_of(inner(node, "releaseYear", "year"))
    change = inner(meter, "meterRankHistory") or inner(meter, "rankChange") or {}
    step = number_of(inner(change, "rankDifference") or inner(change, "difference"))
    down = str(inner(change, "status") or inner(change, "changeDirection")).upper() == "DOWN"
    name = inner(node, "titleText", "text") or inner(node, "nameText", "text")
    return Place(
        key=str(node["id"]), name=line_of(name), rank=int(rank or number),
        year=int(year) if year else None,
        votes=number_of(inner(node, "ratingsSummary", "voteCount")),
        risen=-step if step is not None and down else step,
    )  # fmt: skip


def _listed(page: LexborHTMLParser) -> Iterator[Place]:
    """The list that is meant for search engines."""
    for document in _documents(page, 'script[type="application/ld+json"]'):
        listed = inner(document, "itemListElement")
        for number, entry in enumerate(listed if isinstance(listed, list) else [], start=1):
            named = inner(entry, "item") or entry
            key = KEYS.search(str(inner(named, "url") or ""))
            name = line_of(inner(named, "alternateName") or inner(named, "name"))
            if key and name:
                yield Place(key[1], name, int(number_of(inner(entry, "position")) or number))


def _tabled(page: LexborHTMLParser) -> Iterator[Place]:
    """The table of the years before 2023."""
    for number, cell in enumerate(page.css("td.titleColumn"), start=1):
        anchor = cell.css_first("a")
        key = KEYS.search(anchor.attributes.get("href") or "") if anchor is not None else None
        if anchor is not None and key:
            yield Place(key[1], line_of(anchor.text()), number)
