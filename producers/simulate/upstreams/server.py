"""The loopback server: questions in by path, answers out, and a few paths to steer and to ask it.

`GET /_told` tells what was asked and what went wrong, `POST /_faults` takes another plan, and
`POST /_limits` other limits: `{"newsapi.org": {"requests": 3, "per_s": 60}}`.
"""

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Final

from producers.simulate.upstreams.desk import Desk, Reply
from producers.simulate.upstreams.exchange import Answer, Question, question_of, told
from producers.simulate.upstreams.faults import read_plan
from producers.simulate.upstreams.sites import LIMITS, Limit
from schemas.clock import SECOND_MS, Millis
from schemas.errors import SettingsError

LOOPBACK: Final = "127.0.0.1"
STREAM_EVERY_S: Final = 0.2
LARGEST_QUESTION: Final = 1_000_000
RESET: Final = struct.pack("ii", 1, 0)  # close at once, and say so with a reset


class _Answering(BaseHTTPRequestHandler):
    """One connection, one answer."""

    desk: ClassVar[Desk]
    stopping: ClassVar[threading.Event]
    timeout = 30

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, LARGEST_QUESTION))
        if self.path.startswith("/_"):
            return self._say(_steered(self.desk, self.command, self.path, body))
        headers = {name.lower(): value for name, value in self.headers.items()}
        question = question_of(self.command, self.path, headers, body)
        with suppress(ConnectionError):  # whoever asked has gone
            self._give(question, self.desk.reply(question))
        return None

    do_POST = do_GET  # noqa: N815 - the name that the server looks for

    def _give(self, question: Question, reply: Reply) -> None:
        if reply.suffers("reset"):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.connection.close()
            return
        if reply.fault is not None and reply.suffers("slow"):
            self.stopping.wait(reply.fault.wait_s / self.desk.clock.speed)
        self._say(reply.answer, cut_short=reply.suffers("truncate"))
        self.desk.sent(question, reply)
        if reply.answer.stream and not reply.suffers("truncate"):
            self._go_on(reply.moment)

    def _say(self, answer: Answer, cut_short: bool = False) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if not answer.stream and answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) // 2] if cut_short else answer.body)
        self.wfile.flush()

    def _go_on(self, since: Millis) -> None:
        """A stream speaks until somebody hangs up."""
        while not self.stopping.wait(STREAM_EVERY_S):
            more, since = self.desk.events(since)
            self.wfile.write(more or b":\n")
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """What was asked is told at /_told."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke is what a producer is to bear, and no news here."""


def _steered(desk: Desk, method: str, path: str, body: bytes) -> Answer:
    try:
        match method, path:
            case "GET", "/_told":
                return told(desk.told())
            case "POST", "/_faults":
                desk.arm(read_plan(body))
                return told(desk.told())
            case "POST", "/_limits":
                desk.allow(_limits(body))
                return told(desk.told())
    except SettingsError as error:
        return told({"error": str(error)}, 400)
    return told({"error": f"nothing is at {method} {path[:80]}"}, 404)


def _limits(body: bytes) -> dict[str, Limit]:
    """A limit that is changed keeps the manner in which it is told."""
    try:
        asked = json.loads(body)
        return {
            bucket: Limit(
                int(own["requests"]), round(float(own["per_s"]) * SECOND_MS),
                tells=LIMITS[bucket].tells if bucket in LIMITS else "seconds",
                ends=LIMITS[bucket].ends if bucket in LIMITS else "throttled",
            )
            for bucket, own in asked.items()
        }  # fmt: skip
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise SettingsError(f"limits: {type(error).__name__}: {error}") from None


@contextmanager
def serving(desk: Desk, port: int = 0) -> Iterator[str]:
    """The address of the server, which runs until the block ends."""
    stopping = threading.Event()
    answering = type("Answering", (_Answering,), {"desk": desk, "stopping": stopping})
    server = _Server((LOOPBACK, port), answering)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
