"""What the three kinds of source have in common while they run: who they are, their way to the log,
their limits, and how they tell how it went.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Final, Protocol

import structlog

from producers.base.attempt import Attempt
from producers.base.delivery import Delivery
from producers.base.facts import Ceiling
from producers.base.gate import Gate, OpenGate
from producers.base.health_file import Tell
from producers.base.limits.windows import span_of
from producers.base.reports import PollReport, Who, audit_of, heartbeat_of
from producers.base.schedule import Allowance
from producers.base.source import Source
from producers.base.standing import Standing
from schemas.clock import SECOND_MS, Millis, Now, iso, now
from schemas.errors import FatalError, HeatError, RetriableError

log = structlog.get_logger()
MOST_FAILURES_LOGGED: Final = 300


class Lease(Protocol):
    """Our turn to poll the source, and what the next one in turn must know."""

    def require(self) -> None:
        """Raises NotOurTurnError unless it is surely our turn."""
        ...

    async def remember(self, polled_at: Millis | None, next_poll: Millis | None) -> None: ...


class NoLease:
    """For a process that shares the source with nobody."""

    def require(self) -> None:
        return None

    async def remember(self, polled_at: Millis | None, next_poll: Millis | None) -> None:
        return None


@dataclass(slots=True)
class Desk:
    """Of one source, or of one half of it."""

    source: Source
    delivery: Delivery
    standing: Standing = field(default_factory=Standing)
    gate: Gate = field(default_factory=OpenGate)
    ceilings: tuple[Ceiling, ...] = ()
    lease: Lease = field(default_factory=NoLease)
    clock: Now = now
    speed: float = 1.0  # of the clock, in its seconds per second of ours
    tell_health: Tell = lambda status, detail: None
    every_s: float | None = None
    chance: Callable[[], float] = lambda: 0.0
    beats: int = 0
    _calls: int = 0
    _began: float = 0.0

    @property
    def poll_every_s(self) -> float:
        """Those of the source; a stream has its own."""
        return self.source.poll_every_s if self.every_s is None else self.every_s

    @property
    def who(self) -> Who:
        return Who(self.source.name, self.source.source_type)

    def begin(self) -> PollReport:
        """A poll begins."""
        self.delivery.begin()
        self._calls, self._began = 0, monotonic()
        return PollReport()

    def audit(self, attempt: Attempt) -> None:
        self._calls += 1
        self.delivery.tell(
            "ops.audit", self.source.name, audit_of(attempt, self.who, self.clock(), self._calls)
        )

    def failed(self, report: PollReport, where: str, error: HeatError) -> None:
        """What went wrong with one question is told, and is no reason to leave out others."""
        report.failures.append(f"{where}: {error}" if where else str(error))
        report.stop = report.stop or isinstance(error, FatalError)
        if isinstance(error, RetriableError):
            report.retry_after = max(report.retry_after, error.retry_after)

    def allowances(self) -> list[Allowance]:
        """What is left of each limit until its window is over."""
        moment, told = self.clock(), {(b.unit, b.window): b for b in self.gate.state()}
        left = []
        for ceiling in self.ceilings:
            span = span_of(ceiling.window, ceiling.zone, moment)
            budget = told.get((ceiling.unit, span.name))
            spent = budget.settled if budget else 0.0
            seconds = max(1.0, (span.ends - moment) / SECOND_MS)
            left.append(Allowance(ceiling.unit, max(0.0, ceiling.amount - spent), seconds))
        return left

    async def close(self, report: PollReport, share: float, next_poll: Millis) -> None:
        """The poll is over and its mentions are safe: say how it went, to all who ask."""
        moment = self.clock()
        report.published += self.delivery.published
        report.failures.extend(self.delivery.failures)
        self.standing.judge(report, self.source.facts.usual, share, moment)
        health = self.standing.health(report, self.who, moment, next_poll)
        self.delivery.tell("ops.health", self.source.name, health)
        for budget in self.gate.state():
            self.delivery.tell("ops.budget", self.source.name, budget)
        await self.beat()
        await self.lease.remember(moment, next_poll)
        self._log(report, next_poll)
        self.tell_health(health.state, health.reason)

    async def beat(self) -> None:
        """A heartbeat, by the way that a mention takes."""
        self.beats += 1
        beat = heartbeat_of(self.who, self.clock(), self.beats)
        self.delivery.tell("ops.heartbeat", self.source.name, beat)
        await self.delivery.settle()

    def _log(self, report: PollReport, next_poll: Millis) -> None:
        tell = log.info if report.state == "ok" else log.warning
        told = {"reason": report.reason[:MOST_FAILURES_LOGGED]} if report.reason else {}
        tell(
            "polled",
            source=self.source.name,
            state=report.state,
            asked=report.asked,
            read=report.read,
            published=report.published,
            unchanged=report.unchanged,
            seconds=round(monotonic() - self._began, 1),
            next_poll=iso(next_poll // SECOND_MS * SECOND_MS),
            **told,
        )
