"""A row of Creative Center as a mention.

A hashtag tells its views as a level, and is named by that count: the same count told again, by a
cache or by an actor that found nothing newer, is the same mention. Songs, creators and videos
have counts of other things, which are attributes: one series has one unit.
"""

from typing import Any, Final

from producers.amounts import amount
from producers.fields import happened, line_of, link_in, told, truth_of
from producers.tiktok.shapes import Kind, Row, said
from schemas.clock import Millis
from schemas.ids import mention_id
from schemas.records import RawMention
from schemas.sources import SOURCE_TYPES

SOURCE: Final = "tiktok"
LONGEST_NAME: Final = 300
NO_LANGUAGE: Final = frozenset({"", "un", "und", "zxx"})


def mention_of(kind: Kind, row: Row, now: Millis) -> RawMention | None:
    """None for a row without a name: a video without words tells nothing."""
    name = line_of(said(row, "name", kind)).lstrip("#" if kind == "hashtag" else "")
    if not name:
        return None
    if kind == "video":
        return _video(row, name, now)
    name = name[:LONGEST_NAME]
    country = line_of(said(row, "country", kind)).upper()[:20]
    rank = line_of(said(row, "rank", kind))
    if kind == "hashtag":
        return _hashtag(row, name.replace(" ", ""), country, rank, now)
    by = line_of(said(row, "by", kind))[:LONGEST_NAME]
    own = line_of(said(row, "id", kind)) or f"{name}|{by}".casefold()
    title = f"{name} by {by}" if by else name
    return _mention(
        f"{kind}|{country}|{own}|{rank}", "trend", title, country, now, now,
        _address(kind, row, ""), _standing(kind, row, rank),
    )  # fmt: skip


def _hashtag(row: Row, name: str, country: str, rank: str, now: Millis) -> RawMention:
    views = amount(said(row, "views", "hashtag"))
    posts = amount(said(row, "posts", "hashtag"))
    standing = "" if views is None else f"{views:.0f}"
    period = line_of(said(row, "period", "hashtag"))
    return _mention(
        f"hashtag|{country}|{name.casefold()}|{period}|{standing or rank}", "trend", f"#{name}",
        country, now, now, _address("hashtag", row, f"https://www.tiktok.com/tag/{name}"),
        _standing("hashtag", row, rank) | told(posts=posts, period_days=period),
        level=views,
    )  # fmt: skip


def _video(row: Row, name: str, now: Millis) -> RawMention:
    own, by = line_of(said(row, "id", "video")), line_of(said(row, "by", "video"))
    link = _address("video", row, "")
    language = line_of(said(row, "language", "video")).partition("-")[0].lower()
    promoted = any(truth_of(row.get(flag)) for flag in ("isAd", "is_ad", "isSponsored"))
    return _mention(
        own or link or name.casefold(), "video", name, by or "TikTok",
        happened(said(row, "at", "video"), now), now, link,
        _counts(row, "likes", "comments", "shares") | told(
            views=amount(said(row, "views", "video")),
            music=line_of(said(row, "music", "video")),
            music_by=line_of(said(row, "music_by", "video")),
            tags=_tags(row),
            promoted="true" if promoted else "",
        ),
        author=by or None,
        language=None if language in NO_LANGUAGE else language,
    )  # fmt: skip


def _mention(
    native_id: str, kind: str, title: str, channel: str, at: Millis, now: Millis,
    url: str | None, attributes: dict[str, str], level: float | None = None,
    author: str | None = None, language: str | None = None,
) -> RawMention:  # fmt: skip
    return RawMention(
        id=mention_id(SOURCE, native_id),
        native_id=native_id,
        source=SOURCE,
        source_type=SOURCE_TYPES[SOURCE],
        event_time=at,
        known_time=now,
        kind=kind,
        channel=channel,
        author=author,
        title=title,
        url=url,
        language=language,
        level=level,
        level_unit=None if level is None else "views",
        attributes=attributes,
    )


def _standing(kind: Kind, row: Row, rank: str) -> dict[str, str]:
    flags = {what: "true" for what in ("new", "promoted") if truth_of(said(row, what, kind))}
    return flags | _counts(row, "followers") | told(
        list=kind,
        rank=rank,
        rank_change=line_of(said(row, "rank_change", kind)),
        industry=line_of(said(row, "industry", kind)),
        posts=amount(said(row, "posts", kind)) if kind == "song" else None,
    )  # fmt: skip


def _counts(row: Row, *names: str) -> dict[str, str]:
    return told(**{name: amount(said(row, name, "video")) for name in names})


def _address(kind: Kind, row: Row, otherwise: str) -> str | None:
    link = link_in(said(row, "url", kind))
    return link if link and "tiktok.com/" in link else link_in(otherwise)


def _tags(row: Row) -> str:
    listed: Any = row.get("hashtags") or row.get("challenges")
    names = [
        line_of(one.get("name") or one.get("title")) if isinstance(one, dict) else line_of(one)
        for one in (listed if isinstance(listed, list) else [])
    ]
    return ", ".join(dict.fromkeys(name.lstrip("#") for name in names if name))[:500]
