"""Asking a source: patience, limits and conditions, against a real server on the loopback."""

import gzip
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from producers.base import fetch
from producers.base.attempt import Attempt
from producers.base.errors import (
    BudgetSpentError,
    CredentialsError,
    RefusedError,
    ThrottledError,
    UnreachableError,
    UnreadableBodyError,
    UpstreamError,
)
from producers.base.facts import Cost
from producers.base.fetch import Fetcher
from producers.base.gate import OpenGate, Ticket
from producers.base.kept import Validators
from producers.base.source import Ask
from tests.producers.builders import NOON
from tests.producers.upstream import Reply, serving


class Asking:
    """A fetcher whose waits are remembered and not waited."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.attempts: list[Attempt] = []
        self.gate = OpenGate()
        self.fetcher = Fetcher("heat-test/1", gate=self.gate, sleep=self._sleep, clock=lambda: NOON)

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def get(self, url: str, known: Validators | None = None, **more: object) -> bytes | None:
        ask = Ask(httpx.Request("GET", url), **more)  # type: ignore[arg-type]
        answer = await self.fetcher.fetch(ask, known or Validators(), self.attempts.append)
        return answer.body.content if answer.body else None

    @property
    def outcomes(self) -> list[str]:
        return [outcome for _, outcome in self.gate.settled]


@pytest_asyncio.fixture
async def asking() -> AsyncIterator[Asking]:
    made = Asking()
    yield made
    await made.fetcher.close()


async def test_body_comes_with_who_we_are_said_and_one_attempt_told(asking: Asking) -> None:
    with serving(feed=[Reply(200, b"hello")]) as upstream:
        assert await asking.get(upstream.url("/feed?key=secret")) == b"hello"
    ((_, headers),) = upstream.asked
    assert headers["user-agent"] == "heat-test/1"
    (attempt,) = asking.attempts
    assert (attempt.operation, attempt.status, attempt.bytes_read) == ("fetch", 200, 5)
    assert attempt.address == "127.0.0.1/feed"


async def test_failing_source_is_asked_again_and_every_attempt_is_told(asking: Asking) -> None:
    with serving(feed=[Reply(503), Reply(500), Reply(200, b"at last")]) as upstream:
        assert await asking.get(upstream.url("/feed")) == b"at last"
    told = [(a.number, a.operation, a.status) for a in asking.attempts]
    assert told == [(1, "failed", 503), (2, "failed", 500), (3, "fetch", 200)]
    assert len(asking.waits) == 2


async def test_source_that_keeps_failing_is_left_to_the_schedule(asking: Asking) -> None:
    with serving(feed=[Reply(502)]) as upstream:
        with pytest.raises(UpstreamError, match="HTTP 502"):
            await asking.get(upstream.url("/feed"))
        assert len(upstream.asked) == fetch.ATTEMPTS


async def test_retry_after_is_honoured(asking: Asking) -> None:
    throttled = Reply(429, headers={"Retry-After": "7"})
    with serving(feed=[throttled, Reply(200, b"ok")]) as upstream:
        assert await asking.get(upstream.url("/feed")) == b"ok"
    assert asking.waits[0] >= 7
    assert asking.attempts[0].operation == "throttled"


async def test_retry_after_of_an_hour_is_told_and_not_waited(asking: Asking) -> None:
    with serving(feed=[Reply(429, headers={"Retry-After": "3600"})]) as upstream:
        with pytest.raises(ThrottledError) as throttled:
            await asking.get(upstream.url("/feed"))
        assert len(upstream.asked) == 1
    assert throttled.value.retry_after == 3600
    assert asking.waits == []


@pytest.mark.parametrize(
    ("status", "error"), [(404, RefusedError), (403, RefusedError), (401, CredentialsError)]
)
async def test_refusal_is_not_asked_again(
    asking: Asking, status: int, error: type[Exception]
) -> None:
    with serving(feed=[Reply(status)]) as upstream:
        with pytest.raises(error, match=str(status)):
            await asking.get(upstream.url("/feed"))
        assert len(upstream.asked) == 1


async def test_unchanged_feed_is_not_sent_again(asking: Asking) -> None:
    with serving(feed=[Reply(200, b"x", {"ETag": '"1"'})]) as upstream:
        assert await asking.get(upstream.url("/feed"), Validators(etag='"1"')) is None
    assert asking.attempts[0].operation == "not-modified"


async def test_source_that_is_not_there_is_named_unreachable(asking: Asking) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(UnreachableError, match="unreachable"):
        await asking.get(f"http://127.0.0.1:{port}/feed")
    assert len(asking.attempts) == fetch.ATTEMPTS


async def test_body_beyond_the_limit_is_refused_before_it_is_read_whole(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "LARGEST_BODY", 1_000)
    bomb = gzip.compress(b"0" * 1_000_000)
    with (
        serving(feed=[Reply(200, bomb, {"Content-Encoding": "gzip"})]) as upstream,
        pytest.raises(UnreadableBodyError, match="more than 1000 bytes"),
    ):
        await asking.get(upstream.url("/feed"))


async def test_broken_compression_is_unreadable(asking: Asking) -> None:
    with (
        serving(feed=[Reply(200, b"not gzip", {"Content-Encoding": "gzip"})]) as upstream,
        pytest.raises(UnreadableBodyError),
    ):
        await asking.get(upstream.url("/feed"))


async def test_answer_that_is_cut_short_is_asked_for_again(asking: Asking) -> None:
    with serving(feed=[Reply(200, b"half", cut_short=True), Reply(200, b"whole")]) as upstream:
        assert await asking.get(upstream.url("/feed")) == b"whole"


async def test_endless_redirect_is_skipped(asking: Asking) -> None:
    with (
        serving(feed=[Reply(302, headers={"Location": "/feed"})]) as upstream,
        pytest.raises(UnreadableBodyError, match="TooManyRedirects"),
    ):
        await asking.get(upstream.url("/feed"))


async def test_gate_hears_how_every_attempt_ended(asking: Asking) -> None:
    with serving(
        sick=[Reply(503), Reply(200, b"ok")], busy=[Reply(429)], gone=[Reply(404)]
    ) as upstream:
        await asking.get(upstream.url("/sick"))
        with pytest.raises(ThrottledError):
            await asking.get(upstream.url("/busy"))
        with pytest.raises(RefusedError):
            await asking.get(upstream.url("/gone"))
        assert asking.outcomes == ["failed", "done", "throttled", "done"]
        assert len(asking.outcomes) == len(upstream.asked)


async def test_what_never_left_is_told_as_unsent(asking: Asking) -> None:
    with pytest.raises(UnreachableError):
        await asking.get("http://127.0.0.1:1/feed")
    assert set(asking.outcomes) == {"unsent"}
    assert [dict(attempt.cost) for attempt in asking.attempts] == [{}] * fetch.ATTEMPTS


async def test_call_that_costs_money_is_not_made_twice(asking: Asking) -> None:
    with serving(run=[Reply(502)]) as upstream:
        with pytest.raises(UpstreamError):
            await asking.get(upstream.url("/run"), cost={"usd": 0.5, "requests": 1})
        assert len(upstream.asked) == 1
    assert asking.attempts[0].cost == {"usd": 0.5, "requests": 1}


class ClosedGate(OpenGate):
    async def admit(self, cost: Cost) -> Ticket:
        raise BudgetSpentError("nothing is left", 3600.0)


async def test_what_the_gate_refuses_is_not_asked_and_is_told(asking: Asking) -> None:
    asking.fetcher = Fetcher("heat-test/1", gate=ClosedGate())
    with serving(feed=[Reply(200, b"x")]) as upstream:
        with pytest.raises(BudgetSpentError):
            await asking.get(upstream.url("/feed"))
        assert upstream.asked == []
    (refused,) = asking.attempts
    assert (refused.operation, refused.reason, dict(refused.cost)) == (
        "refused",
        "nothing is left",
        {},
    )
