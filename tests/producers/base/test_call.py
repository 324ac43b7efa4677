"""A source that is asked through a library: whatever the library does, the base's promises hold."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import requests

from producers.base.body import Body
from producers.base.call import Caller
from producers.base.delivery import Delivery
from producers.base.desk import Desk
from producers.base.errors import (
    BudgetSpentError,
    NotOurTurnError,
    RefusedError,
    UnreachableError,
)
from producers.base.facts import Cost, Facts
from producers.base.gate import OpenGate, Ticket
from producers.base.publisher import MemoryPublisher
from producers.base.reports import PollReport
from producers.base.seen import Seen
from producers.base.source import CalledSource
from schemas.clock import Millis
from schemas.records import RawMention
from tests.producers.base.polling import audits, health
from tests.producers.builders import NOON, raw_mention
from tests.producers.upstream import Reply, serving

TWO = "/a.example/two"
Collect = Callable[[requests.Session], Iterator[RawMention]]


class LibrarySource(CalledSource):
    """Collects as it is told."""

    facts = Facts(name="newsapi", about="", poll_every=timedelta(minutes=5))

    def __init__(self, collect: Collect) -> None:
        super().__init__()
        self._collect = collect

    def collect(self, session: requests.Session, moment: Millis) -> Iterator[RawMention]:
        return self._collect(session)

    def parse(self, body: Body) -> Iterator[RawMention]:
        yield raw_mention(body.content.decode())

    def costs(self, request: requests.PreparedRequest) -> Cost:
        return {"requests": 1.0, "units": 5.0}


class Called:
    """A poll over a memory publisher."""

    def __init__(self, upstream: str | None = None, gate: OpenGate | None = None) -> None:
        self.publisher, self.gate, self.upstream = MemoryPublisher(), gate or OpenGate(), upstream

    async def poll(self, collect: Collect) -> PollReport:
        source = LibrarySource(collect)
        desk = Desk(source, Delivery(self.publisher, Seen()), gate=self.gate, clock=lambda: NOON)
        caller = Caller(source, desk, self.gate, "heat-test/1", self.upstream)
        return (await caller.poll())[0]

    @property
    def outcomes(self) -> list[str]:
        return [outcome for _, outcome in self.gate.settled]


async def test_every_request_of_the_library_passes_the_gate_and_is_told() -> None:
    with serving(**{"a.example/one": [Reply(302, headers={"Location": "/two"})],
                    "a.example/two": [Reply(200, b"two", {"Set-Cookie": "kept=1"})],
                    "a.example/gone": [Reply(404)], "a.example/busy": [Reply(429)],
                    "a.example/sick": [Reply(500)]}) as upstream:  # fmt: skip
        called = Called(upstream.address)

        def collect(session: requests.Session) -> Iterator[RawMention]:
            answer = session.get("https://a.example/one?key=secret")
            yield raw_mention(answer.text)
            assert answer.url == "https://a.example/two"
            assert session.cookies["kept"] == "1"
            for path in ("gone", "busy", "sick"):
                assert not session.get(f"https://a.example/{path}").ok

        report = await called.poll(collect)
        assert [path for path, _ in upstream.asked][:2] == ["/a.example/one?key=secret", TWO]
        assert all(headers["user-agent"] == "heat-test/1" for _, headers in upstream.asked)
    assert (report.state, report.published, report.asked, report.answered) == ("ok", 1, 5, 2)
    assert called.outcomes == ["done", "done", "done", "throttled", "failed"]
    told = [
        (a.address, a.operation, a.status, a.cost, a.cost_unit) for a in audits(called.publisher)
    ]
    assert told[0] == ("a.example/one", "fetch", 302, 5.0, "units")
    assert [operation for _, operation, *_ in told[2:]] == ["failed", "throttled", "failed"]


async def test_what_came_before_an_error_is_published() -> None:
    def collect(_session: requests.Session) -> Iterator[RawMention]:
        yield raw_mention("a")
        raise UnreachableError("the second half")

    called = Called()
    report = await called.poll(collect)
    assert (report.published, report.failures) == (1, ["the second half"])
    assert health(called.publisher).state == "down"  # nothing was answered


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (requests.ReadTimeout("slow"), "ReadTimeout"),
        (TypeError("author is None"), "its library failed: TypeError: author is None"),
    ],
)
async def test_library_that_trips_is_named_and_ends_nothing(raised: Exception, told: str) -> None:
    def collect(_session: requests.Session) -> Iterator[RawMention]:
        raise raised
        yield raw_mention()

    report = await Called().poll(collect)
    assert report.failures == [told]


class ShutGate(OpenGate):
    async def admit(self, cost: Cost) -> Ticket:
        raise BudgetSpentError("nothing is left", 3600.0)


async def test_gate_that_is_shut_lets_nothing_of_the_library_out() -> None:
    with serving(**{"a.example/": [Reply(200)]}) as upstream:
        called = Called(upstream.address, ShutGate())
        report = await called.poll(lambda s: iter([raw_mention(s.get("https://a.example/").text)]))
        assert upstream.asked == []
    assert report.retry_after == 3600.0
    assert [a.operation for a in audits(called.publisher)] == ["refused"]


async def test_nobody_listening_costs_nothing() -> None:
    called = Called("http://127.0.0.1:1")
    report = await called.poll(lambda s: iter([raw_mention(s.get("https://a.example/").text)]))
    assert (report.state, called.outcomes) == ("down", ["unsent"])


async def test_body_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("producers.base.library_session.LARGEST_BODY", 1_000)
    with serving(**{"a.example/": [Reply(200, b"x" * 5_000)]}) as upstream:
        called = Called(upstream.address)
        report = await called.poll(lambda s: iter([raw_mention(s.get("https://a.example/").text)]))
    assert report.failures == ["a body of more than 1000 bytes"]


class Elsewhere:
    """Another process has the turn."""

    def require(self) -> None:
        raise NotOurTurnError("another process polls")

    async def remember(self, polled_at: Millis | None, next_poll: Millis | None) -> None:
        raise NotOurTurnError("another process polls")


async def test_lost_turn_stops_the_library_before_its_next_request() -> None:
    with serving(**{"a.example/": [Reply(200)]}) as upstream:
        called = Called(upstream.address)
        source = LibrarySource(lambda s: iter([raw_mention(s.get("https://a.example/").text)]))
        desk = Desk(source, Delivery(called.publisher, Seen()), lease=Elsewhere())
        with pytest.raises(NotOurTurnError):
            await Caller(source, desk, called.gate, "x", upstream.address).poll()
        assert upstream.asked == []


async def test_thread_that_nobody_waits_for_asks_nothing_more() -> None:
    began, ended, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()
    loop, refused = asyncio.get_running_loop(), []

    def collect(session: requests.Session) -> Iterator[RawMention]:
        loop.call_soon_threadsafe(began.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(20)
        try:
            session.get("https://a.example/")
        except RefusedError as error:
            refused.append(str(error))
        loop.call_soon_threadsafe(ended.set)
        yield raw_mention()

    polling = asyncio.create_task(Called("http://127.0.0.1:1").poll(collect))
    await asyncio.wait_for(began.wait(), 20)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    go_on.set()
    await asyncio.wait_for(ended.wait(), 20)
    assert refused == ["the producer is stopping"]
