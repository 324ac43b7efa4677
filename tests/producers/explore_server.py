"""Google Trends on the loopback, and a session that is led there whatever host it asks for."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import HTTPAdapter

from producers.base.upstream import rerouted
from producers.simulate.upstreams.trends import restricted

FEED = b"""<rss xmlns:ht="https://trends.google.com/trending/rss" version="2.0"><channel>
<item><title>octave dry</title><ht:approx_traffic>500+</ht:approx_traffic>
<pubDate>Sun, 1 Mar 2026 02:10:00 -0800</pubDate></item></channel></rss>"""


@dataclass
class Trends:
    """Answers as Google does: a page that is missing and sets a cookie, widgets, a timeline.

    `refuses` says with what, by the end of a path.
    """

    refuses: dict[str, int] = field(default_factory=dict)
    widgets: tuple[str, ...] = ("TIMESERIES",)
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # method, path, cookie
    address: str = ""

    def answer(self, method: str, url: str, cookie: str) -> tuple[int, dict[str, str], bytes]:
        path, query = urlsplit(url).path, parse_qs(urlsplit(url).query)
        path = path.removeprefix("/trends.google.com")
        self.asked.append((method, path, cookie))
        for end, status in self.refuses.items():
            if path.endswith(end):
                return status, {"Content-Type": "text/html"}, b"<html>no</html>"
        if path == "/trending/rss":
            return 200, {"Content-Type": "application/rss+xml"}, FEED
        if path == "/trends/explore/":
            return 404, {"Set-Cookie": "NID=511=abc; path=/; Secure"}, b"<html>404</html>"
        return 200, {"Content-Type": "application/json; charset=utf-8"}, self._told(path, query)

    def _told(self, path: str, query: dict[str, list[str]]) -> bytes:
        asked = json.loads(query["req"][0])
        if path == "/trends/api/explore":
            request = {
                "comparisonItem": [restricted(i["keyword"]) for i in asked["comparisonItem"]]
            }
            widgets = [{"id": id_, "token": "T1", "request": request} for id_ in self.widgets]
            return b")]}'\n" + json.dumps({"widgets": widgets}).encode()
        count = len(asked["comparisonItem"])
        points = [_point(hour, [10 * hour * n for n in range(1, count)] + [50]) for hour in (1, 2)]
        points.append(_point(3, [99] * count) | {"isPartial": True})
        return b")]}',\n" + json.dumps({"default": {"timelineData": points}}).encode()


def _point(hour: int, values: list[int]) -> dict[str, Any]:
    return {"time": str(1_772_323_200 + 3600 * hour), "value": values, "hasData": [True]}


class Led(HTTPAdapter):
    """Leads a session to the loopback. Like the base's session it keeps no cookies by itself."""

    def __init__(self, upstream: str) -> None:
        super().__init__(max_retries=0)
        self._upstream = upstream

    def send(self, request: requests.PreparedRequest, **named: Any) -> requests.Response:  # type: ignore[override]
        asked = request.url or ""
        request.url = rerouted(asked, self._upstream)
        answer = super().send(request, **named)
        answer.url, request.url = asked, asked
        answer.raw._original_response = None
        return answer


@contextmanager
def trends(**told: Any) -> Iterator[tuple[Trends, requests.Session]]:
    """Google Trends, and a session that asks it."""
    made = Trends(**told)

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            cookie = self.headers.get("Cookie", "")
            status, headers, body = made.answer(self.command, self.path, cookie)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_port}"
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", Led(made.address))
    try:
        yield made, session
    finally:
        session.close()
        server.shutdown()
        server.server_close()
        thread.join()
