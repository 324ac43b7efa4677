"""One question to a source: admitted by its gate, asked with patience, bounded in time and size,
read, and every attempt told.

Not hishel, for the cache, nor a retrying transport: an answer may be kept only once its mentions
are safe in the log, and every single attempt passes the gate.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import httpx
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

from producers.base.answers import NOT_MODIFIED, Reader, StatusReader
from producers.base.attempt import Tell, Try
from producers.base.body import Body
from producers.base.clients import TIMEOUT, client_for, guarded_client
from producers.base.errors import UnreadableBodyError
from producers.base.gate import Gate, OpenGate
from producers.base.kept import Validators, validators_of
from producers.base.recovery import error_for_exception
from producers.base.source import WITHIN_S, Ask
from schemas.clock import Now, now
from schemas.errors import HeatError, RetriableError
from schemas.records import RawMention

LARGEST_BODY: Final = 8 * 1024 * 1024
LONGEST_WAIT_S: Final = 30.0
ATTEMPTS: Final = 3
STATUS_ONLY: Final = StatusReader()
_full_jitter = wait_random_exponential(multiplier=1.0, max=20.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """A body, read, with its validators; `body` is None when nothing changed since last time."""

    body: Body | None
    mentions: tuple[RawMention, ...] = ()
    validators: Validators = Validators()  # noqa: RUF009 - frozen


class Fetcher:
    """Asks with who we are, within limits. A Retry-After longer than half a minute is left to the
    schedule: the error carries it."""

    def __init__(
        self,
        user_agent: str,
        upstream: str | None = None,
        gate: Gate | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Now = now,
    ) -> None:
        self.client = client_for(user_agent, upstream)
        # Addresses out of somebody's text: httpx-secure looks at the address that is really
        # connected to. It needs a plain client of its own. A simulated upstream takes all anyway.
        self._guarded = self.client if upstream else guarded_client(user_agent)
        self.gate = gate or OpenGate()
        self._sleep = sleep
        self._clock = clock

    async def close(self) -> None:
        await self.client.aclose()
        await self._guarded.aclose()

    async def fetch(
        self, ask: Ask, known: Validators, tell: Tell, reader: Reader = STATUS_ONLY
    ) -> Answer:
        """The answer to `ask`, read. Raises a HeatError of the class that says what to do."""
        retrying = AsyncRetrying(
            retry=retry_if_exception(_worth_another_try),
            # A call that costs money may have been made although its answer never came.
            stop=stop_after_attempt(1 if "usd" in ask.cost else ATTEMPTS),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        async for attempt in retrying:
            number = attempt.retry_state.attempt_number
            trying = Try(self.gate, reader, ask, tell, number)
            await trying.admit()  # what the gate refuses is not asked again
            with attempt:
                return await self._try(trying, known)
        raise AssertionError("tenacity gave up without an error")

    async def _try(self, trying: Try, known: Validators) -> Answer:
        try:
            async with asyncio.timeout(trying.ask.within_s):
                response, content = await self._read(trying.ask, known)
            trying.answered(response, len(content))
            body = Body(
                content,
                self._clock(),
                response.status_code,
                plain_headers(response),
                trying.ask.label,
            )
            mentions = tuple(trying.reader.read(body))
            trying.succeeded(body, len(mentions))
            if body.status == NOT_MODIFIED:
                return Answer(None, (), known)
            return Answer(body, mentions, validators_of(response.headers))
        except (httpx.RequestError, httpx.InvalidURL, TimeoutError, HeatError) as error:
            failure = _classed(error)
            trying.failed(failure, error)
            raise failure from error
        finally:
            await trying.settle(self._clock())

    async def _read(self, ask: Ask, known: Validators) -> tuple[httpx.Response, bytes]:
        asked = ask.request
        client = self._guarded if ask.from_text else self.client
        request = client.build_request(
            asked.method,
            asked.url,
            headers={**own_headers(asked), **known.conditions},
            content=asked.content or None,
            timeout=patience_of(ask),
        )
        response = await client.send(request, stream=True)
        try:
            return response, await _bounded(response)
        finally:
            await response.aclose()


def patience_of(ask: Ask) -> httpx.Timeout:
    """An ask that may take long may also be silent for long."""
    if ask.within_s <= WITHIN_S:
        return TIMEOUT
    return httpx.Timeout(ask.within_s, connect=TIMEOUT.connect)


def plain_headers(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def own_headers(request: httpx.Request) -> dict[str, str]:
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
        return error_for_exception(httpx.ReadTimeout("no whole answer in time"))
    return error_for_exception(error)


def _worth_another_try(error: BaseException) -> bool:
    return isinstance(error, RetriableError) and error.retry_after <= LONGEST_WAIT_S


def _wait(state: RetryCallState) -> float:
    """What the source asks for, if anything, on top of full jitter."""
    outcome = state.outcome
    error = outcome.exception() if outcome else None
    asked = error.retry_after if isinstance(error, RetriableError) else 0.0
    return max(asked, _full_jitter(state))
