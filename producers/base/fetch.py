"""One question to a source: asked with patience, bounded in time and size, every attempt told."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Final

import httpx
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from producers.base.conditional import Validators, validators_of
from producers.base.errors import UnreadableBodyError
from producers.base.recovery import Recovery, error_for_exception, error_for_status
from schemas.clock import Now, now
from schemas.errors import HeatError, RetriableError

LARGEST_BODY: Final = 8 * 1024 * 1024
LONGEST_WAIT_S: Final = 60.0
ATTEMPTS: Final = 3
TIMEOUT: Final = httpx.Timeout(15.0, connect=8.0)
WHOLE_CALL_S: Final = 60.0
_full_jitter = wait_random_exponential(multiplier=1.0, max=20.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """A body with its validators; `body` is None when nothing changed since the last time."""

    body: bytes | None
    validators: Validators = Validators()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one try went, for the audit."""

    operation: str  # fetch | not-modified | throttled | failed
    address: str
    status: int | None
    reason: str
    duration_ms: int
    bytes_read: int
    number: int


Tell = Callable[[Attempt], None]


def address_of(url: httpx.URL) -> str:
    """Host and path; never a query, which may hold a key."""
    return f"{url.host}{url.path}"


class Fetcher:
    """Asks with who we are, within limits. A Retry-After longer than a minute is left to the
    schedule: the error carries it."""

    def __init__(
        self,
        user_agent: str,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Now = now,
    ) -> None:
        self._client = httpx.AsyncClient(
            headers={"User-Agent": user_agent},
            timeout=TIMEOUT,
            follow_redirects=True,
            max_redirects=5,
            transport=transport,
        )
        self._sleep = sleep
        self._clock = clock

    async def close(self) -> None:
        await self._client.aclose()

    async def fetch(
        self,
        request: httpx.Request,
        known: Validators,
        tell: Tell,
        own: Mapping[int, Recovery] | None = None,
    ) -> Answer:
        """The answer to `request`. Raises a HeatError of the class that says what to do."""
        retrying = AsyncRetrying(
            retry=retry_if_exception(_worth_another_try),
            stop=stop_after_attempt(ATTEMPTS),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                number = attempt.retry_state.attempt_number
                return await self._try(request, known, tell, own or {}, number)
        raise AssertionError("tenacity gave up without an error")

    async def _try(
        self,
        asked: httpx.Request,
        known: Validators,
        tell: Tell,
        own: Mapping[int, Recovery],
        number: int,
    ) -> Answer:
        began, status, body = monotonic(), None, b""
        operation, reason = "failed", "ended by us"
        try:
            async with asyncio.timeout(WHOLE_CALL_S):
                response, body = await self._read(asked, known)
            status = response.status_code
            if status == httpx.codes.NOT_MODIFIED:
                operation, reason = "not-modified", ""
                return Answer(None, known)
            if not response.is_success:
                raise error_for_status(status, response.headers, self._clock(), own)
            operation, reason = "fetch", ""
            return Answer(body, validators_of(response.headers))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, HeatError) as error:
            failure = _classed(error)
            operation = "throttled" if status == 429 else "failed"
            reason = str(failure)
            raise failure from error
        finally:
            took = round((monotonic() - began) * 1000)
            address = address_of(asked.url)
            tell(Attempt(operation, address, status, reason, took, len(body), number))

    async def _read(self, asked: httpx.Request, known: Validators) -> tuple[httpx.Response, bytes]:
        request = self._client.build_request(
            asked.method,
            asked.url,
            headers={**_own_headers(asked), **known.conditions},
            content=asked.content or None,
        )
        response = await self._client.send(request, stream=True)
        try:
            return response, await _bounded(response)
        finally:
            await response.aclose()


def _own_headers(request: httpx.Request) -> dict[str, str]:
    """What the source itself set; the client adds the rest."""
    added_by_httpx = {"host", "content-length", "transfer-encoding"}
    return {k: v for k, v in request.headers.items() if k.lower() not in added_by_httpx}


async def _bounded(response: httpx.Response) -> bytes:
    """The decoded body. Raises UnreadableBodyError past the limit, before reading the rest."""
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise UnreadableBodyError(f"a body of more than {LARGEST_BODY} bytes")
    return bytes(body)


def _classed(error: Exception) -> HeatError:
    if isinstance(error, HeatError):
        return error
    if isinstance(error, TimeoutError):
        return error_for_exception(httpx.ReadTimeout(f"no whole answer in {WHOLE_CALL_S:.0f} s"))
    return error_for_exception(error)


def _worth_another_try(error: BaseException) -> bool:
    return isinstance(error, RetriableError) and error.retry_after <= LONGEST_WAIT_S


def _wait(state: RetryCallState) -> float:
    """What the source asks for, if anything, on top of full jitter."""
    outcome = state.outcome
    error = outcome.exception() if outcome else None
    asked = error.retry_after if isinstance(error, RetriableError) else 0.0
    return max(asked, _full_jitter(state))
