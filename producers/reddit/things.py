"""Posts and comments in whatever Reddit's JSON wraps them: listings, threads, lists, archives.

Reddit calls them things: `t3` is a post, `t1` a comment; a fullname is `t3_` and the thing's id.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

Kind = Literal["t1", "t3"]
_FULLNAME: Final = re.compile(r"(t[1-9])_([0-9a-z]+)", re.IGNORECASE | re.ASCII)
_ID: Final = re.compile(r"[0-9a-z]+", re.IGNORECASE | re.ASCII)
_PERMALINK: Final = re.compile(
    r"/comments/([0-9a-z]+)(?:/[^/?#]*(?:/([0-9a-z]+))?)?/?(?:[?#.]|$)", re.IGNORECASE | re.ASCII
)
POST_HAS: Final = ("subreddit", "permalink", "selftext", "is_self", "num_comments", "numComments")
COMMENT_HAS: Final = ("link_id", "parent_id", "permalink", "subreddit")


class Thing(NamedTuple):
    """A post or a comment as Reddit wrote it."""

    kind: Kind
    fullname: str
    fields: Mapping[str, Any]


def things(documents: Iterable[Any]) -> Iterator[Thing]:
    """All of them, in the order in which they stand; a comment before its replies."""
    left = list(documents)[::-1]
    while left:
        node = left.pop()
        if isinstance(node, list):
            left.extend(reversed(node))
        elif isinstance(node, dict):
            thing = thing_of(node)
            if thing is not None:
                yield thing
            within = node.values() if thing is None else (node.get("replies"),)
            left.extend(reversed([part for part in within if isinstance(part, dict | list)]))


def is_listing(document: Any) -> bool:
    """Whether it is what Reddit answers to a question for things, were it an empty one."""
    if isinstance(document, list):
        return not document or any(is_listing(part) for part in document)
    if not isinstance(document, dict):
        return False
    inside = document.get("data")
    children = inside.get("children") if isinstance(inside, dict) else None
    return isinstance(children, list)


def thing_of(node: Mapping[str, Any]) -> Thing | None:
    """The thing that a node is; None for what only wraps some, or is something else."""
    kind, id_ = _named(node)
    if kind is None:
        kind = _kind_by_fields(node)
    if kind == "t3" and not any(name in node for name in ("title", "selftext")):
        return None
    if kind == "t1" and "body" not in node:
        return None
    if kind not in ("t1", "t3"):
        return None
    id_ = id_ or _id_in(kind, node.get("permalink"))
    return Thing("t1" if kind == "t1" else "t3", f"{kind}_{id_.lower()}", node) if id_ else None


def _named(node: Mapping[str, Any]) -> tuple[str | None, str]:
    """Kind and id as the node's own names say; an archive may keep the bare id only."""
    for name in ("name", "fullname", "id"):
        full = _FULLNAME.fullmatch(str(node.get(name) or ""))
        if full:
            return full[1].lower(), full[2]
    bare = node.get("id")
    usable = isinstance(bare, str | int) and not isinstance(bare, bool)
    return None, str(bare) if usable and _ID.fullmatch(str(bare)) else ""


def _kind_by_fields(node: Mapping[str, Any]) -> Kind | None:
    if "body" in node and any(name in node for name in COMMENT_HAS):
        return "t1"
    if "title" in node and any(name in node for name in POST_HAS):
        return "t3"
    return None


def _id_in(kind: str, permalink: Any) -> str:
    post, comment = ids_in(permalink)
    return comment if kind == "t1" else post


def ids_in(permalink: Any) -> tuple[str, str]:
    """The ids of the post and of the comment in an address of Reddit's; empty where none is."""
    found = _PERMALINK.search(permalink) if isinstance(permalink, str) else None
    return (found[1].lower(), (found[2] or "").lower()) if found else ("", "")
