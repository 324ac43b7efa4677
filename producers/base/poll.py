"""The loop of a polled source: ask, read, publish, report, wait.

A mention counts as seen, and an address as unchanged, only once the log has acknowledged what
was read: a crash in between asks and publishes again, under the same ids.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

import httpx
import structlog

from producers.base.body import Body
from producers.base.conditional import ValidatorStore
from producers.base.errors import DisabledError
from producers.base.fetch import Answer, Attempt, Fetcher, address_of
from producers.base.health_file import Tell
from producers.base.publisher import Publisher
from producers.base.reports import PollReport, audit_of, health_of, heartbeat_of
from producers.base.seen import Seen
from producers.base.source import Ask, PolledSource
from schemas.clock import SECOND_MS, Millis, Now, iso, now
from schemas.errors import FatalError, HeatError, RetriableError, SkippableError
from schemas.records import RawMention
from schemas.topics import raw_topic

JITTER = 0.1
log = structlog.get_logger()


def wait_after(report: PollReport, poll_every: timedelta, chance: float) -> float:
    """Seconds until the next poll: the cadence, give or take a tenth, or what the source asks."""
    jittered = poll_every.total_seconds() * (1 + JITTER * (2 * chance - 1))
    return max(jittered, report.retry_after)


@dataclass(slots=True)
class Poller:
    """One source and its way to the log."""

    source: PolledSource
    fetcher: Fetcher
    publisher: Publisher
    validators: ValidatorStore
    seen: Seen
    limit: int | None = None
    clock: Now = now
    chance: Callable[[], float] = random.random
    tell_health: Tell = lambda status, detail: None
    polls: int = 0
    failures_in_a_row: int = 0
    last_success: Millis | None = None
    _fresh: dict[str, RawMention] = field(default_factory=dict)
    _answers: list[tuple[str, Answer]] = field(default_factory=list)

    async def poll(self) -> tuple[PollReport, float]:
        """One poll, and the seconds until the next. Raises only FatalError."""
        began, report = monotonic(), PollReport()
        self._fresh, self._answers = {}, []
        for ask in self.source.asks(self.clock()):
            report.asked += 1
            await self._ask(ask, report)
        self._publish(report)
        wait = wait_after(report, self.source.facts.poll_every, self.chance())
        self._report(report, wait)
        await asyncio.to_thread(self.publisher.settle)
        self.seen.add(self._fresh)
        for address, answer in self._answers:
            await self.validators.keep(address, answer.validators)
        self._log(report, wait, monotonic() - began)
        return report, wait

    async def _ask(self, ask: Ask, report: PollReport) -> None:
        """One address. What goes wrong with it is told, and is no reason to leave out others."""
        attempts: list[Attempt] = []
        found = 0
        try:
            found = await self._read(ask.request, report, attempts.append)
            report.answered += 1
        except HeatError as error:
            report.failures.append(f"{address_of(ask.request.url)}: {error}")
            report.stop = report.stop or isinstance(error, FatalError)
            if isinstance(error, RetriableError):
                report.retry_after = max(report.retry_after, error.retry_after)
        for attempt in attempts:
            last = attempt is attempts[-1]
            self._send("ops.audit", audit_of(attempt, *self._who, self.clock(), found * last))

    async def _read(
        self, request: httpx.Request, report: PollReport, tell: Callable[[Attempt], None]
    ) -> int:
        """The number of entries in the answer; those that are new wait to be published."""
        address = str(request.url)
        known = await self.validators.recall(address)
        answer = await self.fetcher.fetch(request, known, tell, self.source.recovery)
        if answer.body is None:
            report.unchanged += 1
            return 0
        mentions = list(self.source.parse(Body(answer.body, self.clock())))
        report.read += len(mentions)
        self._answers.append((address, answer))
        for mention in mentions:
            if mention.id not in self.seen:
                self._fresh.setdefault(mention.id, mention)
        return len(mentions)

    def _publish(self, report: PollReport) -> None:
        if self.limit is not None and len(self._fresh) > self.limit:
            self._fresh = dict(list(self._fresh.items())[: self.limit])
            self._answers.clear()  # What was left out must be asked for again.
        for mention in self._fresh.values():
            try:
                self.publisher.send(raw_topic(mention.source), mention.id, mention)
                report.published += 1
            except SkippableError as error:  # Seen all the same: it will never be encodable.
                report.failures.append(str(error))

    def _report(self, report: PollReport, wait: float) -> None:
        moment = self.clock()
        self.polls += 1
        self.failures_in_a_row = 0 if report.answered else self.failures_in_a_row + 1
        self.last_success = moment if report.answered else self.last_success
        next_poll = moment + round(wait * SECOND_MS)
        self._send(
            "ops.health",
            health_of(
                report, *self._who, moment, next_poll, self.last_success, self.failures_in_a_row
            ),
        )
        self._send("ops.heartbeat", heartbeat_of(*self._who, moment, self.polls))

    def _log(self, report: PollReport, wait: float, took: float) -> None:
        tell = log.info if report.state == "ok" else log.warning
        told = {"reason": report.reason} if report.reason else {}
        tell(
            "polled",
            source=self.source.name,
            state=report.state,
            read=report.read,
            published=report.published,
            unchanged=report.unchanged,
            seconds=round(took, 1),
            next_poll=iso(self.clock() + round(wait) * SECOND_MS),
            **told,
        )
        self.tell_health("ok" if report.state == "ok" else report.state, report.reason)

    @property
    def _who(self) -> tuple[str, str]:
        return self.source.name, self.source.source_type

    def _send(self, topic: str, record: object) -> None:
        self.publisher.send(topic, self.source.name, record)  # type: ignore[arg-type]


async def run(poller: Poller, stopping: asyncio.Event, once: bool = False) -> PollReport:
    """Poll until asked to stop, or once. What was read when the stop came is still delivered."""
    asked_to_stop = asyncio.create_task(stopping.wait())
    report = PollReport()
    try:
        while not stopping.is_set():
            polling = asyncio.create_task(poller.poll())
            await asyncio.wait({polling, asked_to_stop}, return_when=asyncio.FIRST_COMPLETED)
            if not polling.done():
                polling.cancel()
                await asyncio.gather(polling, return_exceptions=True)
                break
            report, wait = polling.result()
            if report.stop:
                raise DisabledError(f"{poller.source.name} is disabled: {report.reason}")
            if once:
                break
            await asyncio.wait({asked_to_stop}, timeout=wait)
    finally:
        asked_to_stop.cancel()
        await asyncio.to_thread(poller.publisher.settle)
    return report
