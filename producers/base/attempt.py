"""One try of one question, from its admission by the gate to its settlement and its audit."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

import httpx

from producers.base.answers import NOT_MODIFIED, Reader
from producers.base.body import Body
from producers.base.errors import BudgetSpentError, ThrottledError
from producers.base.facts import Cost
from producers.base.gate import Gate, Outcome, Ticket
from producers.base.limits.told import told_by
from producers.base.recovery import recovery_for
from producers.base.source import Ask
from schemas.clock import Millis
from schemas.errors import HeatError, RetriableError


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one try went, for the audit."""

    operation: str  # fetch | cache-hit | not-modified | throttled | refused | failed
    address: str
    status: int | None = None
    reason: str = ""
    duration_ms: int = 0
    bytes_read: int = 0
    number: int = 1
    mentions: int = 0
    cost: Cost = field(default_factory=dict)  # what it really cost


Tell = Callable[[Attempt], None]


def address_of(url: httpx.URL | str) -> str:
    """Host and path; never a query, which may hold a key."""
    parts = httpx.URL(url)
    return f"{parts.host}{parts.path}"


@dataclass(slots=True)
class Try:
    """One attempt from its admission to its settlement."""

    gate: Gate
    reader: Reader
    ask: Ask
    tell: Tell
    number: int
    began: float = field(default_factory=monotonic)
    operation: str = "failed"
    reason: str = "ended by us"
    outcome: Outcome = "failed"
    response: httpx.Response | None = None
    retry_after: float | None = None
    bytes_read: int = 0
    mentions: int = 0
    actual: Cost | None = None
    ticket: Ticket | None = None

    async def admit(self) -> None:
        try:
            self.ticket = await self.gate.admit(self.ask.cost)
        except HeatError as refusal:
            self.operation, self.reason = "refused", str(refusal)
            self._tell()
            raise
        self.began = monotonic()

    def answered(self, response: httpx.Response, bytes_read: int) -> None:
        self.response, self.bytes_read = response, bytes_read

    def succeeded(self, body: Body, mentions: int) -> None:
        unchanged = body.status == NOT_MODIFIED
        self.operation, self.reason = ("not-modified" if unchanged else "fetch"), ""
        self.outcome, self.mentions = "done", mentions
        self.actual = self.reader.spent(body)

    def failed(self, failure: HeatError, cause: Exception) -> None:
        self.reason, self.outcome = str(failure), outcome_of(failure, cause)
        self.operation = "throttled" if self.outcome == "throttled" else "failed"
        if self.outcome == "throttled" and isinstance(failure, RetriableError):
            untold = isinstance(failure, ThrottledError) and not failure.told
            self.retry_after = None if untold else failure.retry_after

    async def settle(self, moment: Millis) -> None:
        assert self.ticket is not None
        told = told_by(self.response.headers if self.response is not None else {}, moment)
        self._tell()
        await self.gate.settle(self.ticket, self.outcome, self.actual, self.retry_after, told)

    def _tell(self) -> None:
        status = self.response.status_code if self.response is not None else None
        took = round((monotonic() - self.began) * 1000)
        unpaid = self.operation == "refused" or self.outcome == "unsent"
        cost = {} if unpaid else {**self.ask.cost, **(self.actual or {})}
        self.tell(
            Attempt(
                self.operation, address_of(self.ask.request.url), status, self.reason, took,
                self.bytes_read, self.number, self.mentions, cost,
            )
        )  # fmt: skip


def outcome_of(failure: HeatError, cause: Exception) -> Outcome:
    """What the gate is told of a call that failed. An odd answer is an answer all the same."""
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.UnsupportedProtocol):
        return "unsent"
    match recovery_for(failure):
        case "throttle" if not isinstance(failure, BudgetSpentError):
            return "throttled"
        case "open-breaker":
            return "throttled"  # for as long as the error says, by every process
        case "retry":
            return "failed"
        case _:
            return "done"
