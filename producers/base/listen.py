"""A source that speaks by itself: connected, read minute by minute, and resumed where it stopped.

The cursor moves only once the mentions up to it are safe in the log: after a kill the stream is
asked for what came since, and gives the same mentions under the same ids.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Final

import httpx

from producers.base.answers import mentions_in, refusal_in
from producers.base.attempt import Attempt, Try, address_of
from producers.base.body import Body
from producers.base.desk import Desk
from producers.base.errors import NotOurTurnError
from producers.base.events import EventCutter
from producers.base.fetch import STATUS_ONLY, own_headers, plain_headers
from producers.base.gate import Gate
from producers.base.recovery import error_for_exception
from producers.base.reports import PollReport
from producers.base.source import Ask, Event, ListenedSource
from schemas.clock import SECOND_MS, Millis
from schemas.errors import HeatError, RetriableError

DELIVER_EVERY_S: Final = 60.0
MOST_BYTES: Final = 8 * 1024 * 1024
SILENCE_S: Final = 90.0  # a stream that says nothing for so long is asked anew
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 300.0
TIMEOUT: Final = httpx.Timeout(SILENCE_S, connect=8.0)


@dataclass(slots=True)
class Listener:
    """Keeps the stream of a listened source open. `poll` delivers what came since the last."""

    source: ListenedSource
    desk: Desk
    client: httpx.AsyncClient
    gate: Gate
    every_s: float = DELIVER_EVERY_S
    _events: deque[Event] = field(default_factory=deque)
    _bytes: int = 0
    _room: asyncio.Event = field(default_factory=asyncio.Event)
    _came: int = 0
    _connected: bool = False
    _came_here: int = 0  # over this connection
    _address: str = ""
    _troubles: list[HeatError] = field(default_factory=list)
    _attempts: list[Attempt] = field(default_factory=list)
    _arrived_at: str = ""  # the id of the newest event that came
    _listening: asyncio.Task[None] | None = None

    async def poll(self) -> tuple[PollReport, Millis]:
        """Listen for a while and deliver what is ripe. Raises FatalError, NotOurTurnError."""
        report = self.desk.begin()
        if self._listening is None:
            self._arrived_at = self.desk.standing.cursor or ""
            self._listening = asyncio.create_task(self._listen())
        await asyncio.wait({self._listening}, timeout=self.every_s / self.desk.speed)
        if self._listening.done():
            ended, self._listening = self._listening, None
            ended.result()  # a lost turn, or an error of ours
        await self._deliver(report)
        return report, self.desk.clock()

    async def close(self) -> None:
        """Hang up. What was not delivered comes again after a restart."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait({self._listening}, timeout=10)

    async def _deliver(self, report: PollReport) -> None:
        ripe = self._ripe()
        self._recount(report)
        self.desk.lease.require()
        self._read(ripe, report)
        await self.desk.delivery.settle()
        if not self.desk.delivery.held_back:  # what was left out is read again
            for _ in ripe:
                self._bytes -= len(self._events.popleft().block)
            self._room.set()
            self.desk.standing.cursor = self._cursor_after(ripe)
        next_ = self.desk.clock() + round(self.every_s * SECOND_MS)
        await self.desk.close(report, 1.0, next_)

    def _ripe(self) -> list[Event]:
        """What may be read; all of it when there is no room to wait for more."""
        ripe = self.source.ripe(tuple(self._events))
        return list(self._events)[: ripe if ripe or self._bytes < MOST_BYTES else None]

    def _recount(self, report: PollReport) -> None:
        """What happened since the last time, in the report and in the audit."""
        came, self._came = self._came, 0
        report.asked = 1
        report.answered = report.unchanged = int(self._connected or bool(came))
        attempts, self._attempts[:] = list(self._attempts), []
        troubles, self._troubles[:] = list(self._troubles), []
        for attempt in attempts:
            self.desk.audit(attempt)
        for trouble in troubles:
            self.desk.failed(report, self._address, trouble)

    def _read(self, ripe: list[Event], report: PollReport) -> None:
        if not ripe:
            return
        body = Body(b"".join(event.block for event in ripe), self.desk.clock())
        try:
            mentions = mentions_in(self.source, body)
        except HeatError as error:  # these events can never be read: they are left out, and named
            self.desk.failed(report, f"{len(ripe)} events", error)
            return
        report.read += len(mentions)
        self.desk.delivery.take(mentions)

    def _cursor_after(self, ripe: list[Event]) -> str | None:
        """All before it is safe. With nothing waiting that is all that came, wanted or not."""
        if not self._events and self._arrived_at:
            return self._arrived_at
        ids = [event.id for event in ripe if event.id]
        return ids[-1] if ids else self.desk.standing.cursor

    async def _listen(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            self._came_here = 0
            try:
                await self._stream()  # sources cut a stream now and then: that is no trouble
            except NotOurTurnError:
                raise
            except HeatError as error:
                self._troubles.append(error)
                own = error.retry_after if isinstance(error, RetriableError) else LONGEST_PAUSE_S
                pause = max(pause, own)
            pause = FIRST_PAUSE_S if self._came_here and not self._troubles else pause
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE_S, pause * 2)

    async def _stream(self) -> None:
        """One connection, to its end. Raises the HeatError that a broken one stands for."""
        response, cutter = await self._opened(), EventCutter()
        self._connected = True
        try:
            async for chunk in response.aiter_bytes():
                for event in cutter.cut(chunk):
                    await self._take_in(event)
        except httpx.HTTPError as error:
            raise error_for_exception(error) from None
        finally:
            self._connected = False
            await response.aclose()

    async def _opened(self) -> httpx.Response:
        self.desk.lease.require()
        asked = self.source.connect(self._arrived_at or None)
        request = self.client.build_request(
            asked.method, asked.url, headers=own_headers(asked), timeout=TIMEOUT
        )
        self._address = address_of(asked.url)
        trying = Try(self.gate, STATUS_ONLY, Ask(asked), self._attempts.append, 1)
        await trying.admit()
        try:
            response = await self.client.send(request, stream=True)
            trying.answered(response, 0)
            body = Body(b"", self.desk.clock(), response.status_code, plain_headers(response))
            refusal = refusal_in(self.source, body)
            if refusal is not None:
                await response.aclose()
                raise refusal
            trying.succeeded(body, 0)
        except (httpx.HTTPError, httpx.InvalidURL, HeatError) as error:
            failure = error if isinstance(error, HeatError) else error_for_exception(error)
            trying.failed(failure, error)
            raise failure from None
        finally:
            await trying.settle(self.desk.clock())
        return response

    async def _take_in(self, event: Event) -> None:
        """Waits while there is no room: then the source waits too."""
        while self._bytes >= MOST_BYTES:
            self._room.clear()
            await self._room.wait()
        self._came += 1
        self._came_here += 1
        if self.source.wants(event.block):
            self._events.append(event)
            self._bytes += len(event.block)
        self._arrived_at = event.id or self._arrived_at
