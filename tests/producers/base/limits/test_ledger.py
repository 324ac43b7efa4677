"""The ledger: whatever happens in whatever order, no ceiling is exceeded, nothing forgotten."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.base.facts import Ceiling
from producers.base.limits.ledger import (
    Hold,
    Ledger,
    checked,
    lacking,
    merged,
    reserve,
    settle,
    standings,
    tidy,
)
from schemas.clock import HOUR_MS, MINUTE_MS, Millis
from tests.producers.builders import NOON

DAY = Ceiling("units", 100, "day", "America/Los_Angeles")
HALF = Ceiling("units", 60, "12h", "America/Los_Angeles")
MONEY = Ceiling("usd", 0.05, "month")
ALL = (DAY, HALF, MONEY)
HOLD_MS = 3 * MINUTE_MS


def settled_in(ledger: Ledger, ceiling: Ceiling, now: Millis) -> float:
    (standing,) = standings(ledger, (ceiling,), now)
    return standing.settled


@dataclass
class Spender:
    """Plays calls against a ledger, and keeps its own books of what was really spent."""

    ledger: Ledger = field(default_factory=Ledger)
    now: Millis = NOON
    calls: int = 0
    spent: list[tuple[Millis, str, float]] = field(default_factory=list)

    def ask(self, cost: dict[str, float]) -> None:
        self.ledger = tidy(self.ledger, ALL, self.now)
        if lacking(self.ledger, ALL, cost, self.now) is not None:
            return
        self.calls += 1
        hold = Hold(cost, self.now, self.now + HOLD_MS)
        self.ledger = reserve(self.ledger, str(self.calls), hold)
        self.spent += [(self.now, unit, amount) for unit, amount in cost.items()]

    def end(self, which: int, share: float) -> None:
        """The call turns out to cost a share of what was reserved; the provider charged it then."""
        holds = list(self.ledger.holds)
        if holds:
            id_ = holds[which % len(holds)]
            hold = self.ledger.holds[id_]
            actual = {unit: amount * share for unit, amount in hold.cost.items()}
            self.ledger = settle(self.ledger, ALL, id_, actual, self.now)
            for unit, amount in hold.cost.items():
                self.spent.remove((hold.taken_at, unit, amount))
                self.spent.append((hold.taken_at, unit, actual[unit]))

    def wait(self, passed: Millis) -> None:
        self.now += passed

    def charged(self, ceiling: Ceiling) -> float:
        """What the provider counts in its window of now."""
        span = standings(self.ledger, (ceiling,), self.now)[0].span
        return sum(
            amount
            for moment, unit, amount in self.spent
            if unit == ceiling.unit and standings(self.ledger, (ceiling,), moment)[0].span == span
        )


COSTS = st.fixed_dictionaries(
    {"units": st.sampled_from([1.0, 7.0, 50.0]), "usd": st.sampled_from([0.0, 0.005, 0.0123])}
)
STEPS: st.SearchStrategy[Callable[[Spender], None]] = st.one_of(
    st.builds(lambda cost: lambda spender: spender.ask(cost), COSTS),
    st.builds(
        lambda which, share: lambda spender: spender.end(which, share),
        st.integers(0, 5),
        st.sampled_from([0.0, 0.5, 1.0]),
    ),
    st.builds(
        lambda passed: lambda spender: spender.wait(passed),
        st.sampled_from([0, MINUTE_MS, HOLD_MS, 5 * HOUR_MS]),
    ),
)


@settings(max_examples=150)
@given(steps=st.lists(STEPS, max_size=40))
def test_no_order_of_calls_endings_and_deaths_exceeds_a_ceiling(
    steps: list[Callable[[Spender], None]],
) -> None:
    spender = Spender()
    for step in steps:
        before, was = {c: settled_in(spender.ledger, c, spender.now) for c in ALL}, spender.now
        step(spender)
        for ceiling in ALL:
            (standing,) = standings(spender.ledger, (ceiling,), spender.now)
            assert spender.charged(ceiling) <= standing.total + 1e-6
            assert standing.total <= ceiling.amount + 1e-6 or spender.now != was
            assert settled_in(spender.ledger, ceiling, was) >= before[ceiling]


def test_call_that_nobody_settled_is_spent_and_never_handed_back() -> None:
    held = reserve(Ledger(), "lost", Hold({"units": 40.0}, NOON, NOON + HOLD_MS))
    assert tidy(held, ALL, NOON + HOLD_MS - 1) == held
    after = tidy(held, ALL, NOON + HOLD_MS)
    assert (after.holds, settled_in(after, DAY, NOON)) == ({}, 40.0)
    late = settle(after, ALL, "lost", {"units": 0.0}, NOON + HOLD_MS)
    assert settled_in(late, DAY, NOON) == 40.0


def test_call_on_the_edge_of_two_windows_counts_in_both() -> None:
    midnight = standings(Ledger(), (DAY,), NOON)[0].span.ends
    held = reserve(Ledger(), "a", Hold({"units": 5.0}, midnight - 1, midnight + HOLD_MS))
    after = settle(held, ALL, "a", {"units": 5.0}, midnight)
    assert settled_in(after, DAY, midnight - 1) == settled_in(after, DAY, midnight) == 5.0


def test_thousand_half_cents_are_five_dollars() -> None:
    books, ceiling = Ledger(), (Ceiling("usd", 5.0, "month"),)
    for call in range(1000):
        cost = {"usd": 0.005}
        assert lacking(books, ceiling, cost, NOON) is None
        books = reserve(books, str(call), Hold(cost, NOON, NOON + 1000))
        books = settle(books, ceiling, str(call), cost, NOON)
    assert settled_in(books, ceiling[0], NOON) == 5.0
    assert lacking(books, ceiling, {"usd": 0.005}, NOON) is not None
    assert [s.state for s in standings(books, ceiling, NOON)] == ["exhausted"]


@pytest.mark.parametrize(
    ("spent", "state"), [(79.0, "ok"), (80.0, "warned"), (99.9, "warned"), (100.0, "exhausted")]
)
def test_four_fifths_are_a_warning_and_all_is_the_end(spent: float, state: str) -> None:
    held = reserve(Ledger(), "a", Hold({"units": spent}, NOON, NOON + HOLD_MS))
    assert standings(held, (DAY,), NOON)[0].state == state


def test_of_several_ceilings_the_one_that_turns_last_refuses() -> None:
    books = reserve(Ledger(), "a", Hold({"units": 60.0}, NOON, NOON + HOLD_MS))
    short = lacking(books, ALL, {"units": 50.0}, NOON)
    assert short is not None
    assert short.ceiling == DAY
    assert lacking(books, ALL, {"usd": 0.01}, NOON) is None


def test_merge_keeps_the_larger_of_everything_and_what_either_has_under_way() -> None:
    def with_spent(units: float, id_: str) -> Ledger:
        held = reserve(Ledger(), "x", Hold({"units": units}, NOON, NOON + HOLD_MS))
        spent = settle(held, ALL, "x", {"units": units}, NOON)
        return reserve(spent, id_, Hold({"units": 1.0}, NOON, NOON + HOLD_MS))

    both = merged(with_spent(5.0, "ours"), with_spent(9.0, "theirs"), {"ours"}, set())
    assert (settled_in(both, DAY, NOON), set(both.holds)) == (9.0, {"ours", "theirs"})
    ended = merged(with_spent(12.0, "ours"), with_spent(9.0, "theirs"), set(), {"theirs"})
    assert (settled_in(ended, DAY, NOON), set(ended.holds)) == (12.0, set())


@pytest.mark.parametrize("amount", [-1.0, float("nan"), float("inf")])
def test_cost_that_is_no_amount_is_refused_by_name(amount: float) -> None:
    with pytest.raises(ValueError, match="units"):
        checked({"units": amount})
