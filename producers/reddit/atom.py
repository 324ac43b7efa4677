"""Reddit's feeds: Atom since 2016, RSS before. They hold no scores, and the text as HTML.

Text and links are told apart by what Reddit itself puts around them: comments that open and close
the text, and one anchor each for the link and the thread.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from producers.base.errors import UnreadableBodyError
from producers.fields import line_of, link_in, told
from producers.reddit.posts import NAME, author_of, channel_of, is_own, is_taken_back, tombstone
from producers.reddit.things import ids_in
from producers.rss import entries, host_of, link_of, plain, published_at
from schemas.clock import Millis
from schemas.ids import mention_id
from schemas.records import RawMention
from schemas.sources import SOURCE_TYPES

_TEXT: Final = re.compile(r"<!-- SC_OFF -->(.*?)(?:<!-- SC_ON -->|$)", re.DOTALL)
_LINK: Final = re.compile(r"""<a href=["']([^"']+)["'][^>]*>\s*\[link\]\s*</a>""")
_FULLNAME: Final = re.compile(r"\bt[1-9]_[0-9a-z]+")
_COMMENT_TITLE: Final = re.compile(r"^/?u/[\w-]+ on (.*)$", re.DOTALL)


def mentions_in_feed(content: bytes, fetched_at: Millis) -> Iterator[RawMention]:
    """Raises UnreadableBodyError for what is no feed, or one of somebody else."""
    own = strange = 0
    for entry in entries(content):
        fullname = fullname_of(entry)
        own, strange = own + bool(fullname), strange + (not fullname)
        if fullname.startswith(("t1_", "t3_")):  # a search may also find subreddits and people
            yield _mention(fullname, entry, fetched_at)
    if strange and not own:
        raise UnreadableBodyError("a feed, but none of Reddit's")


def fullname_of(entry: Any) -> str:
    """As the entry says, or as its address does; empty for a stranger's."""
    named = _FULLNAME.search(str(entry.get("id") or ""))
    if named:
        return named[0]
    for address in (entry.get("id"), entry.get("link")):
        post, comment = ids_in(address) if is_own(link_in(address)) else ("", "")
        if post:
            return f"t1_{comment}" if comment else f"t3_{post}"
    return ""


def _mention(fullname: str, entry: Any, fetched_at: Millis) -> RawMention:
    permalink, title = link_of(entry), line_of(entry.get("title"))
    about = _COMMENT_TITLE.match(title) if fullname.startswith("t1_") else None
    markup, event_time = _markup(entry), published_at(entry, fetched_at)
    said = _TEXT.search(markup)
    text = plain(said[1]) if said else plain(markup) if fullname.startswith("t1_") else ""
    named = {"subreddit": _subreddit(entry), "permalink": permalink, "created_utc": event_time}
    if is_taken_back(title) or is_taken_back(text):
        gone = title if is_taken_back(title) else text
        return tombstone(fullname, fetched_at, gone.strip("[ ]").lower(), named)
    outward = _LINK.search(markup)
    link = link_in(outward[1]) if outward else None
    outside = link if link and not is_own(link) else None
    return RawMention(
        id=mention_id(NAME, fullname),
        native_id=fullname,
        source=NAME,
        source_type=SOURCE_TYPES[NAME],
        kind="comment" if fullname.startswith("t1_") else "post",
        event_time=event_time,
        known_time=fetched_at,
        channel=channel_of(named),
        author=author_of(entry.get("author")),
        title="" if fullname.startswith("t1_") else title,
        text=text,
        url=outside or permalink,
        attributes=told(
            permalink=permalink,
            link_host=host_of(outside),
            link_title=about[1] if about else None,
            media=link if link and is_own(link) and "/comments/" not in link else None,
        ),
    )


def _markup(entry: Any) -> str:
    parts = [str(part.get("value") or "") for part in entry.get("content") or []]
    return parts[0] if parts else str(entry.get("summary") or "")


def _subreddit(entry: Any) -> str:
    terms = [str(tag.get("term") or tag.get("label") or "") for tag in entry.get("tags") or []]
    return terms[0] if terms else ""
