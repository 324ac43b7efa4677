"""A shelf that several gates share and that can vanish, forget and go back; a log; a turn."""

import random
from dataclasses import dataclass, field

from producers.base.limits.shelf import Kept, ShelfAwayError
from schemas.clock import Millis
from schemas.records import Budget
from tests.fakes import ManualClock
from tests.producers.builders import NOON


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

    def go_back(self) -> None:
        """It comes back with what it had saved some time ago."""
        if self.past:
            self.value, self.run = random.choice(self.past), self.run + 1


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


def budget_of(books: Books, at: Millis) -> float:
    """The most that the log says of settled amounts in the day of a moment."""
    return max((told.settled for told in books.told if told.known_time <= at), default=0.0)
