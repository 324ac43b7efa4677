"""A question to a simulated provider, and its answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from html import escape
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from schemas.clock import SECOND_MS, Millis

JSON: Final = "application/json; charset=utf-8"
HTML: Final = "text/html; charset=utf-8"
FEED: Final = "application/rss+xml; charset=utf-8"
ATOM: Final = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked of a host; header names are in lower case."""

    method: str
    host: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def number(self, name: str, usual: int) -> int:
        told = self.query.get(name, "")
        return int(told) if told.isdecimal() and len(told) < 10 else usual


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider says; a stream gives its `body` first, and then goes on."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: bool = False


def question_of(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Question:
    """`/host/path?query` as the question that was meant for the host."""
    parts = urlsplit(target)
    host, _, path = parts.path.lstrip("/").partition("/")
    query = {name: told[0] for name, told in parse_qs(parts.query).items()}
    return Question(method, host.lower(), f"/{unquote(path)}", query, headers, body)


def told(document: Any, status: int = 200, before: bytes = b"", **headers: str) -> Answer:
    """An answer in JSON; names of headers are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = before + json.dumps(document, ensure_ascii=False).encode()
    return Answer(body, status, {"Content-Type": JSON, **named})


def page(body: str, kind: str = HTML, status: int = 200) -> Answer:
    return Answer(body.encode(), status, {"Content-Type": kind})


def element(name: str, text: str = "", **attributes: str) -> str:
    """An XML element around a text that is not markup."""
    listed = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{listed}>{escape(text)}</{name}>"


def rfc(moment: Millis) -> str:
    """A moment as mails and feeds write it."""
    return formatdate(moment / SECOND_MS, usegmt=True)


def nothing_there(question: Question) -> Answer:
    return page(f"<html><title>404</title>{escape(question.path[:80])}</html>", status=404)
