"""A source's polls, one after the other: when the next begins, and what ends them."""

import asyncio
from time import monotonic
from typing import Final, Protocol

from producers.base.desk import Desk
from producers.base.errors import DisabledError
from producers.base.reports import PollReport
from producers.base.schedule import wait_s
from schemas.clock import SECOND_MS, Millis

BEAT_EVERY_S: Final = 300.0
STOPPING_S: Final = 20.0


class Asking(Protocol):
    """Something that polls."""

    async def poll(self) -> tuple[PollReport, Millis]: ...


async def polls(
    asking: Asking,
    desk: Desk,
    stopping: asyncio.Event,
    once: bool = False,
    first_at: Millis | None = None,
) -> PollReport:
    """Poll until asked to stop, or once. What was read when the stop came is still delivered.

    `first_at` is when the process before us would have polled. Raises DisabledError when a person
    must do something first, NotOurTurnError when another process took over.
    """
    report = PollReport()
    try:
        if not once and first_at is not None:
            await _wait(desk, stopping, (first_at - desk.clock()) / SECOND_MS)
        while not stopping.is_set():
            told = await _unless_stopped(asking, stopping)
            if told is None:
                break
            report, next_due = told
            if report.stop:
                raise DisabledError(f"{desk.source.name} is disabled: {report.reason}")
            if once:
                break
            wait = wait_s(next_due, desk.poll_every_s, desk.chance(), desk.clock())
            await _wait(desk, stopping, wait)
    finally:
        await desk.delivery.settle()
    return report


async def _unless_stopped(
    asking: Asking, stopping: asyncio.Event
) -> tuple[PollReport, Millis] | None:
    polling = asyncio.create_task(asking.poll())
    stopped = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({polling, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not polling.done():
            polling.cancel()
            await asyncio.wait({polling}, timeout=STOPPING_S)
            return None
        return polling.result()
    finally:
        polling.cancel()
        stopped.cancel()


async def _wait(desk: Desk, stopping: asyncio.Event, seconds: float) -> None:
    """Wait so many seconds of the clock, with a heartbeat now and then: the way to the log is open
    though nobody is asked."""
    until = monotonic() + seconds / desk.speed
    while (left := until - monotonic()) > 0:
        try:
            await asyncio.wait_for(stopping.wait(), min(left, BEAT_EVERY_S))
        except TimeoutError:
            if until - monotonic() > 0:
                desk.lease.require()
                await desk.beat()
        else:
            return
