"""The gate before every call to a source: its budget, its pace, its breaker, and whose turn it is.

    ticket = await gate.admit(cost)          # may wait a little; raises a RetriableError
    ... one request ...
    await gate.settle(ticket, "done", told=told_by(headers, now))

`cost` is the most that the call can cost: what it really did is told when it is settled.
"""

from collections.abc import Mapping
from typing import Protocol

from producers.base.facts import Cost
from producers.base.limits.ticket import Outcome, Ticket
from schemas.records import Budget

__all__ = ["Gate", "OpenGate", "Outcome", "Ticket", "Turn"]


class Gate(Protocol):
    """What the base asks before and tells after every call to a source."""

    async def admit(self, cost: Cost) -> Ticket:
        """The right to one call; waits for the pace, up to the gate's patience.

        Raises BudgetSpentError (`retry_after`: until the window turns), OpenCircuitError,
        ThrottledError (the source asked anyone of us for patience), NotOurTurnError.
        """
        ...

    async def settle(
        self,
        ticket: Ticket,
        outcome: Outcome,
        actual: Cost | None = None,
        retry_after: float | None = None,
        told: Mapping[str, float] | None = None,
    ) -> None:
        """How the call went. `actual` replaces the cost of units that it names.

        `retry_after` holds all processes back; `told` is what `told_by` read in the headers.
        """
        ...

    def state(self) -> list[Budget]:
        """Every budget of the source as it was last known, for `ops.budget` and for people."""
        ...


class Turn(Protocol):
    """Whether we are the one process that polls a source, by a proof that is still fresh."""

    @property
    def fence(self) -> int:
        """Grows with every change of hands; never zero."""
        ...

    def held(self) -> bool: ...


class OpenGate:
    """Lets everything pass and counts it: for recorded bodies and for tests."""

    def __init__(self) -> None:
        self.admitted: list[Ticket] = []
        self.settled: list[tuple[Ticket, Outcome]] = []

    async def admit(self, cost: Cost) -> Ticket:
        ticket = Ticket(str(len(self.admitted)), dict(cost), 0)
        self.admitted.append(ticket)
        return ticket

    async def settle(
        self,
        ticket: Ticket,
        outcome: Outcome,
        actual: Cost | None = None,
        retry_after: float | None = None,
        told: Mapping[str, float] | None = None,
    ) -> None:
        self.settled.append((ticket, outcome))

    def state(self) -> list[Budget]:
        return []
