"""A search that trends, whichever service of Google Trends told it."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from producers.amounts import amount
from schemas.clock import Millis

LONGEST_QUERY: Final = 300


@dataclass(frozen=True, slots=True)
class Trend:
    """`name` is what makes it this trend beside its query: where and when it began.

    `searches` is the lower bound of the bucket that Google tells (`2000+`), which grows while the
    trend lasts: each bucket is a measurement of its own.
    """

    query: str
    country: str  # as Google names it; empty when the body does not say
    began: Millis | None
    name: tuple[str, ...]
    searches: float | None = None
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def native_id(self) -> str:
        bucket = "" if self.searches is None else f"{self.searches:.0f}"
        return "|".join((self.country, self.query.casefold(), *self.name, bucket)).rstrip("|")


def searches_of(traffic: str) -> float | None:
    """The lower bound of a bucket such as `2000+`, `20,000+`, `20K+` or `2万+`."""
    return amount(traffic)


def explore_link(query: str, country: str) -> str:
    """Where a person sees the searches for it. The feed's own links all lead to the feed."""
    asked = {"q": query, "date": "now 7-d"} | ({"geo": country} if country else {})
    return f"https://trends.google.com/trends/explore?{urlencode(asked)}"
