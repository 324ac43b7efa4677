"""The session that a provider's library asks over: each of its requests passes the gate, is bounded
in time and size, goes where all requests go, and is told to the audit.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from io import BytesIO
from time import monotonic
from typing import Any, Final, TypeVar
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError, NewConnectionError

from producers.base.attempt import Attempt, Tell, address_of
from producers.base.body import Body
from producers.base.errors import RefusedError, UnreadableBodyError
from producers.base.facts import Cost
from producers.base.gate import Gate, Outcome, Ticket
from producers.base.limits.told import told_by
from producers.base.recovery import patience
from producers.base.redirects import MOST_REDIRECTS, refused_redirect
from producers.base.source import CalledSource
from producers.base.upstream import rerouted
from schemas.clock import Now
from schemas.errors import HeatError

LARGEST_BODY: Final = 8 * 1024 * 1024
CONNECT_S: Final = 8.0
READ_S: Final = 15.0
WHOLE_CALL_S: Final = 60.0
CHUNK: Final = 64 * 1024
GATE_S: Final = 120.0
Told = TypeVar("Told")


class GatedAdapter(HTTPAdapter):
    """Sends for a library what the gate lets through. It is called in a thread of the library's;
    the gate lives in the event loop."""

    def __init__(
        self,
        source: CalledSource,
        gate: Gate,
        tell: Tell,
        loop: asyncio.AbstractEventLoop,
        clock: Now,
        before_each: Callable[[], None],
        upstream: str | None = None,
    ) -> None:
        super().__init__(max_retries=0)
        self._source = source
        self._gate = gate
        self._tell = tell
        self._loop = loop
        self._clock = clock
        self._before_each = before_each
        self._upstream = upstream
        self.ended = threading.Event()
        self.asked = self.answered = 0

    def send(  # type: ignore[override]  # what a session passes, it passes by name
        self, request: requests.PreparedRequest, **named: Any
    ) -> requests.Response:
        """Raises the gate's HeatErrors; what the network does is raised as requests does."""
        if self.ended.is_set():
            raise RefusedError("the producer is stopping")
        self._before_each()
        self.asked += 1
        cost = self._source.costs(request)
        ticket = self._admitted(request, cost)
        call = _Call(ticket, cost)
        try:
            answer = self._sent(request, named)
            call.answered(answer, self._source, self._clock())
            self.answered += answer.ok
        except (requests.RequestException, HeatError) as error:
            call.failed(error)
            raise
        finally:
            self._waited(self._settled(call))
            self._tell(call.attempt(address_of(request.url or "")))
        self._judge_redirect(request, answer)
        return answer

    def _admitted(self, request: requests.PreparedRequest, cost: Cost) -> Ticket:
        try:
            return self._waited(self._gate.admit(cost))
        except HeatError as refusal:
            self._tell(Attempt("refused", address_of(request.url or ""), reason=str(refusal)))
            raise

    def _sent(
        self, request: requests.PreparedRequest, named: Mapping[str, Any]
    ) -> requests.Response:
        asked_for, url = request.url or "", rerouted(request.url or "", self._upstream)
        there = request.copy()
        there.url = url
        options = {**named, "stream": True, "timeout": (CONNECT_S, READ_S)}
        if self._upstream:
            options["proxies"] = {}
        answer = super().send(there, **options)
        answer.request, answer.url = request, asked_for
        _read_whole(answer)
        answer.cookies = RequestsCookieJar()  # those of the host that was asked for
        extract_cookies_to_jar(answer.cookies, request, answer.raw)
        return answer

    async def _settled(self, call: "_Call") -> None:
        await self._gate.settle(call.ticket, call.outcome, call.actual, call.retry_after, call.told)

    def _waited(self, work: Coroutine[Any, Any, Told]) -> Told:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(GATE_S)

    def _judge_redirect(self, request: requests.PreparedRequest, answer: requests.Response) -> None:
        if not answer.is_redirect:
            return
        next_ = urljoin(request.url or "", answer.headers["location"])
        why = refused_redirect(request.url or "", next_, request.headers)
        if why is not None:
            raise RefusedError(f"HTTP {answer.status_code}: {why}")


class _Call:
    """One request of the library, for the gate and for the audit."""

    def __init__(self, ticket: Ticket, cost: Cost) -> None:
        self.ticket, self.cost, self.began = ticket, cost, monotonic()
        self.outcome: Outcome = "failed"
        self.operation, self.reason = "failed", "ended by us"
        self.status: int | None = None
        self.bytes_read = 0
        self.actual: Cost | None = None
        self.retry_after: float | None = None
        self.told: Mapping[str, float] = {}

    def answered(self, answer: requests.Response, source: CalledSource, now: int) -> None:
        self.status, self.bytes_read = answer.status_code, len(answer.content)
        self.told = told_by(answer.headers, now)
        self.operation, self.reason, self.outcome = "fetch", "", "done"
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if answer.status_code == requests.codes.too_many_requests:
            self.operation, self.outcome = "throttled", "throttled"
            self.retry_after = patience(headers, now)
        elif answer.status_code >= 500:
            self.operation, self.outcome = "failed", "failed"
            self.retry_after = patience(headers, now)
        elif not answer.ok:
            self.operation = "failed"
        if not answer.ok:
            self.reason = f"HTTP {answer.status_code}"
        else:
            self.actual = source.spent(Body(answer.content, now, answer.status_code, headers))

    def failed(self, error: Exception) -> None:
        self.outcome = "unsent" if _never_left(error) else "failed"
        self.reason = type(error).__name__ if not isinstance(error, HeatError) else str(error)

    def attempt(self, address: str) -> Attempt:
        took = round((monotonic() - self.began) * 1000)
        cost = {} if self.outcome == "unsent" else {**self.cost, **(self.actual or {})}
        return Attempt(
            self.operation, address, self.status, self.reason, took, self.bytes_read, cost=cost
        )


def _never_left(error: Exception) -> bool:
    """Whether there was no connection over which anything could have been asked."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.InvalidURL):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", cause), NewConnectionError)


def _read_whole(answer: requests.Response) -> None:
    """Read the body here, decoded and within limits, so that no library reads without them."""
    until, body = monotonic() + WHOLE_CALL_S, bytearray()
    try:
        for chunk in answer.raw.stream(CHUNK, decode_content=True):
            body += chunk
            if len(body) > LARGEST_BODY:
                raise UnreadableBodyError(f"a body of more than {LARGEST_BODY} bytes")
            if monotonic() > until:
                raise requests.ReadTimeout("no whole answer in time")
    except HTTPError as error:
        raise requests.exceptions.ChunkedEncodingError(type(error).__name__) from None
    finally:
        with suppress(HTTPError, OSError):
            answer.raw.release_conn()
    sent = getattr(answer.raw, "_original_response", None)  # its headers hold the session's cookies
    answer.raw = HTTPResponse(
        BytesIO(bytes(body)),
        status=answer.status_code,
        preload_content=False,
        original_response=sent,
    )
    answer._content = bytes(body)
    answer._content_consumed = True


def library_session(adapter: GatedAdapter, user_agent: str) -> requests.Session:
    """A session of which every request passes `adapter`."""
    session = requests.Session()
    session.headers["User-Agent"] = user_agent
    session.max_redirects = MOST_REDIRECTS
    session.trust_env = not adapter._upstream
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
