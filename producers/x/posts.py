"""A post of X as a raw mention, out of API v2 and of the version before it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from producers.fields import inner, line_of, link_in, number_of, text_of, told
from producers.rss import host_of
from producers.x.times import event_time
from schemas.clock import Millis
from schemas.ids import mention_id
from schemas.records import RawMention
from schemas.sources import SOURCE_TYPES

NAME: Final = "x"
SITE: Final = "https://x.com"
OWN_HOSTS: Final = frozenset({"x.com", "twitter.com", "t.co", "mobile.twitter.com", "pic.x.com",
                              "pic.twitter.com", "pbs.twimg.com", "video.twimg.com"})  # fmt: skip
NO_LANGUAGE: Final = frozenset({"", "und", "zxx", "qam", "qct", "qht", "qme", "qst", "art"})
# Posts that others refer to come along; they were not asked for, and are told on their own.
BESIDE: Final = frozenset({"includes", "errors", "meta", "retweeted_status", "quoted_status",
                           "quoted_tweet", "__twarc"})  # fmt: skip
BARE: Final = frozenset({"id", "text", "edit_history_tweet_ids"})
SIGNS: Final = ("created_at", "author_id", "edit_history_tweet_ids", "public_metrics", "user",
                "user_id_str", "note_tweet")  # fmt: skip


class Page(NamedTuple):
    """What came along with a post: who wrote it, and the posts that it refers to, by id."""

    users: Mapping[str, Mapping[str, Any]]
    posts: Mapping[str, Mapping[str, Any]]


NOTHING: Final = Page({}, {})


def mentions_of_posts(documents: Sequence[Any], fetched_at: Millis) -> Iterator[RawMention]:
    """All posts in whatever wraps them, in their order; a notice of deletion is a tombstone."""
    left = [(document, NOTHING) for document in reversed(documents)]
    while left:
        node, page = left.pop()
        if isinstance(node, list):
            left.extend((part, page) for part in reversed(node))
            continue
        if not isinstance(node, dict):
            continue
        if is_post(node):
            yield _mention(node, page, fetched_at)
            continue
        gone = line_of(inner(node, "delete", "status", "id_str"))
        if gone.isdecimal():
            yield _tombstone(gone, fetched_at)
            continue
        page = _page(node) or page
        within = [part for name, part in node.items() if name not in BESIDE]
        left.extend((part, page) for part in reversed(within) if isinstance(part, dict | list))


def is_post(node: Mapping[str, Any]) -> bool:
    said = isinstance(node.get("text"), str) or isinstance(node.get("full_text"), str)
    known = any(name in node for name in SIGNS) or set(node) <= BARE
    return said and known and id_of(node).isdecimal()


def id_of(node: Mapping[str, Any]) -> str:
    """As text: the number is too long for some readers, and loses its end there."""
    return line_of(node.get("id_str")) or line_of(node.get("id"))


def _page(node: Mapping[str, Any]) -> Page | None:
    includes = node.get("includes")
    if not isinstance(includes, dict):
        return None
    return Page(_by_id(includes.get("users")), _by_id(includes.get("tweets")))


def _by_id(listed: Any) -> dict[str, Mapping[str, Any]]:
    nodes = listed if isinstance(listed, list) else []
    return {line_of(node.get("id")): node for node in nodes if isinstance(node, dict)}


def _mention(node: Mapping[str, Any], page: Page, fetched_at: Millis) -> RawMention:
    """An edited post has a new id; its first one names it, so that it is one mention."""
    id_, author = id_of(node), author_of(node, page)
    native_id = first_id(node) or id_
    permalink = f"{SITE}/{author if author and not author.isdecimal() else 'i'}/status/{id_}"
    link = outward_link(node)
    language = line_of(node.get("lang"))
    return RawMention(
        id=mention_id(NAME, native_id),
        native_id=native_id,
        source=NAME,
        source_type=SOURCE_TYPES[NAME],
        kind="post",
        event_time=event_time(node.get("created_at"), id_, fetched_at),
        known_time=fetched_at,
        channel=NAME,  # all of X is one room, and none
        author=author,
        text=text_in(node, page),
        url=link or permalink,
        language=None if language in NO_LANGUAGE else language,
        attributes=told(
            permalink=permalink, link_host=host_of(link), **_numbers(node), **_references(node)
        ),
    )


def _tombstone(id_: str, fetched_at: Millis) -> RawMention:
    return RawMention(
        id=mention_id(NAME, id_),
        native_id=id_,
        source=NAME,
        source_type=SOURCE_TYPES[NAME],
        kind="post",
        event_time=event_time(None, id_, fetched_at),
        known_time=fetched_at,
        deleted=True,
    )


def first_id(node: Mapping[str, Any]) -> str:
    history = node.get("edit_history_tweet_ids")
    first = line_of(history[0]) if isinstance(history, list) and history else ""
    return first if first.isdecimal() else ""


def author_of(node: Mapping[str, Any], page: Page) -> str | None:
    """The name that others know; the number where the answer tells no more."""
    user = node.get("user") or node.get("author") or page.users.get(line_of(node.get("author_id")))
    name = line_of(inner(user, "username")) or line_of(inner(user, "screen_name"))
    number = line_of(node.get("author_id")) or line_of(node.get("user_id_str"))
    return name or number or line_of(inner(user, "id_str")) or None


def text_in(node: Mapping[str, Any], page: Page) -> str:
    """The whole text: of a long post, and of one that repeats another and is cut for it."""
    for whole in (
        inner(node, "note_tweet", "text"),
        inner(node, "extended_tweet", "full_text"),
        node.get("full_text"),
    ):
        if isinstance(whole, str) and whole.strip():
            return text_of(whole)
    said = text_of(node.get("text"))
    repeated = page.posts.get(_references(node).get("retweeted") or "")
    if said.startswith("RT @") and said.endswith("\u2026") and repeated is not None:
        return f"{said.partition(': ')[0]}: {text_in(repeated, NOTHING)}"
    return said


def outward_link(node: Mapping[str, Any]) -> str | None:
    """Where the post leads outside X; its own short links say nothing."""
    listed = inner(node, "entities", "urls")
    for url in listed if isinstance(listed, list) else []:
        for name in ("unwound_url", "expanded_url"):
            link = link_in(inner(url, name))
            if link and host_of(link) not in OWN_HOSTS:
                return link
    return None


def _references(node: Mapping[str, Any]) -> dict[str, str]:
    listed = node.get("referenced_tweets")
    found = {
        line_of(inner(one, "type")): line_of(inner(one, "id"))
        for one in (listed if isinstance(listed, list) else [])
    }
    found.setdefault("replied_to", line_of(node.get("in_reply_to_status_id_str")))
    for name, nested in (("retweeted", "retweeted_status"), ("quoted", "quoted_status")):
        found.setdefault(name, line_of(inner(node, nested, "id_str")))
    return {name: found[name] for name in ("retweeted", "quoted", "replied_to") if found.get(name)}


def _numbers(node: Mapping[str, Any]) -> dict[str, float | None]:
    metrics = node.get("public_metrics")
    counted = metrics if isinstance(metrics, dict) else {}
    return {
        "likes": number_of(counted.get("like_count", node.get("favorite_count"))),
        "reposts": number_of(counted.get("retweet_count", node.get("retweet_count"))),
        "replies": number_of(counted.get("reply_count", node.get("reply_count"))),
        "quotes": number_of(counted.get("quote_count", node.get("quote_count"))),
        "views": number_of(counted.get("impression_count")),
    }
