"""Which provider answers for which host, and how much each of them allows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from producers.base.facts import Window
from producers.simulate.upstreams import (
    charts,
    feeds,
    newsapi,
    reddit,
    tiktok,
    trends,
    wikipedia,
    x,
    youtube,
)
from producers.simulate.upstreams.exchange import Answer, Question
from producers.simulate.upstreams.past import Past
from schemas.clock import MINUTE_MS, Millis

Style = Literal["seconds", "moment", ""]


@dataclass(frozen=True, slots=True)
class Site:
    """A provider: what it answers, and its words when it was asked too much or is paid up."""

    answer: Callable[[Past, Question], Answer]
    throttled: Answer
    spent: Answer


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in a window. `tells` is how the headers say what is left: until when in
    seconds or as a moment, or not at all; `ends` is what is said beyond it."""

    requests: int
    window: Window | Millis
    zone: str = "UTC"
    tells: Style = ""
    ends: Literal["throttled", "spent"] = "throttled"


SITES: Final[Mapping[str, Site]] = {
    host: Site(site.answer, site.THROTTLED, site.SPENT)
    for site in (reddit, feeds, trends, youtube, newsapi, x, tiktok, wikipedia, charts)
    for host in site.HOSTS
}
EXPLORE: Final = f"{trends.HOST}/trends/explore"
SEARCH: Final = f"{youtube.HOST}/youtube/v3/search"
LIMITS: Final[Mapping[str, Limit]] = {
    reddit.API: Limit(600, 10 * MINUTE_MS, tells="seconds"),
    reddit.SITE: Limit(100, 10 * MINUTE_MS, tells="seconds"),
    x.HOST: Limit(450, 15 * MINUTE_MS, tells="moment"),
    newsapi.HOST: Limit(50, "12h"),
    youtube.HOST: Limit(10_000, "day", "America/Los_Angeles", ends="spent"),
    SEARCH: Limit(100, "day", "America/Los_Angeles", ends="spent"),
    EXPLORE: Limit(8, 15 * MINUTE_MS),
}


def bucket_of(question: Question, limits: Mapping[str, Limit]) -> str:
    """A path with a limit of its own, else the host."""
    own = f"{question.host}{question.path.rstrip('/')}"
    return own if own in limits else question.host
