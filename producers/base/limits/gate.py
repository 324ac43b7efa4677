"""The gate of a source as its limits make it: it admits, waits, refuses and remembers."""

import asyncio
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Final
from uuid import uuid4

import redis.asyncio

from producers.base.clock import SimulatedClock
from producers.base.errors import NotOurTurnError, ThrottledError
from producers.base.facts import Cost
from producers.base.gate import Turn
from producers.base.limits import state as limits
from producers.base.limits.budget_log import BudgetLog
from producers.base.limits.ledger import checked
from producers.base.limits.pace import Wait
from producers.base.limits.pledges import Log, NoLog
from producers.base.limits.rules import Rules
from producers.base.limits.shelf import MemoryShelf, RedisShelf, Shelf
from producers.base.limits.state import LimitState
from producers.base.limits.ticket import Ending, Outcome, Ticket
from producers.base.limits.view import LimitView
from schemas.clock import SECOND_MS, Millis, now
from schemas.errors import RetriableError
from schemas.records import Budget
from schemas.settings import KafkaSection

PATIENCE_S: Final = 60.0


class LimitGate:
    """The gate over a shared shelf. Without a turn it never spends while the shelf is away.

    With a simulated clock all windows and waits follow that clock; otherwise the clock of Redis
    is the one that counts, and ours, set by it, while it is away.
    """

    def __init__(
        self,
        source: str,
        rules: Rules,
        shelf: Shelf,
        log: Log,
        turn: Turn | None = None,
        clock: SimulatedClock | None = None,
        patience_s: float = PATIENCE_S,
        wall: Callable[[], Millis] = now,
    ) -> None:
        self._rules = rules
        self._turn = turn
        self._clock = clock
        self._patience_s = patience_s
        self._view = LimitView(source, shelf, rules, log, wall, clock.now if clock else None)

    async def admit(self, cost: Cost) -> Ticket:
        amounts, id_ = checked(cost), uuid4().hex
        until = monotonic() + self._patience_s
        while True:
            self._require_turn()
            verdict = await self._decided(id_, amounts)
            if isinstance(verdict, LimitState):
                return await self._admitted(verdict, id_)
            if isinstance(verdict, RetriableError):
                raise verdict
            await self._wait(verdict, until)

    async def settle(
        self,
        ticket: Ticket,
        outcome: Outcome,
        actual: Cost | None = None,
        retry_after: float | None = None,
        told: Mapping[str, float] | None = None,
    ) -> None:
        ending = Ending(outcome, actual, retry_after, told or {})

        def step(state: LimitState, at: Millis) -> LimitState:
            return limits.settled(state, self._rules, ticket, ending, at)

        await self._view.change(
            step,
            self._fence,
            lambda: True,  # what is spent is spent, whoever may know it
            closes=ticket.id,
        )

    async def look(self) -> list[Budget]:
        """`state`, after looking into Redis and, when the turn is new, into the log."""
        await self._view.change(lambda _state, _at: None, self._fence, lambda: True)
        return self.state()

    def state(self) -> list[Budget]:
        return self._view.records()

    async def _decided(self, id_: str, cost: Cost) -> LimitState | Wait | RetriableError:
        def step(state: LimitState, at: Millis) -> LimitState | Wait | RetriableError:
            return limits.admit(state, self._rules, id_, cost, self._fence, at)

        return await self._view.change(step, self._fence, self._may_go_alone, opens=id_)

    async def _admitted(self, after: LimitState, id_: str) -> Ticket:
        """A process that was frozen while it decided may have lost its turn."""
        hold = after.ledger.holds[id_]
        ticket = Ticket(id_, hold.cost, hold.taken_at)
        try:
            self._require_turn()
        except NotOurTurnError:
            await self.settle(ticket, "unsent")
            raise
        return ticket

    async def _wait(self, wait: Wait, until: float) -> None:
        """Raises ThrottledError when it is longer than our patience."""
        seconds = self._seconds_until(wait.until)
        if monotonic() + seconds > until:
            raise ThrottledError(wait.why, max(0.1, seconds))
        await asyncio.sleep(seconds)

    def _seconds_until(self, moment: Millis) -> float:
        if self._clock is not None:
            return self._clock.seconds_until(moment)
        return max(0.0, (moment - self._view.now()) / SECOND_MS)

    def _require_turn(self) -> None:
        if self._turn is not None and not self._turn.held():
            raise NotOurTurnError("another process polls this source, or may by now")

    def _may_go_alone(self) -> bool:
        """Who shares nothing that is counted in money or calls a day may go on by itself."""
        return self._turn.held() if self._turn is not None else not self._rules.ceilings

    @property
    def _fence(self) -> int:
        return self._turn.fence if self._turn is not None else 0


def local_gate(
    source: str, rules: Rules, clock: SimulatedClock | None = None, patience_s: float = PATIENCE_S
) -> LimitGate:
    """All limits, counted by this process alone: for dry runs without a stack, and for tests."""
    shelf = MemoryShelf(clock.now if clock else now)
    return LimitGate(source, rules, shelf, NoLog(), clock=clock, patience_s=patience_s)


def shared_gate(
    source: str,
    rules: Rules,
    client: redis.asyncio.Redis,
    kafka: KafkaSection,
    turn: Turn | None,
    clock: SimulatedClock | None = None,
    patience_s: float = PATIENCE_S,
) -> LimitGate:
    """All limits, shared through Redis, kept by `ops.budget`. `clock`: only a simulated one."""
    shelf = RedisShelf(client, f"{kafka.namespace or 'live'}:limits:{source}")
    return LimitGate(source, rules, shelf, BudgetLog(kafka, source), turn, clock, patience_s)
