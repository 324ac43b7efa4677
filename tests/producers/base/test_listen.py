"""A source that speaks by itself: delivered minute by minute, resumed where it was safe."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import pytest_asyncio

from producers.base.body import Body
from producers.base.delivery import Delivery
from producers.base.desk import Desk
from producers.base.errors import UndeliveredError, UnreadableBodyError
from producers.base.events import LARGEST_EVENT, EventCutter
from producers.base.facts import Facts
from producers.base.gate import OpenGate
from producers.base.listen import Listener
from producers.base.publisher import MemoryPublisher
from producers.base.seen import Seen
from producers.base.source import Event, ListenedSource
from producers.base.standing import Standing
from schemas.records import RawMention
from tests.producers.base.polling import audits, health
from tests.producers.builders import raw_mention


class StreamSource(ListenedSource):
    """One mention an event; holds events back while `hold` says so."""

    facts = Facts(name="newsapi", about="", poll_every=timedelta(minutes=5))
    address = ""
    hold = 0

    def connect(self, cursor: str | None) -> httpx.Request:
        headers = {"Last-Event-ID": cursor} if cursor else {}
        return httpx.Request("GET", self.address, headers=headers)

    def wants(self, block: bytes) -> bool:
        return b"noise" not in block

    def ripe(self, events: Sequence[Event]) -> int:
        return len(events) - self.hold

    def parse(self, body: Body) -> Iterator[RawMention]:
        if b"broken" in body.content:
            raise UnreadableBodyError("not events")
        for line in body.content.splitlines():
            if line.startswith(b"data: "):
                yield raw_mention(line[6:].decode(), known_time=body.fetched_at)


@contextmanager
def streaming(*lives: Sequence[str] | int) -> Iterator[dict[str, Any]]:
    """Each connection sends one list of events, then stays open if it is the last; or a status."""
    told: dict[str, Any] = {"cursors": [], "address": "", "over": threading.Event()}
    left = list(lives)

    class Speaking(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told["cursors"].append(self.headers.get("Last-Event-ID"))
            life = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(life if isinstance(life, int) else 200)
            self.end_headers()
            for name in life if not isinstance(life, int) else ():
                self.wfile.write(f"event: message\nid: {name}\ndata: {name}\n\n".encode())
            self.wfile.flush()
            if life is left[0] and not isinstance(life, int):
                told["over"].wait(30)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Speaking)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    told["address"] = f"http://127.0.0.1:{server.server_port}/stream"
    try:
        yield told
    finally:
        told["over"].set()
        server.shutdown()
        server.server_close()


class Listening:
    """A listener and what it published."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.publisher, self.gate, self.client = MemoryPublisher(), OpenGate(), client
        self.source = StreamSource()

    def at(self, address: str, cursor: str | None = None, seen: Seen | None = None) -> Listener:
        self.source.address = address
        delivery = Delivery(self.publisher, seen or Seen())
        desk = Desk(self.source, delivery, Standing(cursor=cursor), every_s=0.0)
        return Listener(self.source, desk, self.client, self.gate, every_s=0.3)

    @property
    def published(self) -> list[str]:
        return [m.native_id for m in self.publisher.records_on("raw.newsapi")]  # type: ignore[union-attr]

    async def until(self, listener: Listener, *names: str) -> None:
        """Poll until these were published."""
        async with asyncio.timeout(20):
            while not set(names) <= set(self.published):
                await listener.poll()


@pytest_asyncio.fixture
async def listening() -> AsyncIterator[Listening]:
    async with httpx.AsyncClient() as client:
        yield Listening(client)


async def test_stream_is_delivered_and_its_cursor_is_told_after_it_is_safe(
    listening: Listening,
) -> None:
    with streaming(["1", "2", "noise3"]) as stream:
        listener = listening.at(stream["address"])
        await listening.until(listener, "1", "2")
        await listener.close()
    assert listening.published == ["1", "2"]
    assert (health(listening.publisher).cursor, health(listening.publisher).state) == (
        "noise3",
        "ok",
    )
    topics = [topic for topic, *_ in listening.publisher.sent]
    assert topics.index("raw.newsapi") < topics.index("ops.health")
    assert audits(listening.publisher)[0].operation == "fetch"


async def test_stream_that_is_cut_goes_on_where_it_stopped(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("producers.base.listen.FIRST_PAUSE_S", 0.01)
    with streaming(["1", "2"], ["3"], ["4"]) as stream:
        listener = listening.at(stream["address"])
        await listening.until(listener, "1", "2", "3", "4")
        await listener.close()
    assert stream["cursors"] == [None, "2", "3"]
    assert listening.published == ["1", "2", "3", "4"]


async def test_what_is_not_ripe_waits_and_moves_no_cursor(listening: Listening) -> None:
    listening.source.hold = 1
    with streaming(["1", "2", "3"]) as stream:
        listener = listening.at(stream["address"])
        await listening.until(listener, "1", "2")
        assert (listening.published, listener.desk.standing.cursor) == (["1", "2"], "2")
        listening.source.hold = 0
        await listening.until(listener, "3")
        await listener.close()
    assert listener.desk.standing.cursor == "3"


class BrokerAway(MemoryPublisher):
    def settle(self) -> int:
        raise UndeliveredError("the broker is away")


async def test_cursor_stays_while_the_log_took_nothing(listening: Listening) -> None:
    listening.publisher = BrokerAway()
    with streaming(["1"]) as stream:
        listener = listening.at(stream["address"], cursor="0")
        with pytest.raises(UndeliveredError):
            await listening.until(listener, "1", "never")
        await listener.close()
        assert listener.desk.standing.cursor == "0"
        listening.publisher = MemoryPublisher()
        again = listening.at(stream["address"], cursor=listener.desk.standing.cursor)
        await listening.until(again, "1")
        await again.close()
    assert stream["cursors"] == ["0", "0"]


async def test_refused_stream_is_down_with_its_reason_and_asked_again_later(
    listening: Listening,
) -> None:
    with streaming(503) as stream:
        listener = listening.at(stream["address"])
        report, _ = await listener.poll()
        await listener.close()
    assert (report.state, report.failures) == ("down", ["127.0.0.1/stream: HTTP 503"])
    assert [outcome for _, outcome in listening.gate.settled] == ["failed"]


async def test_events_that_cannot_be_read_are_left_out_and_named(listening: Listening) -> None:
    with streaming(["broken"]) as stream:
        listener = listening.at(stream["address"])
        async with asyncio.timeout(20):
            while not (report := (await listener.poll())[0]).failures:
                pass
        await listener.close()
    assert report.failures == ["1 events: not events"]
    assert listener.desk.standing.cursor == "broken"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_events_are_cut_wherever_the_bytes_break(size: int, end: str) -> None:
    lines = [":ok", "", "event: message", 'id: [{"offset":7}]', "data: é", "", "data: two", ""]
    sent = end.join([*lines, ""]).encode()
    cutter = EventCutter()
    events = [e for at in range(0, len(sent), size) for e in cutter.cut(sent[at : at + size])]
    assert [event.id for event in events] == ['[{"offset":7}]', ""]
    assert events[0].block.decode() == end.join(lines[2:6]) + end
    with pytest.raises(UnreadableBodyError, match="an event of more than"):
        list(cutter.cut(b"data: " + b"x" * LARGEST_EVENT))
