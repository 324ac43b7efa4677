"""Real WebSocket and SSE clients that note what they were told and come back after a cut."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
from httpx_sse import aconnect_sse
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.gateway.conftest import Deployment

WITHIN_S = 180.0


class Resuming:
    """A client that notes what it was told and where it stands, and comes back after a cut."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.seen: Counter[str] = Counter()
        self.seqs: list[int] = []
        self.cursor: int | None = None

    def note(self, message: dict[str, Any], seq: int) -> None:
        if message.get("type") == "event":
            self.seen[message["data"]["id"]] += 1
            self.seqs.append(message["seq"])
        self.cursor = seq

    async def until(self, done: Callable[[], bool]) -> None:
        """Follow the stream, over any number of cuts, until it is enough."""
        async with asyncio.timeout(WITHIN_S):
            while not done():
                with contextlib.suppress(OSError, ConnectionClosed, httpx.TransportError):
                    await self.follow(done)
                await asyncio.sleep(0.1)

    async def follow(self, done: Callable[[], bool]) -> None:
        raise NotImplementedError


class WebSocketClient(Resuming):
    async def follow(self, done: Callable[[], bool]) -> None:
        begin = "earliest" if self.cursor is None else str(self.cursor)
        async with connect(f"ws://{self.deployment.address}/ws?cursor={begin}") as socket:
            while not done():
                message = json.loads(await socket.recv())
                if message["type"] == "error":
                    return
                if message["type"] != "hello":
                    self.note(message, message["seq"])


class SseClient(Resuming):
    async def follow(self, done: Callable[[], bool]) -> None:
        url = f"http://{self.deployment.address}/trends/sse?cursor=earliest"
        headers = {} if self.cursor is None else {"last-event-id": str(self.cursor)}
        async with (
            httpx.AsyncClient(timeout=30) as client,
            aconnect_sse(client, "GET", url, headers=headers) as source,
        ):
            if source.response.status_code != 200:
                return
            async for frame in source.aiter_sse():
                # A frame with nothing but an id only moves the cursor.
                self.note(json.loads(frame.data) if frame.data else {}, int(frame.id))
                if done():
                    return


CLIENTS = [WebSocketClient, SseClient]
