"""The gate: what is admitted, what is refused and for how long, and who is told of it."""

from datetime import timedelta

import pytest

from producers.base import facts
from producers.base.errors import (
    BrokerAwayError,
    BudgetSpentError,
    NotOurTurnError,
    OpenCircuitError,
    ThrottledError,
)
from producers.base.gate import Gate
from producers.base.limits.gate import local_gate
from producers.base.limits.rules import Rules
from producers.base.limits.told import told_by
from tests.producers.base.worlds import ONE, RULES, Newsroom, spend


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


async def test_log_that_takes_nothing_lets_nothing_be_spent_and_what_was_spent_be_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    room, refused = Newsroom(), []

    async def refuse(*_: object) -> None:
        refused.append(1)
        raise BrokerAwayError("no broker")

    gate = room.start()
    await spend(room, 1)
    ticket = await gate.admit(ONE)
    before = room.server.value
    monkeypatch.setattr(room.books, "tell", refuse)
    with pytest.raises(BrokerAwayError):
        await gate.admit({"requests": 2.0})
    assert (refused, room.server.value) == ([1], before)
    await gate.settle(ticket, "done", actual={"requests": 4.0})
    assert refused == [1, 1]
    assert gate.state()[0].settled == 5
    assert room.server.value != before


async def test_turn_that_was_lost_while_deciding_costs_nothing() -> None:
    room = Newsroom()
    gate = room.start()
    turn = room.gates[0][2]

    async def lose_the_turn(found: object, value: bytes) -> bool:
        turn.mine = False
        room.server.value = value
        return True

    link = room.gates[0][1]
    keep, link.swap = link.swap, lose_the_turn  # type: ignore[method-assign]
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


async def test_successor_sees_what_is_spent_before_it_asks() -> None:
    room = Newsroom()
    room.start()
    await spend(room, 7)
    heir = room.start()
    assert heir.state()[0].settled == 0
    (budget,) = await heir.look()
    assert (budget.settled, room.calls) == (7, 7)


async def test_successor_does_not_wait_for_what_a_dead_poller_asked() -> None:
    room = Newsroom()
    room.start()
    assert [await room.ask(0), await room.ask(0)] == ["admitted", "ThrottledError"]
    room.kill(0)
    room.start()
    room.server.clock.advance(1)
    assert [await room.ask(0), await room.ask(0)] == ["admitted", "ThrottledError"]
    await room.end(0, sent=True)
    budget = room.gates[0][0].state()[0]
    assert (budget.settled, budget.reserved) == (1, 1)


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
