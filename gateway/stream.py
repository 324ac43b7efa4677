"""What a client of either stream is told, in order: the common half of WebSocket and SSE."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from gateway.cursor import begin, begin_since
from gateway.events import event_message, to_event
from gateway.feed import Feed
from gateway.metrics import Metrics
from gateway.ring import OvertakenError
from gateway.settings import Patience
from gateway.subscription import RefusedError, StreamFilter, Subscription
from schemas.errors import HeatError

Sort = Literal["hello", "snapshot", "event", "heartbeat", "info"]


class TooSlowError(HeatError):
    """The client does not keep up; it may come back at `resume_from`."""

    def __init__(self, resume_from: int) -> None:
        super().__init__(f"events come faster than they are read; resume from {resume_from}")
        self.resume_from = resume_from
        self.body = {
            "type": "error",
            "name": "ConsumerTooSlow",
            "detail": str(self),
            "resume_from": resume_from,
        }


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell, and the cursor that a client has when it was told."""

    sort: Sort
    seq: int
    body: bytes


def _message(sort: Sort, at: int, /, **fields: Any) -> Message:
    return Message(sort, at, orjson.dumps({"type": sort, **fields}))


class Streams:
    """Opens streams over one feed and counts them."""

    def __init__(self, feed: Feed, metrics: Metrics, patience: Patience) -> None:
        self.feed = feed
        self.patience = patience
        self._clients = metrics.stream_clients
        self._open = 0

    def refuse_unready(self) -> None:
        """Raise RefusedError while the feed's tip is not known: no cursor can be judged before."""
        if not self.feed.ready:
            raise RefusedError("NotReady", "the feed is still being read; try again in a moment")

    @contextlib.contextmanager
    def opened(self, protocol: str) -> Iterator[None]:
        """Count a stream for as long as it is open. Raises RefusedError when it must not be."""
        self.refuse_unready()
        if self._open >= self.patience.streams:
            raise RefusedError("TooManyStreams", f"{self._open} streams are open; try again later")
        self._open += 1
        self._clients.labels(protocol).inc()
        try:
            yield
        finally:
            self._open -= 1
            self._clients.labels(protocol).dec()

    async def begin(self, asked: StreamFilter, cursor: str | None, since: str | None = None) -> int:
        """The seq to begin after. Raises RefusedError for one that cannot be served."""
        ring = self.feed.ring
        if since is not None and cursor is None:
            return begin_since(ring, since)
        if cursor is not None and cursor.isdigit():
            # Another gateway may be a moment ahead of this one.
            await self.feed.reach(int(cursor), self.patience.cursor_ahead)
        return begin(ring, cursor)

    async def tell(
        self, wanted: Subscription, seq: int, snapshot: bool = False
    ) -> AsyncGenerator[Message, None]:
        """Everything from `seq` on, for ever. Raises TooSlowError for a client that lags."""
        ring = self.feed.ring
        place = ring.place_after(seq)
        yield self._hello(seq)
        if snapshot:
            seq, place = ring.tip, ring.next_place
            yield self._snapshot(wanted, seq)
        caught_up = False
        while not self.feed.stopping:
            try:
                events = ring.read(place, self.patience.batch)
            except OvertakenError:
                raise TooSlowError(seq) from None
            if caught_up and ring.next_place - place > ring.capacity // 2:
                raise TooSlowError(seq)  # While what it needs to resume is still there.
            for event in events:
                seq = event.seq
                if wanted.wants(event):
                    yield Message("event", seq, event_message(event, wanted.thin))
            place += len(events)
            if place < ring.next_place:
                await asyncio.sleep(0)
                continue
            seq = max(seq, ring.tip)
            if not caught_up:
                caught_up = True
                yield _message("info", seq, name="CaughtUp", seq=seq)
            if not await self.feed.wait(place, self.patience.heartbeat):
                seq = max(seq, ring.tip)
                yield _message("heartbeat", seq, seq=seq)

    def _hello(self, seq: int) -> Message:
        return _message(
            "hello",
            seq,
            session=secrets.token_hex(8),
            heartbeat_ms=round(self.patience.heartbeat * 1000),
            floor_seq=self.feed.ring.floor,
            tip_seq=self.feed.ring.tip,
            cursor=seq,
        )

    def _snapshot(self, wanted: Subscription, seq: int) -> Message:
        state = self.feed.board.snapshot(wanted)
        told = []
        for record in state["records"]:
            event = to_event(seq, record)
            body = event.thin if wanted.thin else event.full
            told.append({"kind": event.kind, "data": orjson.Fragment(body)})
        return _message(
            "snapshot",
            seq,
            seq=seq,
            items=told,
            total=state["total"],
            checksum=state["checksum"],
        )
