"""/ws: the stream as text frames, one message each."""

import asyncio
import contextlib
from typing import Any

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from gateway.settings import Patience
from gateway.stream import Message, Streams, TooSlowError
from gateway.subscription import RefusedError, WebSocketQuery, parse

POLICY, GOING_AWAY, TRY_LATER = 1008, 1001, 1013
_LATER = ("NotReady", "TooManyStreams")


async def serve(socket: WebSocket, streams: Streams) -> None:
    """Accept first, for only then can a refusal be told in words."""
    await socket.accept()
    try:
        asked = parse(WebSocketQuery, socket.scope["query_string"].decode("latin-1"))
        with streams.opened("websocket"):
            await _converse(socket, streams, asked)
    except RefusedError as refusal:
        fields = {"name": refusal.name, "detail": refusal.detail, **refusal.facts}
        code = TRY_LATER if refusal.name in _LATER else POLICY
        await _end(socket, code, {"type": "error", **fields}, refusal.name)


async def _converse(socket: WebSocket, streams: Streams, asked: WebSocketQuery) -> None:
    seq = await streams.begin(asked, asked.cursor)
    sender = asyncio.create_task(_send(socket, streams, asked, seq))
    listener = asyncio.create_task(_listen(socket, streams.patience))
    try:
        done, _ = await asyncio.wait((sender, listener), return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    except TooSlowError as lag:
        await _end(socket, TRY_LATER, lag.body, "ConsumerTooSlow")
    finally:
        for task in (sender, listener):
            task.cancel()
        await asyncio.gather(sender, listener, return_exceptions=True)


async def _send(socket: WebSocket, streams: Streams, asked: WebSocketQuery, seq: int) -> None:
    """Send until the stream ends; a frame that cannot be handed over in time ends it."""
    told = seq
    stalled = streams.patience.stalled
    messages = streams.tell(asked.subscription(), seq, asked.snapshot == "1")
    try:
        async with contextlib.aclosing(messages):
            async for message in messages:
                async with asyncio.timeout(stalled):
                    await _frame(socket, message)
                told = message.seq
    except TimeoutError:
        raise TooSlowError(told) from None
    except (WebSocketDisconnect, OSError, RuntimeError):
        return  # The client is gone.
    await _end(socket, GOING_AWAY, {"type": "info", "name": "GoingAway", "seq": told}, "GoingAway")


async def _frame(socket: WebSocket, message: Message) -> None:
    await socket.send({"type": "websocket.send", "text": message.body.decode()})


async def _listen(socket: WebSocket, patience: Patience) -> None:
    """Return when the client leaves. It has nothing to say, and may not say it often."""
    loop = asyncio.get_running_loop()
    heard, minute = 0, loop.time()
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        if loop.time() - minute > 60:
            heard, minute = 0, loop.time()
        heard += 1
        if heard > patience.frames_per_minute:
            raise RefusedError("TooManyFrames", "this stream takes no messages from its clients")


async def _end(socket: WebSocket, code: int, last_words: dict[str, Any], reason: str) -> None:
    """Say why and close. Whoever does not read cannot be told, and is left to the socket."""
    with contextlib.suppress(WebSocketDisconnect, OSError, RuntimeError, TimeoutError):
        async with asyncio.timeout(2):
            await socket.send({"type": "websocket.send", "text": orjson.dumps(last_words).decode()})
            await socket.close(code, reason)
