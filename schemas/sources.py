"""The sources of the mission and what type of evidence each one is.

Spread counts types, not sources. `trade` confirms only: it never counts in velocity or spread.
"""

from typing import Final

SOURCE_TYPES: Final[dict[str, str]] = {
    "trades": "trade",
    "google-news": "news",
    "newsapi": "news",
    "reddit": "social",
    "x": "social",
    "google-trends": "search",
    "tiktok": "short-video",
    "youtube": "video",
    "wikipedia": "reference",
    "boxoffice": "charts",
    "file": "news",
}
TYPES: Final = (
    "social",
    "search",
    "short-video",
    "video",
    "reference",
    "news",
    "charts",
    "trade",
)
COUNTED_TYPES: Final = tuple(kind for kind in TYPES if kind != "trade")
