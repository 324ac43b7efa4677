"""A source that is both polled and listened to: one process, one health, one schedule."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import httpx

from producers.base.body import Body
from producers.base.clock import wall_clock
from producers.base.facts import Facts
from producers.base.gate import OpenGate
from producers.base.kept import MemoryAnswers
from producers.base.limits.rules import rules_of
from producers.base.publisher import MemoryPublisher
from producers.base.seen import Seen
from producers.base.source import Ask, ListenedSource, PolledSource
from producers.halves import Ways, run_halves
from schemas.clock import Millis
from schemas.records import Health, RawMention
from schemas.settings import ProducerSection
from tests.producers.builders import raw_mention
from tests.producers.upstream import Reply, serving

EVENTS = b"id: 7\ndata: heard\n\n"


class BothSource(PolledSource, ListenedSource):
    """Asks one page and hears one stream."""

    facts = Facts(name="newsapi", about="", poll_every=timedelta(minutes=5))

    def asks(self, moment: Millis) -> Iterator[Ask]:
        yield Ask(httpx.Request("GET", "https://a.example/page"), label="page")

    def connect(self, cursor: str | None) -> httpx.Request:
        headers = {"Last-Event-ID": cursor} if cursor else {}
        return httpx.Request("GET", "https://a.example/stream", headers=headers)

    def parse(self, body: Body) -> Iterator[RawMention]:
        name = "heard" if b"heard" in body.content else "asked"
        yield raw_mention(name, known_time=body.fetched_at)


class Leased:
    """Our turn, and what was left for the next one."""

    def __init__(self) -> None:
        self.left: list[Millis | None] = []

    def require(self) -> None:
        return None

    async def remember(self, polled_at: Millis | None, next_poll: Millis | None) -> None:
        self.left.append(next_poll)


class Run:
    """One run of both halves against an upstream."""

    def __init__(self, upstream: str) -> None:
        self.publishers: list[MemoryPublisher] = []
        self.lease, self.source = Leased(), BothSource()
        self.ways = Ways(
            self.source, ProducerSection(upstream=upstream), OpenGate(),
            rules_of(self.source.facts, self.source.options), MemoryAnswers(), self.lease, Seen(),
            lambda status, detail: None, wall_clock(), self._publisher, listen_for_s=0.5,
        )  # fmt: skip

    def _publisher(self) -> MemoryPublisher:
        self.publishers.append(MemoryPublisher())
        return self.publishers[-1]

    async def once(self, health: Health | None = None) -> None:
        await run_halves(self.ways, asyncio.Event(), True, health, None)

    def records(self, topic: str) -> list[object]:
        return [record for publisher in self.publishers for record in publisher.records_on(topic)]


async def test_both_halves_publish_and_a_restart_resumes_the_stream() -> None:
    replies = {"a.example/page": [Reply(200, b"page")], "a.example/stream": [Reply(200, EVENTS)]}
    with serving(**replies) as upstream:
        first = Run(upstream.address)
        await first.once()
        told = [h for h in first.records("ops.health") if isinstance(h, Health)]
        newest = max(told, key=lambda health: health.cursor or "")
        assert newest.cursor == "7"
        await Run(upstream.address).once(newest)
        streams = [headers for path, headers in upstream.asked if path.endswith("stream")]
    published = {m.native_id for m in first.records("raw.newsapi")}  # type: ignore[attr-defined]
    assert published == {"asked", "heard"}
    assert len(first.lease.left) == 1  # the listening half leaves no schedule
    assert "last-event-id" not in streams[0]
    assert any(headers.get("last-event-id") == "7" for headers in streams[1:])


async def test_health_is_that_of_the_half_that_fares_worse() -> None:
    replies = {"a.example/page": [Reply(200, b"page")], "a.example/stream": [Reply(404)]}
    with serving(**replies) as upstream:
        run = Run(upstream.address)
        await run.once()
    told = [h for h in run.records("ops.health") if isinstance(h, Health)]
    assert max(told, key=lambda health: health.known_time).state == "down"
    assert any("a.example/stream: HTTP 404" in health.reason for health in told)
