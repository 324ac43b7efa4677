"""One poll of a source that is asked through its provider's library, in a thread of its own."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

import requests

from producers.base.answers import ODDITIES
from producers.base.desk import Desk
from producers.base.errors import NotOurTurnError, UnreachableError, UnreadableBodyError
from producers.base.gate import Gate
from producers.base.library_session import GatedAdapter, library_session
from producers.base.reports import PollReport
from producers.base.schedule import Rhythm, after_answer
from producers.base.source import CalledSource
from schemas.clock import SECOND_MS, Millis
from schemas.errors import HeatError
from schemas.records import RawMention

HANDED_OVER: Final = 50  # mentions at a time


@dataclass(slots=True)
class Caller:
    """Asks a called source."""

    source: CalledSource
    desk: Desk
    gate: Gate
    user_agent: str
    upstream: str | None = None
    rhythm: Rhythm = field(default_factory=lambda: Rhythm(0))

    async def poll(self) -> tuple[PollReport, Millis]:
        """One poll, and when the next is due. Raises FatalError, NotOurTurnError."""
        report, desk = self.desk.begin(), self.desk
        adapter = GatedAdapter(
            self.source, self.gate, desk.audit, asyncio.get_running_loop(), desk.clock,
            desk.lease.require, self.upstream,
        )  # fmt: skip
        try:
            fresh = await asyncio.to_thread(self._collect, adapter, report)
        finally:
            adapter.ended.set()  # a thread that we no longer wait for asks nothing more
            await desk.delivery.settle()
        report.asked, report.answered = max(1, adapter.asked), adapter.answered
        if report.read or not report.failures:  # a failure says nothing of how much news there is
            self.rhythm = after_answer(self.rhythm, report.read, fresh, desk.clock())
        wait_s = max(desk.poll_every_s * self.rhythm.stretch, report.retry_after)
        next_due = desk.clock() + round(wait_s * SECOND_MS)
        await desk.close(report, 1.0, next_due)
        return report, next_due

    def _collect(self, adapter: GatedAdapter, report: PollReport) -> int:
        """How many mentions are new. What came before an error is kept."""
        fresh, batch = 0, []
        with library_session(adapter, self.user_agent) as session:
            try:
                for mention in self.source.collect(session, self.desk.clock()):
                    batch.append(mention)
                    if len(batch) >= HANDED_OVER:
                        fresh, batch = fresh + self._take(batch, report), []
            except NotOurTurnError:
                raise
            except HeatError as error:
                self.desk.failed(report, "", error)
            except requests.RequestException as error:
                self.desk.failed(report, "", UnreachableError(type(error).__name__))
            except ODDITIES as oddity:
                told = f"{type(oddity).__name__}: {str(oddity)[:160]}"
                self.desk.failed(report, "", UnreadableBodyError(f"its library failed: {told}"))
            return fresh + self._take(batch, report)

    def _take(self, mentions: list[RawMention], report: PollReport) -> int:
        report.read += len(mentions)
        return self.desk.delivery.take(mentions)
