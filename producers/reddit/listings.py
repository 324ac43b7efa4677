"""Reddit's JSON read whole: its things as mentions, without what is for adults; its next page."""

from collections.abc import Iterator, Sequence
from typing import Any

from producers.base.errors import UnreadableBodyError
from producers.fields import inner, line_of
from producers.reddit.posts import is_adult, mention_of, removal_of
from producers.reddit.things import is_listing, things
from schemas.clock import Millis
from schemas.records import RawMention


def mentions_in_documents(documents: Sequence[Any], fetched_at: Millis) -> Iterator[RawMention]:
    """Raises UnreadableBodyError for JSON that is no answer to a question for posts.

    The comments on a post for adults are left out with it. What is gone is told even so: it may
    have been published before anybody said that it is for adults.
    """
    found, adult = False, set[str]()
    for thing in things(documents):
        found = True
        if is_adult(thing.fields) or line_of(thing.fields.get("link_id")) in adult:
            adult.add(thing.fullname)
            if not removal_of(thing):
                continue
        yield mention_of(thing, fetched_at)
    if not found and not any(map(is_listing, documents)):
        raise UnreadableBodyError(f"JSON, but no posts of Reddit's: {_shape(documents)}")


def after_of(document: Any) -> str | None:
    """The name that the next page comes after; None on the last."""
    after = inner(document, "data", "after")
    return after if isinstance(after, str) and after else None


def _shape(documents: Sequence[Any]) -> str:
    """The names of its fields, never what they hold: a token is one of them."""
    first = documents[0]
    if not isinstance(first, dict):
        return f"a list of {len(first)}"
    return "fields " + ", ".join(sorted(str(name)[:30] for name in first)[:8])
