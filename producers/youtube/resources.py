"""Resources of the Data API as the videos that they are or name."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from producers.base.body import Body
from producers.base.errors import UnreadableBodyError
from producers.documents import documents
from producers.rss import LONGEST_TEXT, OLDEST
from schemas.clock import Millis, parse_lenient_time

ESCAPED: Final = "youtube#searchResult"  # the one resource whose texts are escaped
STATS: Final = "youtube#videoStats"  # without a title
READ: Final = frozenset({
    "youtube#video", ESCAPED, STATS, "youtube#playlistItem", "youtube#activity",
})  # fmt: skip
GONE: Final = frozenset({"private video", "deleted video"})
IDS: Final = re.compile(r"[\w-]{6,20}", re.ASCII)
MOST_DIGITS: Final = 18
NO_LANGUAGE: Final = frozenset({"zxx", "und", ""})


@dataclass(frozen=True, slots=True)
class Video:
    """A video as one resource tells of it; `title` is empty in a bare measurement, and
    `published` is None where no usable time is told."""

    id: str
    title: str
    published: Millis | None
    channel: str = ""
    text: str = ""
    language: str | None = None
    views: int | None = None
    attributes: dict[str, str] = field(default_factory=dict)


def videos_in(body: Body) -> Iterator[Video]:
    """The videos of a response. Raises UnreadableBodyError for what is no response with videos."""
    found = documents(body.content)
    for resource in resources(found[0] if len(found) == 1 else found):
        video = _video(resource, body.fetched_at)
        if video is not None:
            yield video


def resources(told: Any) -> list[dict[str, Any]]:
    """The resources of a list response, of several joined, or a resource by itself."""
    listed = told.get("items") if isinstance(told, dict) else told
    kind = _text(told.get("kind")) if isinstance(told, dict) else ""
    if kind in READ:
        return [told]
    if not isinstance(listed, list):
        raise UnreadableBodyError(f"no list of the YouTube Data API, but {_shape(told)}")
    found = [one for one in listed if isinstance(one, dict) and _is_read(one, kind)]
    if listed and not found:
        raise UnreadableBodyError(f"no videos of the YouTube Data API, but {_shape(listed[0])}")
    if not listed and not kind.startswith("youtube#"):
        raise UnreadableBodyError(f"no list of the YouTube Data API, but {_shape(told)}")
    return found


def _is_read(resource: dict[str, Any], kind: str) -> bool:
    """By its own kind; where a partial response left that out, by its parts."""
    own = _text(resource.get("kind"))
    if own:
        return own in READ
    parts = "snippet" in resource or "statistics" in resource
    return parts and "id" in resource and (kind or "youtube#").startswith("youtube#")


def _shape(told: Any) -> str:
    if isinstance(told, dict):
        kind = told.get("kind")
        return str(kind)[:80] if kind else f"fields {', '.join(sorted(map(str, told))[:12])[:160]}"
    return type(told).__name__


def _video(resource: dict[str, Any], fetched_at: Millis) -> Video | None:
    """None for channels and playlists among the results, and for videos that are gone."""
    snippet, statistics = _part(resource, "snippet"), _part(resource, "statistics")
    id_, kind = video_id(resource), _text(resource.get("kind"))
    escaped = kind == ESCAPED or isinstance(resource.get("id"), dict)
    title = line(snippet.get("title"), escaped)
    if not IDS.fullmatch(id_) or title.casefold() in GONE or not (title or kind == STATS):
        return None
    owner = snippet.get("videoOwnerChannelTitle") or snippet.get("channelTitle")
    return Video(
        id=id_,
        title=title,
        published=_published(resource, snippet, fetched_at),
        channel=line(owner, escaped),
        text=line(snippet.get("description"), escaped),
        language=_language(snippet),
        views=count(statistics.get("viewCount")),
        attributes=_attributes(resource, snippet, statistics),
    )


def video_id(resource: dict[str, Any]) -> str:
    """The video's id, wherever its kind of resource keeps it; empty when it names none."""
    own, content = resource.get("id"), _part(resource, "contentDetails")
    if isinstance(own, dict):
        return _text(own.get("videoId"))
    kind = resource.get("kind")
    if kind == "youtube#playlistItem" or "resourceId" in _part(resource, "snippet"):
        named = _part(_part(resource, "snippet"), "resourceId").get("videoId")
        return _text(named) or _text(content.get("videoId"))
    if kind == "youtube#activity":
        return _text(_part(content, "upload").get("videoId"))
    return _text(own)


def _published(
    resource: dict[str, Any], snippet: dict[str, Any], fetched_at: Millis
) -> Millis | None:
    """When the video came out. A time that is not over yet is none."""
    own = _part(resource, "contentDetails").get("videoPublishedAt")
    for told in (own, snippet.get("publishedAt"), snippet.get("publishTime")):
        try:
            moment = parse_lenient_time(_text(told))
        except (ValueError, OverflowError):
            continue
        if OLDEST <= moment <= fetched_at:
            return moment
    return None


def _language(snippet: dict[str, Any]) -> str | None:
    spoken = _text(snippet.get("defaultAudioLanguage")) or _text(snippet.get("defaultLanguage"))
    language = spoken.partition("-")[0].lower()
    return None if language in NO_LANGUAGE else language


def _attributes(
    resource: dict[str, Any], snippet: dict[str, Any], statistics: dict[str, Any]
) -> dict[str, str]:
    live = _text(snippet.get("liveBroadcastContent"))
    tags = snippet.get("tags")
    told = {
        "channel_id": _text(snippet.get("videoOwnerChannelId") or snippet.get("channelId")),
        "category": _text(snippet.get("categoryId")),
        "live": "" if live == "none" else live,
        "duration": _text(_part(resource, "contentDetails").get("duration")),
        "tags": ", ".join(map(_text, tags))[:500] if isinstance(tags, list) else "",
    }
    for name, part in (
        ("views", "viewCount"),
        ("likes", "likeCount"),
        ("comments", "commentCount"),
    ):
        counted = count(statistics.get(part))
        told[name] = "" if counted is None else str(counted)
    return {name: value for name, value in told.items() if value}


def _part(resource: dict[str, Any], name: str) -> dict[str, Any]:
    part = resource.get(name)
    return part if isinstance(part, dict) else {}


def _text(told: Any) -> str:
    """Half a surrogate pair is no sign: UTF-8 cannot hold it."""
    if not isinstance(told, str):
        return ""
    return told.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


def line(told: Any, escaped: bool = False) -> str:
    """A text in one line; only the texts of search results are escaped."""
    text = html.unescape(_text(told)) if escaped else _text(told)
    return " ".join(text.replace("\x00", "").split())[:LONGEST_TEXT]


def count(told: Any) -> int | None:
    """A count, which the API writes as a string; None when it is hidden or no count."""
    if isinstance(told, str) and told.strip().isdecimal() and len(told) < MOST_DIGITS:
        told = int(told)
    whole = isinstance(told, int) and not isinstance(told, bool)
    return told if whole and 0 <= told < 10**MOST_DIGITS else None
