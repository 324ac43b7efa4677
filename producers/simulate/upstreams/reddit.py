"""Reddit as its API and its feeds tell it: posts, comments under some, and what was removed.

A post in forty is removed an hour and a half after it was written, so that deletions happen.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, Final

from producers.simulate.upstreams.exchange import (
    ATOM,
    Answer,
    Question,
    element,
    nothing_there,
    page,
    told,
)
from producers.simulate.upstreams.past import Past, bare, number_of, plain_channel, short_name
from schemas.clock import HOUR_MS, MINUTE_MS, SECOND_MS, iso
from schemas.records import RawMention

API: Final = "oauth.reddit.com"
SITE: Final = "www.reddit.com"
HOSTS: Final = (API, SITE)
WITHIN: Final = 12 * HOUR_MS
REPLY_AFTER: Final = 7 * MINUTE_MS
REMOVED_AFTER: Final = 90 * MINUTE_MS
ONE_IN: Final = 40
TOKEN: Final = {"access_token": "simulated", "token_type": "bearer", "expires_in": 86_400}
THROTTLED: Final = told({"message": "Too Many Requests", "error": 429}, 429)
SPENT: Final = THROTTLED
Thing = dict[str, Any]


def answer(past: Past, question: Question) -> Answer:
    path = question.path
    if path == "/api/v1/access_token":
        return told({**TOKEN, "scope": "*"})
    if path == "/api/info":
        return _info(past, question)
    parts = path.strip("/").split("/")
    if len(parts) != 3 or parts[0] != "r":
        return nothing_there(question)
    names, listing = parts[1], parts[2]
    if listing.endswith(".rss"):
        return _feed(past, names, listing.removesuffix(".rss"), question.number("limit", 25))
    return _page(list(_listed(past, names, listing)), question)


def _listed(past: Past, names: str, listing: str) -> Iterator[Thing]:
    wanted = set(names.casefold().split("+"))
    for mention in past.said("reddit", WITHIN):
        if "all" not in wanted and _room(mention).casefold() not in wanted:
            continue
        if listing == "comments":
            if _is_discussed(mention) and mention.event_time + REPLY_AFTER <= past.moment:
                yield comment(mention)
        elif listing != "rising" or number_of(mention.id, 3) == 0:
            yield post(mention, past)


def _page(things: list[Thing], question: Question) -> Answer:
    """The things after the one that the question names, and which is the last of them."""
    names = [thing["name"] for thing in things]
    after = question.query.get("after", "")
    start = names.index(after) + 1 if after in names else 0
    shown = things[start : start + question.number("limit", 25)]
    more = start + len(shown) < len(things)
    return _listing(shown, shown[-1]["name"] if shown and more else None)


def _listing(things: list[Thing], after: str | None) -> Answer:
    return told(listing_of(things, after))


def listing_of(things: Sequence[Thing], after: str | None) -> Thing:
    """What Reddit wraps things in, and the name that the next page comes after."""
    children = [{"kind": thing["name"][:2], "data": thing} for thing in things]
    kept = {"after": after, "before": None, "dist": len(children), "children": children}
    return {"kind": "Listing", "data": kept}


def _info(past: Past, question: Question) -> Answer:
    wanted = set(question.query.get("id", "").split(","))
    found: list[Thing] = []
    for mention in past.said("reddit", 3 * WITHIN):
        found += [thing for thing in (post(mention, past), comment(mention))
                  if thing["name"] in wanted]  # fmt: skip
    return _listing(found, None)


def fullname(mention: RawMention) -> str:
    return f"t3_{short_name(mention.native_id, 8)}"


def _room(mention: RawMention) -> str:
    return plain_channel(mention).removeprefix("r/")


def _is_discussed(mention: RawMention) -> bool:
    return number_of(mention.id, 5) == 0


def is_removed(mention: RawMention, past: Past) -> bool:
    return number_of(mention.id, ONE_IN) == 1 and mention.event_time + REMOVED_AFTER <= past.moment


def post(mention: RawMention, past: Past) -> Thing:
    name, room = fullname(mention), _room(mention)
    removed = {"author": "[deleted]", "selftext": "[removed]", "removed_by_category": "moderator"}
    return {
        "name": name, "id": name[3:], "subreddit": room, "subreddit_name_prefixed": f"r/{room}",
        "title": mention.title, "selftext": "", "author": mention.author, "is_self": True,
        "over_18": False, "created_utc": mention.event_time / SECOND_MS,
        "score": number_of(mention.id, 900), "num_comments": number_of(mention.id, 70),
        "permalink": f"/r/{room}/comments/{name[3:]}/simulated/", "domain": f"self.{room}",
        **(removed if is_removed(mention, past) else {}),
    }  # fmt: skip


def comment(mention: RawMention) -> Thing:
    """What somebody answers."""
    room, above = _room(mention), fullname(mention)
    own = short_name(f"{mention.native_id}:reply", 8)
    return {
        "name": f"t1_{own}", "id": own, "link_id": above, "parent_id": above, "subreddit": room,
        "body": f"Talking of this all day: {mention.title}", "over_18": False,
        "author": f"{mention.author}_too", "link_title": bare(mention.title),
        "created_utc": (mention.event_time + REPLY_AFTER) / SECOND_MS, "score": 3,
        "permalink": f"/r/{room}/comments/{above[3:]}/simulated/{own}/", "edited": False,
    }  # fmt: skip


def _feed(past: Past, names: str, listing: str, limit: int) -> Answer:
    things = list(_listed(past, names, listing))[:limit]
    entries = "".join(map(_entry, things))
    head = element("title", f"{names} : {listing} [simulated]") + element(
        "updated", iso(past.moment)
    )
    return page(f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{entries}</feed>', ATOM)


def _entry(thing: Thing) -> str:
    author, said = f"/u/{thing['author']}", thing.get("body") or thing.get("selftext") or ""
    title = thing.get("title") or f"{author} on {thing.get('link_title', '')}"
    markup = f'<!-- SC_OFF --><div class="md"><p>{escape(said)}</p></div><!-- SC_ON -->'
    at = iso(round(thing["created_utc"] * SECOND_MS))
    return "".join((
        "<entry>", f"<author>{element('name', author)}</author>",
        element("category", term=thing["subreddit"], label=f"r/{thing['subreddit']}"),
        element("content", markup, type="html"), element("id", thing["name"]),
        element("link", href=f"https://{SITE}{thing['permalink']}"),
        element("updated", at), element("published", at), element("title", title), "</entry>",
    ))  # fmt: skip
