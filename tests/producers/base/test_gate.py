"""The gate over a Redis that vanishes, forgets and goes back: no budget is ever exceeded."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.base import facts
from producers.base.errors import (
    BudgetSpentError,
    NotOurTurnError,
    OpenCircuitError,
    ThrottledError,
)
from producers.base.facts import Ceiling
from producers.base.gate import Gate
from producers.base.limits import view
from producers.base.limits.gate import LimitGate, local_gate
from producers.base.limits.rules import Rules
from producers.base.limits.ticket import Ticket
from producers.base.limits.told import told_by
from schemas.clock import MINUTE_MS
from tests.producers.base.worlds import Books, Link, MyTurn, Server

DAY, SMALL = Ceiling("requests", 20, "day"), Ceiling("requests", 6, "day")
PACE = facts.Pace(1000, timedelta(seconds=1), burst=1000)
RULES = Rules(PACE, (DAY,))
ONE = {"requests": 1.0}


@pytest.fixture(autouse=True)
def _redis_is_looked_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "LOOK_AGAIN_S", 0.0)


@dataclass
class Newsroom:
    """Processes that come and go, of which one has the turn."""

    rules: Rules = RULES
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
        clock = self.server.clock
        gate = LimitGate("newsapi", self.rules, link, self.books, turn, None, 0.0, clock)
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


WHICH = st.integers(0, 5)
FAULTS: tuple[Callable[[Newsroom, int], object], ...] = (
    lambda room, _: room.server.forget(),
    lambda room, _: room.server.go_back(),
    lambda room, _: setattr(room.server, "away", not room.server.away),
    lambda room, n: setattr(room.gates[n % len(room.gates)][1], "cut", n % 2 == 0),
    lambda room, n: setattr(room.gates[n % len(room.gates)][1], "loses_answers", True),
    lambda room, _: room.start(),
    lambda room, n: room.kill(n) if len(room.gates) > 1 else room.start(),
    lambda room, _: room.server.clock.advance(4 * MINUTE_MS),
)
STORY = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), WHICH),
        st.tuples(st.just("ask"), WHICH),
        st.tuples(st.sampled_from(["sent", "unsent"]), WHICH),
        st.tuples(st.sampled_from(FAULTS), WHICH),
    ),
    max_size=90,
)


@settings(max_examples=150, deadline=None)
@given(story=STORY)
def test_whatever_fails_no_more_is_called_than_the_ceiling_allows(
    story: list[tuple[object, int]],
) -> None:
    async def play() -> None:
        room = Newsroom(Rules(PACE, (SMALL,)))
        room.start()
        assert await spend(room, 1) == ["admitted"]  # now more than one at a time may ask
        for what, which in story:
            if callable(what):
                what(room, which)
            elif what == "ask":
                await room.ask(which)
            else:
                await room.end(which, sent=what == "sent")
            assert room.calls <= SMALL.amount

    asyncio.run(play())


async def spend(room: Newsroom, calls: int) -> list[str]:
    told = []
    for _ in range(calls):
        told.append(await room.ask(-1))
        if told[-1] == "admitted":
            await room.end(0, sent=True)
    return told


@pytest.mark.parametrize("fault", ["forget", "go_back", "kill and forget", "away", "cut and kill"])
async def test_what_was_spent_is_known_after(fault: str) -> None:
    room = Newsroom()
    room.start()
    assert await spend(room, 12) == ["admitted"] * 12
    if fault == "cut and kill":
        room.gates[0][1].cut = True
        assert await spend(room, 3) == ["admitted"] * 3
    if "kill" in fault:
        room.kill(0)
        room.start()
    if fault == "away":
        room.server.away = True
    if "forget" in fault:
        room.server.forget()
    if fault == "go_back":
        room.server.value, room.server.run = room.server.past[2], 2
    told = await spend(room, 12)
    assert told.count("BudgetSpentError") in {4, 5, 7} if "cut" in fault else {4, 5}
    assert room.calls <= DAY.amount
    assert (room.server.fired != set()) == (fault in {"away", "cut and kill"})


async def test_only_the_one_whose_turn_it_is_spends_while_redis_is_away() -> None:
    room = Newsroom()
    room.start()
    room.start()
    room.server.away = True
    assert await room.ask(1) == "admitted"
    assert await room.ask(0) == "NotOurTurnError"
    nobody = LimitGate("newsapi", RULES, Link(room.server), room.books)
    with pytest.raises(NotOurTurnError, match="Redis is away: only the one process"):
        await nobody.admit(ONE)
    assert "away at read" in room.server.fired


async def test_log_knows_of_a_call_before_it_is_made() -> None:
    room = Newsroom()
    room.start()
    assert await spend(room, 1) == ["admitted"]
    for calls in range(2, 15):
        assert await room.ask(0) == "admitted"
        assert max(told.settled + told.reserved for told in room.books.told) >= calls
    (budget,) = room.gates[0][0].state()
    assert (budget.unit, budget.window, budget.ceiling) == ("requests", "2026-03-01", 20)
    assert budget.settled == 1
    assert budget.settled + budget.reserved >= 14
    assert await spend(room, 9) == ["admitted"] * 6 + ["BudgetSpentError"] * 3
    assert list(dict.fromkeys(told.state for told in room.books.told)) == [
        "ok",
        "warned",
        "exhausted",
    ]


async def test_log_that_takes_nothing_lets_nothing_be_spent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room, refused = Newsroom(), []

    async def refuse(_: object) -> None:
        refused.append(1)
        raise ConnectionError("no broker")

    room.start()
    monkeypatch.setattr(room.books, "tell", refuse)
    with pytest.raises(ConnectionError):
        await room.ask(0)
    assert (refused, room.server.value) == ([1], b"")


async def test_turn_that_was_lost_while_deciding_costs_nothing() -> None:
    room = Newsroom()
    gate = room.start()
    turn = room.gates[0][2]

    async def lose_the_turn(found: object, value: bytes) -> bool:
        turn.mine = False
        room.server.value = value
        return True

    link = room.gates[0][1]
    keep, link.swap = link.swap, lose_the_turn  # type: ignore[method-assign,assignment]
    with pytest.raises(NotOurTurnError):
        await gate.admit(ONE)
    link.swap = keep  # type: ignore[method-assign]
    assert gate.state()[0].settled == 0


async def test_older_poller_is_refused_once_a_newer_one_asked() -> None:
    room = Newsroom()
    old, new = room.start(), room.start()
    await new.admit(ONE)
    room.gates[0][2].mine = True  # it does not know yet
    with pytest.raises(NotOurTurnError, match="newer process"):
        await old.admit(ONE)


async def test_one_told_to_wait_tells_all() -> None:
    room = Newsroom()
    first, second = room.start(), room.start()
    for _, _, turn in room.gates:
        turn.mine, turn.fence = True, 1
    await first.settle(await first.admit(ONE), "throttled", retry_after=90.0)
    with pytest.raises(ThrottledError, match="patience") as refusal:
        await second.admit(ONE)
    assert refusal.value.retry_after == pytest.approx(90.0)
    room.server.clock.advance(90_000)
    told = told_by({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "30"}, 0)
    await second.settle(await second.admit(ONE), "done", told=told)
    with pytest.raises(ThrottledError, match="nothing is left"):
        await first.admit(ONE)


async def test_source_that_fails_again_and_again_is_left_alone_by_all() -> None:
    room = Newsroom()
    first, second = room.start(), room.start()
    for _, _, turn in room.gates:
        turn.mine, turn.fence = True, 1
    for gate in (first, second, first, second, first):
        await gate.settle(await gate.admit(ONE), "failed")
    with pytest.raises(OpenCircuitError) as refusal:
        await second.admit(ONE)
    assert refusal.value.retry_after == pytest.approx(60.0)


async def test_gate_of_one_process_keeps_all_limits() -> None:
    gate: Gate = local_gate("newsapi", RULES, patience_s=0.0)
    for _ in range(20):
        await gate.settle(await gate.admit(ONE), "done")
    with pytest.raises(BudgetSpentError, match=r"20 of 20 requests of .* are spent") as refusal:
        await gate.admit(ONE)
    assert 0 < refusal.value.retry_after <= 24 * 3600
    assert [budget.state for budget in gate.state()] == ["exhausted"]


async def test_pace_is_waited_for_and_not_longer_than_our_patience() -> None:
    rules = Rules(facts.Pace(20, timedelta(seconds=1), burst=1))
    gate = local_gate("newsapi", rules, patience_s=1.0)
    for _ in range(4):
        await gate.settle(await gate.admit(ONE), "done")
    slow = local_gate("newsapi", Rules(facts.Pace(1, timedelta(minutes=10))), patience_s=1.0)
    await slow.settle(await slow.admit(ONE), "done")
    with pytest.raises(ThrottledError, match="our own pace") as refusal:
        await slow.admit(ONE)
    assert refusal.value.retry_after > 500
