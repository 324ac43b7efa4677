"""A table of Box Office Mojo by the headings of its columns, whichever page it is on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from producers.base.errors import RefusedError, UnreadableBodyError
from producers.fields import line_of

# Heading of a page -> our word for it. What a page calls otherwise is left out.
HEADINGS: Final[dict[str, str]] = {
    "td": "rank", "rank": "rank", "yd": "rank_before", "lw": "rank_before",
    "release": "title", "title": "title", "release group": "title", "movie": "title",
    "daily": "gross", "gross": "gross", "weekend": "gross", "worldwide": "gross",
    "lifetime gross": "gross",
    "%± yd": "change_day", "%± lw": "change_week", "theaters": "theaters", "avg": "average",
    "average": "average", "to date": "to_date", "total gross": "to_date", "days": "days",
    "weeks": "weeks", "distributor": "distributor",
}  # fmt: skip
NOTHING: Final = ("", "-", "\u2013", "N/A")
SITE: Final = "box office mojo"
_LINK: Final = re.compile(r"/(release/rl\d+|title/tt\d+|releasegroup/gr\d+)")
_MONEY: Final = re.compile(r"^\$?([\d,]+(?:\.\d+)?)$")


@dataclass(frozen=True, slots=True)
class Row:
    """One release; `cells` by our words for the columns, without those that say nothing."""

    key: str  # rl123, tt123 or gr123; the title where there is no link
    path: str
    title: str
    cells: dict[str, str]

    @property
    def gross(self) -> float | None:
        return amount(self.cells.get("gross", ""))


def amount(cell: str) -> float | None:
    """`$14,722,175` as a number; None for what is none."""
    found = _MONEY.match(cell)
    return float(found[1].replace(",", "")) if found else None


def rows(page: LexborHTMLParser) -> Iterator[Row]:
    """Raises RefusedError when the page has nothing to tell, UnreadableBodyError when we cannot
    read what it tells."""
    tables = [table for table in page.css("table") if table.css_first("tr") is not None]
    if not tables:
        raise RefusedError("no figures on this page: none yet, or none for that day")
    for table in tables:
        columns = _columns(table)
        if {"title", "gross"} <= set(columns):
            yield from _rows(table, columns)
            return
    named = ", ".join(filter(None, _headings(tables[0])))[:160]
    raise UnreadableBodyError(f"no table of releases and what they took, but {named or 'others'}")


def _headings(table: LexborNode) -> list[str]:
    head = table.css_first("tr")
    return [line_of(cell.text()) for cell in head.css("th,td")] if head is not None else []


def _columns(table: LexborNode) -> list[str]:
    """Our words in the order of the columns; "" for one that is left out or came before."""
    found: list[str] = []
    for heading in _headings(table):
        word = HEADINGS.get(heading.casefold(), "")
        found.append("" if word in found else word)
    return found


def _rows(table: LexborNode, columns: list[str]) -> Iterator[Row]:
    for line in table.css("tr")[1:]:
        cells = line.css("td")
        texts = {
            word: text
            for word, cell in zip(columns, cells, strict=False)
            if word and (text := line_of(cell.text())) not in NOTHING
        }
        title = texts.pop("title", "")
        if title:
            link = _link(cells)
            yield Row(link.rpartition("/")[2] or title.casefold(), link, title, texts)


def _link(cells: list[LexborNode]) -> str:
    """Where the release has a page of its own, without the trail of how one got there."""
    for cell in cells:
        for anchor in cell.css("a"):
            found = _LINK.search(anchor.attributes.get("href") or "")
            if found:
                return found[1]
    return ""
