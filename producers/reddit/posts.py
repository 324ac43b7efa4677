"""A post or a comment of Reddit as a raw mention, or as the tombstone of one."""

import re
from collections.abc import Mapping
from typing import Any, Final

from producers.fields import happened, inner, line_of, link_in, number_of, text_of, told, truth_of
from producers.reddit.things import Thing
from producers.rss import host_of
from schemas.clock import Millis
from schemas.ids import mention_id
from schemas.records import RawMention
from schemas.sources import SOURCE_TYPES

NAME: Final = "reddit"
SITE: Final = "https://www.reddit.com"
OWN_HOSTS: Final = ("reddit.com", "redd.it", "redditmedia.com", "redditstatic.com")
NOBODY: Final = frozenset({"", "[deleted]", "[removed]", "none", "null"})
# What stands where something was said, in all of its spellings since 2008.
_TAKEN_BACK: Final = re.compile(
    r"\[\s*(?:deleted|removed|deleted by user|(?:content )?removed by \w+(?: \w+)*"
    r"|redacted by reddit)\s*\]",
    re.IGNORECASE,
)


def mention_of(thing: Thing, fetched_at: Millis) -> RawMention:
    """The mention; a tombstone keeps who, when and where, and nothing of what was said."""
    removed = removal_of(thing)
    if removed:
        return tombstone(thing.fullname, fetched_at, removed, thing.fields)
    return _comment(thing, fetched_at) if thing.kind == "t1" else _post(thing, fetched_at)


def tombstone(
    fullname: str, fetched_at: Millis, removed: str, fields: Mapping[str, Any]
) -> RawMention:
    return RawMention(
        id=mention_id(NAME, fullname),
        native_id=fullname,
        source=NAME,
        source_type=SOURCE_TYPES[NAME],
        kind="comment" if fullname.startswith("t1_") else "post",
        event_time=happened(time_in(fields), fetched_at),
        known_time=fetched_at,
        channel=channel_of(fields),
        deleted=True,
        attributes=told(removed=removed),
    )


def removal_of(thing: Thing) -> str:
    """Who took it back, as far as Reddit tells; empty for what stands.

    An account that is gone leaves its posts standing under `[deleted]`: that alone takes nothing
    back. Before 2018 there was no category, and the text is the only sign.
    """
    category = line_of(thing.fields.get("removed_by_category"))
    if category:
        return category
    said = thing.fields.get("body" if thing.kind == "t1" else "selftext")
    for text in (line_of(said), line_of(thing.fields.get("title"))):
        if is_taken_back(text):
            return text.strip("[ ]").lower()
    return "deleted" if thing.fields.get("collapsed_reason_code") == "DELETED" else ""


def is_taken_back(text: str) -> bool:
    return bool(_TAKEN_BACK.fullmatch(text))


def is_adult(fields: Mapping[str, Any]) -> bool:
    return any(truth_of(fields.get(name)) for name in ("over_18", "over18", "isNSFW", "nsfw"))


def channel_of(fields: Mapping[str, Any]) -> str:
    """`r/movies`, however the field is written; empty when none tells it."""
    named = fields.get("subreddit")
    if isinstance(named, Mapping):  # an archive may keep the subreddit whole
        named = named.get("display_name") or named.get("name")
    plain = line_of(named) or line_of(fields.get("subreddit_name_prefixed"))
    if not plain:
        found = re.search(r"/(r|u|user)/([\w-]+)/comments/", text_of(fields.get("permalink")))
        plain = f"u_{found[2]}" if found and found[1] != "r" else found[2] if found else ""
    plain = plain.strip("/").removeprefix("r/")
    return f"r/{plain}" if plain else ""


def author_of(name: Any) -> str | None:
    plain = line_of(name.get("name") if isinstance(name, Mapping) else name)
    plain = plain.removeprefix("/").removeprefix("u/")
    return None if plain.lower() in NOBODY else plain


def time_in(fields: Mapping[str, Any]) -> Any:
    """`created` was eight hours ahead until 2020, but right where it counts milliseconds."""
    if fields.get("created_utc") is not None:
        return fields["created_utc"]
    created = number_of(fields.get("created"))
    return created if created is not None and created >= 100_000_000_000 else None


def is_own(link: str | None) -> bool:
    """Whether a link leads to Reddit itself: to a thread, an image, a video, a gallery."""
    host = host_of(link)
    return any(host == own or host.endswith(f".{own}") for own in OWN_HOSTS)


def _post(thing: Thing, fetched_at: Millis) -> RawMention:
    fields = thing.fields
    permalink = link_in(fields.get("permalink"), SITE)
    link = outward_link(fields)
    return RawMention(
        id=mention_id(NAME, thing.fullname),
        native_id=thing.fullname,
        source=NAME,
        source_type=SOURCE_TYPES[NAME],
        kind="post",
        event_time=happened(time_in(fields), fetched_at),
        known_time=fetched_at,
        channel=channel_of(fields),
        author=author_of(fields.get("author")),
        title=line_of(fields.get("title")),
        text=text_of(fields.get("selftext")),
        url=link or permalink or link_in(f"/comments/{thing.fullname[3:]}", SITE),
        attributes=_post_attributes(fields, permalink, link),
    )


def outward_link(fields: Mapping[str, Any]) -> str | None:
    """Where a link post leads outside Reddit; a crosspost leads where its original does."""
    for owner in (fields, _original(fields)):
        for name in ("url_overridden_by_dest", "url"):
            link = link_in(owner.get(name), SITE)
            if link and not is_own(link):
                return link
    return link_in(inner(fields, "source", "url"))


def _original(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    originals = fields.get("crosspost_parent_list")
    first = originals[0] if isinstance(originals, list) and originals else None
    return first if isinstance(first, Mapping) else {}


def _post_attributes(
    fields: Mapping[str, Any], permalink: str | None, link: str | None
) -> dict[str, str]:
    shown = not truth_of(fields.get("hide_score"))
    media = link_in(fields.get("url_overridden_by_dest") or fields.get("url"), SITE)
    hosted = media if media and is_own(media) and not _is_thread(media) else None
    return told(
        score=number_of(fields.get("score")) if shown else None,
        num_comments=number_of(fields.get("num_comments", fields.get("numComments"))),
        upvote_ratio=number_of(fields.get("upvote_ratio")),
        flair=line_of(fields.get("link_flair_text")),
        permalink=permalink,
        link_host=host_of(link),
        media=hosted,
        crosspost_parent=line_of(fields.get("crosspost_parent")),
        stickied="true" if truth_of(fields.get("stickied")) else None,
        distinguished=line_of(fields.get("distinguished")),
    )


def _is_thread(link: str) -> bool:
    return "/comments/" in link


def _comment(thing: Thing, fetched_at: Millis) -> RawMention:
    fields = thing.fields
    post = line_of(fields.get("link_id")).removeprefix("t3_")
    path = fields.get("permalink") or (
        f"/comments/{post}/_/{thing.fullname[3:]}/" if post else None
    )
    permalink = link_in(path, SITE)
    shown = not truth_of(fields.get("score_hidden"))
    return RawMention(
        id=mention_id(NAME, thing.fullname),
        native_id=thing.fullname,
        source=NAME,
        source_type=SOURCE_TYPES[NAME],
        kind="comment",
        event_time=happened(time_in(fields), fetched_at),
        known_time=fetched_at,
        channel=channel_of(fields),
        author=author_of(fields.get("author")),
        text=text_of(fields.get("body")),
        url=permalink,
        attributes=told(
            score=number_of(fields.get("score")) if shown else None,
            num_comments=number_of(fields.get("num_comments")),
            flair=line_of(fields.get("author_flair_text")),
            permalink=permalink,
            link_id=f"t3_{post}" if post else None,
            link_title=line_of(fields.get("link_title")),
            parent_id=line_of(fields.get("parent_id")),
            stickied="true" if truth_of(fields.get("stickied")) else None,
            distinguished=line_of(fields.get("distinguished")),
        ),
    )
