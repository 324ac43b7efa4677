"""A shelf that several gates share and that can vanish, forget and go back; a log; a turn."""

from dataclasses import dataclass, field
from datetime import timedelta

from producers.base import facts
from producers.base.errors import BudgetSpentError, NotOurTurnError, ThrottledError
from producers.base.facts import Ceiling
from producers.base.limits.gate import LimitGate
from producers.base.limits.rules import Rules
from producers.base.limits.shelf import Kept, ShelfAwayError
from producers.base.limits.ticket import Ticket
from schemas.records import Budget
from tests.fakes import ManualClock
from tests.producers.builders import NOON

DAY = Ceiling("requests", 20, "day")
PACE = facts.Pace(1000, timedelta(seconds=1), burst=1000)
RULES = Rules(PACE, (DAY,))
ONE = {"requests": 1.0}


@dataclass
class Server:
    """One Redis: its value, its past, and which run of it this is."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(NOON))
    value: bytes = b""
    past: list[bytes] = field(default_factory=list)
    run: int = 1
    away: bool = False
    fired: set[str] = field(default_factory=set)

    def forget(self) -> None:
        """It comes back empty."""
        self.value, self.run = b"", self.run + 1

    def go_back(self, by: int) -> None:
        """It comes back with what it had saved some swaps ago."""
        if self.past:
            self.value, self.run = self.past[-1 - by % len(self.past)], self.run + 1


@dataclass
class Link:
    """One process's way to the server: it may be cut, or lose an answer after the work is done."""

    server: Server
    cut: bool = False
    loses_answers: bool = False

    async def read(self) -> Kept:
        self._reach("read")
        return Kept(self.server.value, self.server.clock(), f"run {self.server.run}")

    async def swap(self, found: Kept, value: bytes) -> bool:
        self._reach("swap")
        if found.value != self.server.value:
            self.server.fired.add("conflict")
            return False
        self.server.past.append(self.server.value)
        self.server.value = value
        if self.loses_answers:
            self.loses_answers = False
            self.server.fired.add("lost answer")
            raise ShelfAwayError("TimeoutError")
        return True

    def _reach(self, what: str) -> None:
        if self.cut or self.server.away:
            self.server.fired.add(f"away at {what}")
            raise ShelfAwayError("ConnectionError")


@dataclass
class Books:
    """`ops.budget`, as all processes see it."""

    told: list[Budget] = field(default_factory=list)

    async def remembered(self) -> list[Budget]:
        return list(self.told)

    async def tell(self, budgets: list[Budget]) -> None:
        self.told += budgets


@dataclass
class MyTurn:
    """Whether it is the turn of one process."""

    fence: int = 1
    mine: bool = True

    def held(self) -> bool:
        return self.mine


@dataclass
class Newsroom:
    """Processes that come and go, of which one has the turn."""

    rules: Rules = RULES
    with_turns: bool = True
    server: Server = field(default_factory=Server)
    books: Books = field(default_factory=Books)
    fences: int = 0
    gates: list[tuple[LimitGate, Link, MyTurn]] = field(default_factory=list)
    tickets: list[tuple[LimitGate, Ticket]] = field(default_factory=list)
    calls: int = 0

    def start(self) -> LimitGate:
        """A new process, which gets the turn."""
        for _, _, turn in self.gates:
            turn.mine = False
        self.fences += 1
        link, turn = Link(self.server), MyTurn(self.fences)
        gate = LimitGate(
            "newsapi",
            self.rules,
            link,
            self.books,
            turn if self.with_turns else None,
            patience_s=0.0,
            wall=self.server.clock,
        )
        self.gates.append((gate, link, turn))
        return gate

    def kill(self, which: int) -> None:
        gate, _, _ = self.gates.pop(which % len(self.gates))
        self.tickets = [(owner, ticket) for owner, ticket in self.tickets if owner is not gate]

    async def ask(self, which: int) -> str:
        gate, _, _ = self.gates[which % len(self.gates)]
        try:
            self.tickets.append((gate, await gate.admit(ONE)))
        except (BudgetSpentError, NotOurTurnError, ThrottledError) as refusal:
            return type(refusal).__name__
        self.calls += 1
        return "admitted"

    async def end(self, which: int, sent: bool) -> None:
        if self.tickets:
            gate, ticket = self.tickets.pop(which % len(self.tickets))
            self.calls -= not sent
            await gate.settle(ticket, "done" if sent else "unsent")


async def spend(room: Newsroom, calls: int) -> list[str]:
    told = []
    for _ in range(calls):
        told.append(await room.ask(-1))
        if told[-1] == "admitted":
            await room.end(0, sent=True)
    return told
