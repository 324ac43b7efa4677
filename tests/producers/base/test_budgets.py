"""Polls and their budget: what is refused is told once, stood in for, and asked when it may be."""

from datetime import timedelta

from producers.base.clock import SimulatedClock
from producers.base.errors import BudgetSpentError
from producers.base.facts import Ceiling, Cost, Facts
from producers.base.gate import OpenGate, Ticket
from producers.base.limits.gate import local_gate
from producers.base.limits.rules import rules_of
from producers.base.publisher import MemoryPublisher
from producers.trades import TradesSource
from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS
from schemas.records import Budget
from tests.producers.base.polling import BODY, Hands, MakePoller, audits, health
from tests.producers.builders import NOON
from tests.producers.upstream import Reply, serving

LIMIT = Ceiling("requests", 3, "day")


class LimitedSource(TradesSource):
    """Three calls a day; answers stand in for two days."""

    facts = Facts(
        name="trades",
        about="",
        poll_every=timedelta(hours=1),
        stale_for=timedelta(days=2),
        ceilings=(LIMIT,),
    )


async def test_budget_is_spread_over_the_day_and_never_exceeded(
    poller_of: MakePoller, hands: Hands
) -> None:
    publisher, hands.moment = MemoryPublisher(), NOON - 12 * HOUR_MS
    times = []
    with serving(feed=[Reply(200, BODY)]) as upstream:
        poller = poller_of([upstream.url("/feed")], publisher, kind=LimitedSource)
        rules = rules_of(LimitedSource.facts, poller.source.options)
        gate = local_gate("trades", rules, SimulatedClock(0, 0, wall=hands))
        poller.desk.gate, poller.desk.ceilings, poller.fetcher.gate = gate, (LIMIT,), gate
        for _ in range(24):
            before = len(upstream.asked)
            await poller.poll()
            times += [hands.moment] * (len(upstream.asked) - before)
            hands.moment += HOUR_MS
        assert len(upstream.asked) <= 3
    assert len(times) == 3
    assert times[1] - times[0] >= 6 * HOUR_MS  # spread, not spent at once
    budgets = [b for b in publisher.records_on("ops.budget") if isinstance(b, Budget)]
    assert budgets[-1].settled == 3


class SpentGate(OpenGate):
    """All is spent, as its state says."""

    async def admit(self, cost: Cost) -> Ticket:
        raise AssertionError("nothing was to be asked")

    def state(self) -> list[Budget]:
        return [
            Budget(
                id="b", event_time=NOON, known_time=NOON, source="trades", source_type="trade",
                unit="requests", window="2026-03-01", ceiling=3, settled=3, reserved=0,
                state="exhausted",
            )
        ]  # fmt: skip


async def test_spent_budget_is_told_once_stood_in_for_and_degraded_until_it_turns(
    poller_of: MakePoller, hands: Hands
) -> None:
    publisher = MemoryPublisher()
    with serving(feed=[Reply(200, BODY)]) as upstream:
        poller = poller_of([upstream.url("/feed")], publisher, kind=LimitedSource)
        await poller.poll()
        hands.moment += HOUR_MS
        poller.desk.gate, poller.desk.ceilings = SpentGate(), (LIMIT,)
        for _ in range(2):
            report, next_due = await poller.poll()
            hands.moment += 20 * MINUTE_MS
        assert len(upstream.asked) == 1
    assert (report.state, next_due) == ("degraded", NOON + DAY_MS // 2)
    assert "1 questions wait for a budget that is spent" in health(publisher).reason
    told = [(a.operation, a.reason, a.cost) for a in audits(publisher)][1:]
    assert told == [
        ("refused", "no budget is left for it", 0.0),
        ("cache-hit", "stale: 3600 s old", 0.0),
    ]


class QuotaSource(TradesSource):
    """Its provider says in its own words that the quota is spent."""

    def refusal(self, body: object) -> BudgetSpentError:
        return BudgetSpentError("quotaExceeded", 7200.0)


async def test_quota_that_the_provider_calls_spent_is_not_asked_for_again(
    poller_of: MakePoller, hands: Hands
) -> None:
    publisher = MemoryPublisher()
    with serving(a=[Reply(403)], b=[Reply(403)], c=[Reply(403)]) as upstream:
        feeds = [upstream.url(f"/{name}") for name in "abc"]
        poller = poller_of(feeds, publisher, kind=QuotaSource)
        _, next_due = await poller.poll()
        assert len(upstream.asked) == 1
    assert next_due == hands() + 2 * HOUR_MS
    assert [a.operation for a in audits(publisher)] == ["failed", "refused", "refused"]
