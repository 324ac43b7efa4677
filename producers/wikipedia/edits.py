"""Edits out of the stream of recent changes: events as they are sent, or one JSON object a line.

An edit is a voice: who edits a page has something to say about it. An editor counts once for a page
in ten minutes, however often they press the button.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from producers.base.errors import UnreadableBodyError
from producers.documents import documents
from producers.fields import happened, inner, line_of, truth_of
from producers.wikipedia.titles import plain_title
from schemas.clock import MINUTE_MS, Millis

WINDOW_MS: Final = 10 * MINUTE_MS
CHANGES: Final = frozenset({"edit", "new"})
_DATA: Final = re.compile(rb"^data: ?(.*?)\r?$", re.M)
_FRAME: Final = re.compile(rb"^\s*(?::|event:|id:|retry:|data:)")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of an article by a person."""

    wiki: str  # enwiki
    domain: str  # en.wikipedia.org
    title: str
    editor: str
    moment: Millis
    comment: str = ""
    is_new: bool = False
    grown: int | None = None  # bytes by which the page is longer

    @property
    def window(self) -> int:
        """Ten minutes of the source's clock, numbered since 1970."""
        return self.moment // WINDOW_MS


def is_framed(content: bytes) -> bool:
    """Whether a body is made of server-sent events."""
    return _FRAME.match(content.removeprefix(b"\xef\xbb\xbf")) is not None


def changes(content: bytes) -> list[dict[str, Any]]:
    """The changes in a body. Raises UnreadableBodyError when it holds none that could be read."""
    lines = b"\n".join(_DATA.findall(content)) if is_framed(content) else content
    if is_framed(content) and not lines.strip():
        return []  # a stream that had nothing to say but that it is alive
    found = []
    for document in documents(lines):
        found += document if isinstance(document, list) else [document]
    events = [event for event in found if isinstance(event, dict) and _is_change(event)]
    if found and not events:
        named = sorted(map(str, found[0]))[:12] if isinstance(found[0], dict) else []
        raise UnreadableBodyError(f"no changes of a wiki, but {', '.join(named)[:160] or 'values'}")
    return events


def _is_change(event: dict[str, Any]) -> bool:
    return "$schema" in event or ("wiki" in event and "title" in event) or "page_title" in event


def edit_of(event: dict[str, Any], fetched_at: Millis) -> Edit | None:
    """None for what no person did to an article: logs, categories, talk, bots, canaries."""
    domain = str(inner(event, "meta", "domain") or event.get("server_name") or "")
    if domain == "canary" or not domain:
        return None
    return _recent(event, domain, fetched_at) or _revision(event, domain, fetched_at)


def _recent(event: dict[str, Any], domain: str, fetched_at: Millis) -> Edit | None:
    """An event of recentchange."""
    if event.get("type") not in CHANGES or event.get("namespace") != 0:
        return None
    title, editor = plain_title(event.get("title")), line_of(event.get("user"))
    if not title or not editor or truth_of(event.get("bot")):
        return None
    old, new = inner(event, "length", "old"), inner(event, "length", "new")
    return Edit(
        wiki=str(event.get("wiki") or _wiki_of(domain)),
        domain=domain,
        title=title,
        editor=editor,
        moment=happened(inner(event, "meta", "dt") or event.get("timestamp"), fetched_at),
        comment=line_of(event.get("comment")),
        is_new=event.get("type") == "new",
        grown=new - old if isinstance(new, int) and isinstance(old, int) else None,
    )


def _revision(event: dict[str, Any], domain: str, fetched_at: Millis) -> Edit | None:
    """An event of revision-create or page-create."""
    title = plain_title(event.get("page_title"))
    editor = line_of(inner(event, "performer", "user_text"))
    is_bot = truth_of(inner(event, "performer", "user_is_bot"))
    if not title or not editor or is_bot or event.get("page_namespace") != 0:
        return None
    when = event.get("rev_timestamp") or inner(event, "meta", "dt")
    return Edit(
        wiki=str(event.get("database") or _wiki_of(domain)),
        domain=domain,
        title=title,
        editor=editor,
        moment=happened(when, fetched_at),
        comment=line_of(event.get("comment")),
        is_new="rev_parent_id" not in event,
    )


def _wiki_of(domain: str) -> str:
    """en.wikipedia.org as enwiki."""
    language, _, rest = domain.partition(".")
    return f"{language}wiki" if rest.startswith("wikipedia") else domain


def edits(content: bytes, fetched_at: Millis) -> Iterator[Edit]:
    """The first edit of each editor of each article in each ten minutes."""
    told = set()
    for event in changes(content):
        edit = edit_of(event, fetched_at)
        if edit is None:
            continue
        voice = (edit.wiki, edit.title, edit.editor, edit.window)
        if voice not in told:
            told.add(voice)
            yield edit
