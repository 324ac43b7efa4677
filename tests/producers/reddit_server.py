"""Reddit on the loopback: tokens, listings, questions by name, feeds; and a session led there."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from pydantic import SecretStr
from requests.adapters import HTTPAdapter

from producers.base.upstream import rerouted
from producers.reddit.source import RedditOptions, RedditSource
from producers.simulate.upstreams.reddit import listing_of
from schemas.clock import Millis
from schemas.records import RawMention
from schemas.settings import KeysSection
from tests.producers.builders import NOON

Answer = tuple[int, dict[str, str], bytes]
API = "oauth.reddit.com"
TOKEN_PATH = "www.reddit.com/api/v1/access_token"
KEYS = KeysSection(
    reddit_client_id=SecretStr("invented-id"), reddit_client_secret=SecretStr("invented-secret")
)
TOKEN = {"access_token": "invented", "token_type": "bearer", "expires_in": 3600, "scope": "*"}
WAIT_S = 10.0


def post(number: int, **fields: Any) -> dict[str, Any]:
    """A post as a listing holds it."""
    named = {"name": f"t3_{number:06d}", "id": f"{number:06d}", "subreddit": "movies"}
    said = {"title": f"Post {number}", "selftext": "", "author": "somebody", "over_18": False}
    return named | said | {"created_utc": 1772360000 + number} | fields


def listing(*posts: dict[str, Any], after: str | None = None) -> bytes:
    return json.dumps(listing_of(posts, after)).encode()


@dataclass
class FakeReddit:
    """`answers` tells a path's answers in turn, the last one stays; everything else is empty.

    A session of ours reaches it whatever host it asks for: its paths begin with the host.
    """

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # host/path?query
    signed: list[str] = field(default_factory=list)  # the Authorization header of each
    agents: set[str] = field(default_factory=set)
    address: str = ""

    def says(self, path: str, *answers: Answer | bytes) -> None:
        self.answers[path] = [(200, {}, a) if isinstance(a, bytes) else a for a in answers]

    def answer(self, path: str, headers: dict[str, str]) -> Answer:
        self.asked.append(path)
        self.signed.append(headers.get("authorization", ""))
        self.agents.add(headers.get("user-agent", ""))
        waiting = self.answers.get(path.partition("?")[0])
        if waiting:
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if path.endswith("/access_token"):
            return 200, {}, json.dumps(TOKEN).encode()
        return 200, {}, listing()

    def count(self, end: str) -> int:
        return sum(path.partition("?")[0].endswith(end) for path in self.asked)

    def queries(self, end: str) -> list[dict[str, list[str]]]:
        found = [path for path in self.asked if path.partition("?")[0].endswith(end)]
        return [parse_qs(urlsplit(path).query) for path in found]


@contextmanager
def reddit() -> Iterator[FakeReddit]:
    fake = FakeReddit()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(fake))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    fake.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join(WAIT_S)


def _handler(fake: FakeReddit) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, told, body = fake.answer(self.path.lstrip("/"), headers)
            self.send_response(status)
            for name, value in told.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name that the server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return Answering


class Led(HTTPAdapter):
    """Sends everything to one address, as the base's own adapter can."""

    def __init__(self, address: str, before: Callable[[str], None]) -> None:
        super().__init__(max_retries=0)
        self._address, self._before = address, before

    def send(self, request: requests.PreparedRequest, **named: Any) -> requests.Response:
        self._before(request.url or "")
        there = request.copy()
        there.url = rerouted(request.url or "", self._address)
        return super().send(there, **named)


@contextmanager
def session_to(
    address: str, before: Callable[[str], None] = lambda url: None
) -> Iterator[requests.Session]:
    """A session as a poll gets it; `before` may refuse a request, as the gate does."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers["User-Agent"] = "heat tests (newsroom@example.org)"
        session.mount("https://", Led(address, before))
        yield session


def source(keys: KeysSection = KEYS, **chosen: Any) -> RedditSource:
    """The new posts of two subreddits, unless chosen otherwise."""
    asked = {"subreddits": ("movies", "kpop"), "all": False, "listings": ("new",)}
    return RedditSource(RedditOptions(**{**asked, "comments": False, **chosen}), keys)


def polled(one: RedditSource, fake: FakeReddit, moment: Millis = NOON) -> list[RawMention]:
    with session_to(fake.address) as session:
        return list(one.collect(session, moment))
