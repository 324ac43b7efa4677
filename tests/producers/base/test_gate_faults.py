"""The gate over a Redis that vanishes, forgets and goes back: no budget is ever exceeded."""

import asyncio
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.base.errors import NotOurTurnError
from producers.base.facts import Ceiling
from producers.base.limits import view
from producers.base.limits.gate import LimitGate
from producers.base.limits.rules import Rules
from schemas.clock import MINUTE_MS
from tests.producers.base.worlds import DAY, ONE, PACE, RULES, Link, Newsroom, spend

SMALL = Ceiling("requests", 6, "day")
Story = list[tuple[object, int]]


@pytest.fixture(autouse=True)
def _redis_is_looked_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "LOOK_AGAIN_S", 0.0)


WHICH = st.integers(0, 5)
FAULTS: tuple[Callable[[Newsroom, int], object], ...] = (
    lambda room, _: room.server.forget(),
    lambda room, _: setattr(room.server, "value", b'{"line": 1'),
    lambda room, n: room.server.go_back(n),
    lambda room, _: setattr(room.server, "away", not room.server.away),
    lambda room, n: setattr(room.gates[n % len(room.gates)][1], "cut", n % 2 == 0),
    lambda room, n: setattr(room.gates[n % len(room.gates)][1], "loses_answers", True),
    lambda room, _: room.start(),
    lambda room, n: room.kill(n) if len(room.gates) > 1 else room.start(),
    lambda room, _: room.server.clock.advance(4 * MINUTE_MS),
)
LOSSES = (*FAULTS[:3], *FAULTS[-3:])  # those that leave Redis within everyone's reach


def stories(faults: tuple[Callable[[Newsroom, int], object], ...]) -> st.SearchStrategy[Story]:
    steps = st.one_of(
        st.tuples(st.just("ask"), WHICH),
        st.tuples(st.just("ask"), WHICH),
        st.tuples(st.sampled_from(["sent", "unsent"]), WHICH),
        st.tuples(st.sampled_from(faults), WHICH),
    )
    return st.lists(steps, max_size=90)


async def play(room: Newsroom, story: Story) -> None:
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


@settings(max_examples=150, deadline=None)
@given(story=stories(FAULTS))
def test_whatever_fails_no_more_is_called_than_the_ceiling_allows(story: Story) -> None:
    asyncio.run(play(Newsroom(Rules(PACE, (SMALL,))), story))


@settings(max_examples=100, deadline=None)
@given(story=stories(LOSSES))
def test_many_spenders_without_turns_lose_nothing_with_a_redis_that_forgets(story: Story) -> None:
    asyncio.run(play(Newsroom(Rules(PACE, (SMALL,)), with_turns=False), story))


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


async def test_call_that_ended_while_redis_was_away_counts_once() -> None:
    room = Newsroom()
    room.start()
    assert await room.ask(0) == "admitted"
    room.server.away = True
    await room.end(0, sent=True)
    room.server.away = False
    room.server.clock.advance(10 * MINUTE_MS)  # past the deadline of what Redis holds of it
    assert await spend(room, 30) == ["admitted"] * 19 + ["BudgetSpentError"] * 11
