"""When to ask: properties over simulated days, and the cases that people ask about."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.base.schedule import (
    MOST_STRETCH,
    Allowance,
    Rhythm,
    after_answer,
    after_failure,
    interval_of,
    key_of,
    plan,
    scarcity,
    wait_s,
)
from producers.base.source import Ask
from schemas.clock import SECOND_MS
from tests.producers.builders import NOON

DAY_S = 86_400.0
POLL_S = 600.0


def ask(label: str, priority: int = 1, units: float = 1.0, every: float | None = None) -> Ask:
    request = httpx.Request("GET", f"https://a.example/{label}")
    return Ask(request, label, {"units": units}, priority, every)


@dataclass
class Day:
    """A simulated day: what was asked when, and what it cost."""

    asks: list[Ask]
    units: float
    poll_s: float = POLL_S
    spent: float = 0.0
    times: dict[str, list[float]] = field(default_factory=dict)

    def run(self, fresh: int = 1) -> "Day":
        memory: dict[str, Rhythm] = {}
        at = 0.0
        while at < DAY_S:
            now = NOON + round(at * SECOND_MS)
            left = [Allowance("units", self.units - self.spent, DAY_S - at)]
            planned = plan(self.asks, memory, left, self.poll_s, now)
            for due in planned.due:
                if self.spent + due.cost["units"] > self.units:
                    continue  # the gate stops it
                self.spent += due.cost["units"]
                self.times.setdefault(due.label, []).append(at)
                memory[key_of(due)] = after_answer(memory.get(key_of(due)), 10, fresh, now)
            next_due = plan(self.asks, memory, left, self.poll_s, now).next_due
            at += wait_s(next_due, self.poll_s, 0.0, now)
        return self

    def gaps(self, label: str) -> list[float]:
        times = self.times[label]
        return [b - a for a, b in pairwise(times)]


asked = st.lists(
    st.builds(
        ask,
        st.sampled_from("abcdefgh"),
        st.integers(0, 2),
        st.sampled_from([1.0, 5.0, 100.0]),
        st.sampled_from([None, 1800.0, 7200.0]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda a: a.label,
)


@settings(max_examples=25, deadline=None)
@given(asks=asked, units=st.floats(0, 20_000))
def test_a_day_never_costs_more_than_its_budget_nor_asks_faster_than_declared(
    asks: list[Ask], units: float
) -> None:
    day = Day(asks, units).run()
    assert day.spent <= units
    for one in asks:
        if one.label in day.times:
            declared = interval_of(one, None, POLL_S)
            assert min(day.gaps(one.label), default=DAY_S) >= declared - 0.001


@settings(max_examples=25, deadline=None)
@given(asks=asked, units=st.floats(0, 20_000))
def test_urgent_questions_are_asked_as_if_the_others_were_not_there(
    asks: list[Ask], units: float
) -> None:
    intervals = {key_of(a): interval_of(a, None, POLL_S) for a in asks}
    left = (Allowance("units", units, DAY_S),)
    slower = scarcity(asks, intervals, left)
    first = min(slower)
    alone = scarcity([a for a in asks if a.priority == first], intervals, left)
    assert slower[first] == alone[first]
    assert all(factor >= 1.0 for factor in slower.values())


def test_short_budget_is_spread_over_the_day_and_low_priority_goes_first() -> None:
    day = Day([ask("chart", 0, 1.0), ask("search", 1, 100.0)], units=1_000).run()
    assert len(day.times["chart"]) == DAY_S / POLL_S
    assert len(day.times["search"]) == pytest.approx((1_000 - 144) / 100, abs=1.5)
    assert max(day.gaps("search")) < 1.5 * min(day.gaps("search"))


def test_budget_that_is_spent_asks_nothing_until_its_window_turns() -> None:
    ask_a = ask("a")
    planned = plan([ask_a], {}, [Allowance("units", 0.0, 3600.0)], POLL_S, NOON)
    assert (planned.due, planned.withheld) == ((), (ask_a,))
    assert planned.next_due == planned.until == NOON + 3600 * SECOND_MS
    other = [Allowance("usd", 0.0, 3600.0)]
    assert len(plan([ask("a")], {}, other, POLL_S, NOON).due) == 1


def test_question_without_news_is_asked_half_as_often_and_a_burst_brings_it_back() -> None:
    rhythm, stretches = None, []
    for fresh in (0, 0, 0, 0, 0, 1, 10):
        rhythm = after_answer(rhythm, 10, fresh, NOON)
        stretches.append(rhythm.stretch)
    assert stretches[:5] == [1.25, 1.5625, 1.953125, MOST_STRETCH, MOST_STRETCH]
    assert stretches[5:] == [pytest.approx(MOST_STRETCH / 1.5), 1.0]


def test_unchanged_source_is_polled_half_as_often_in_the_end() -> None:
    gaps = Day([ask("a")], units=10_000).run(fresh=0).gaps("a")
    assert gaps[0] == pytest.approx(POLL_S * 1.25)
    assert gaps[-1] == pytest.approx(POLL_S * MOST_STRETCH)


def test_patience_that_a_source_asks_for_is_kept_by_its_question_alone() -> None:
    asks = [ask("a"), ask("b")]
    memory = {
        key_of(asks[0]): after_failure(None, 3600.0, NOON),
        key_of(asks[1]): after_answer(None, 1, 1, NOON),
    }
    later = NOON + round(POLL_S * SECOND_MS)
    planned = plan(asks, memory, [], POLL_S, later)
    assert planned.due == (asks[1],)
    assert planned.next_due == later + round(POLL_S * SECOND_MS)
    assert plan(asks, memory, [], POLL_S, NOON + 3600 * SECOND_MS).due == tuple(asks)


@given(st.floats(0, 1), st.integers(-10_000, 10**9))
def test_wait_is_never_shorter_than_declared(chance: float, ahead_ms: int) -> None:
    wait = wait_s(NOON + ahead_ms, POLL_S, chance, NOON)
    assert wait >= max(POLL_S, ahead_ms / SECOND_MS)
    assert wait <= max(POLL_S, ahead_ms / SECOND_MS) + 0.1 * POLL_S


def test_most_urgent_are_asked_first() -> None:
    asks = [ask("c", 2), ask("a", 0), ask("b", 1)]
    due = plan(asks, {}, [], POLL_S, NOON).due
    assert [a.label for a in due] == ["a", "b", "c"]
    assert Counter(a.priority for a in due) == Counter([0, 1, 2])
