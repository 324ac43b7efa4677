"""/trends/sse: the same stream as server-sent events; every frame carries its cursor as id."""

import asyncio
import contextlib

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.stream import Message, Streams, TooSlowError
from gateway.subscription import RefusedError, SseQuery

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


def frame(message: Message) -> bytes:
    """One frame. Events have no name, so that `onmessage` gets them; what is said about the
    stream has one. A heartbeat is a comment, with the id that moves a filtered client on."""
    if message.sort == "heartbeat":
        return b": heartbeat\nid: %d\n\n" % message.seq
    name = b"" if message.sort == "event" else b"event: %b\n" % message.sort.encode()
    return b"%bid: %d\ndata: %b\n\n" % (name, message.seq, message.body)


def cursor_of(request: Request, asked: SseQuery) -> tuple[str | None, str | None]:
    """The cursor or the time to begin at: Last-Event-ID, then cursor, then since."""
    last = request.headers.get("last-event-id")
    if last:
        if not (last.isascii() and last.isdigit() and len(last) <= 18):
            raise RefusedError("CursorUnknown", f"Last-Event-ID {last[:40]!r} is no seq of ours")
        return last, None
    return asked.cursor, asked.since


class EventStream(Response):
    """Ready bytes, sent as they come, at the client's pace."""

    def __init__(self, streams: Streams, asked: SseQuery, seq: int) -> None:
        super().__init__()
        self._streams, self._asked, self._seq = streams, asked, seq

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._streams.opened("sse"):
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            sender = asyncio.create_task(self._send(send))
            leaving = asyncio.create_task(_gone(receive))
            try:
                await asyncio.wait((sender, leaving), return_when=asyncio.FIRST_COMPLETED)
            finally:
                sender.cancel()
                leaving.cancel()
                await asyncio.gather(sender, leaving, return_exceptions=True)

    async def _send(self, send: Send) -> None:
        try:
            await self._tell(send)
        except TooSlowError as lag:
            body = orjson.dumps(lag.body)
            last = b"event: error\nid: %d\ndata: %b\n\n" % (lag.resume_from, body)
            await _put(send, last, 2)
        with contextlib.suppress(OSError, TimeoutError):
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _tell(self, send: Send) -> None:
        patience = self._streams.patience
        told = self._seq
        await _put(send, b"retry: %d\nid: %d\n\n" % (patience.retry_ms, told), patience.stalled)
        messages = self._streams.tell(self._asked.subscription(), self._seq)
        async with contextlib.aclosing(messages):
            async for message in messages:
                if not await _put(send, frame(message), patience.stalled):
                    raise TooSlowError(told)
                told = message.seq


async def _put(send: Send, body: bytes, within: float) -> bool:
    """False when the connection did not take it in time."""
    try:
        async with asyncio.timeout(within):
            await send({"type": "http.response.body", "body": body, "more_body": True})
    except TimeoutError:
        return False
    return True


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
