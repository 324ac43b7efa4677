"""Every source by name. Nothing is found by scanning."""

from typing import Final

from producers.base.source import Source
from producers.boxoffice.source import BoxOfficeSource
from producers.google_news import GoogleNewsSource
from producers.google_trends.source import GoogleTrendsSource
from producers.newsapi.source import NewsApiSource
from producers.reddit.source import RedditSource
from producers.tiktok.source import TikTokSource
from producers.trades import TradesSource
from producers.wikipedia.source import WikipediaSource
from producers.x.source import XSource
from producers.youtube.source import YouTubeSource
from schemas.errors import SettingsError

SOURCES: Final[tuple[type[Source], ...]] = (
    TradesSource,
    GoogleNewsSource,
    NewsApiSource,
    RedditSource,
    XSource,
    GoogleTrendsSource,
    TikTokSource,
    YouTubeSource,
    WikipediaSource,
    BoxOfficeSource,
)
BY_NAME: Final[dict[str, type[Source]]] = {made.facts.name: made for made in SOURCES}


def source_named(name: str) -> type[Source]:
    """The source of this name. Raises SettingsError naming those that there are."""
    if name not in BY_NAME:
        raise SettingsError(f"unknown source {name!r}; one of {', '.join(BY_NAME)}")
    return BY_NAME[name]
