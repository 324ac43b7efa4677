"""All limits of one source as one value: who may ask now, and what an answer changes.

Pure. The value is kept in Redis and swapped as a whole, so that no two processes ever decide by
the same value; a process keeps its last view of it for the time that Redis is away.
"""

from collections.abc import Collection

import msgspec

from producers.base.errors import (
    BudgetSpentError,
    NotOurTurnError,
    OpenCircuitError,
)
from producers.base.facts import Cost
from producers.base.limits import breaker, ledger, pace
from producers.base.limits.breaker import Breaker
from producers.base.limits.ledger import Hold, Ledger
from producers.base.limits.pace import Pace, Wait
from producers.base.limits.rules import Rules
from producers.base.limits.ticket import Ending, Outcome, Ticket
from schemas.clock import SECOND_MS, Millis, iso
from schemas.errors import RetriableError


class LimitState(msgspec.Struct, frozen=True):
    """`line` names an unbroken line of revisions: a Redis that lost the value begins a new one.

    `instance` is the run of Redis that held it last; `fence` the newest poller that was let in,
    at `turned_at`.
    """

    line: str
    pace: Pace
    ledger: Ledger = Ledger()
    breaker: Breaker = Breaker()
    revision: int = 0
    instance: str = ""
    fence: int = 0
    turned_at: Millis = 0


def begun(line: str, rules: Rules, now: Millis) -> LimitState:
    return LimitState(line, pace.fresh(rules.pace, now))


def admit(
    state: LimitState, rules: Rules, id_: str, cost: Cost, fence: int, now: Millis
) -> LimitState | Wait | RetriableError:
    """The state after one call was let through; or when to come again; or why not.

    `fence` is zero for one who asks without being the source's poller.
    """
    if 0 < fence < state.fence:
        return NotOurTurnError("a newer process polls this source")
    kept = ledger.tidy(state.ledger, rules.ceilings, now)
    short = ledger.lacking(kept, rules.ceilings, cost, now)
    if short is not None:
        return _spent(short, cost, now)
    shut = breaker.closed_to(state.breaker, now)
    if shut is not None:
        return OpenCircuitError("it failed too often and is left alone", (shut - now) / SECOND_MS)
    turned_at = now if fence > state.fence else state.turned_at
    # Nobody waits for what a poller before us may never hear; it counts all the same.
    awaited = sum(hold.taken_at >= turned_at for hold in kept.holds.values())
    wait = pace.wait_of(state.pace, rules.pace, awaited, now)
    if wait is not None:
        return wait
    hold = Hold(ledger.checked(cost), now, now + rules.hold_ms)
    return msgspec.structs.replace(
        state,
        pace=pace.taken(state.pace, rules.pace, now),
        ledger=ledger.reserve(kept, id_, hold),
        breaker=breaker.admitted(state.breaker, id_, hold.expires, now),
        fence=max(state.fence, fence),
        turned_at=turned_at,
    )


def _spent(short: ledger.Standing, cost: Cost, now: Millis) -> BudgetSpentError:
    ceiling, span = short.ceiling, short.span
    return BudgetSpentError(
        f"{short.settled:g} of {ceiling.amount:g} {ceiling.unit} of {span.name} are spent"
        f" and {short.reserved:g} reserved; {cost[ceiling.unit]:g} more do not fit"
        f" before {iso(span.ends)}",
        max(1.0, (span.ends - now) / SECOND_MS),
    )


def settled(
    state: LimitState, rules: Rules, ticket: Ticket, ending: Ending, now: Millis
) -> LimitState:
    """The state after a call ended."""
    books = _paid(ledger.tidy(state.ledger, rules.ceilings, now), rules, ticket, ending, now)
    return msgspec.structs.replace(
        state,
        ledger=books,
        pace=_heard(state.pace, ticket, ending, len(books.holds), now),
        breaker=_judged(state.breaker, ticket.id, ending.outcome, now),
    )


def _paid(books: Ledger, rules: Rules, ticket: Ticket, ending: Ending, now: Millis) -> Ledger:
    """A hold that is gone was counted as spent; only what the call cost beyond it is added."""
    if ending.outcome == "unsent":
        return ledger.settle(books, rules.ceilings, ticket.id, {}, now)
    paid = {**ticket.cost, **ledger.checked(ending.actual or {})}
    if ticket.id in books.holds:
        return ledger.settle(books, rules.ceilings, ticket.id, paid, now)
    more = {unit: max(0.0, amount - ticket.cost.get(unit, 0.0)) for unit, amount in paid.items()}
    return ledger.charge(books, rules.ceilings, more, now)


def _heard(before: Pace, ticket: Ticket, ending: Ending, under_way: int, now: Millis) -> Pace:
    after = before
    if ending.outcome == "done" or "remaining" in ending.told:
        after = pace.answered(after, ending.told, under_way, ticket.taken_at, now)
    if ending.outcome == "throttled":
        return pace.throttled(after, ending.retry_after, now)
    if ending.outcome == "done":
        after = pace.calmed(after)
    if ending.retry_after is not None:
        after = pace.held_back(after, ending.retry_after, now)
    return after


def _judged(before: Breaker, id_: str, outcome: Outcome, now: Millis) -> Breaker:
    """A source that tells us to wait is one that works."""
    match outcome:
        case "done" | "throttled":
            return breaker.succeeded(before, id_)
        case "failed":
            return breaker.failed(before, id_, now)
        case "unsent":
            return breaker.withdrawn(before, id_)


def follows(kept: LimitState, known: LimitState) -> bool:
    """Whether `kept`, found in Redis, holds all that we know of from there."""
    return kept.line == known.line and kept.revision >= known.revision


def merged(
    ours: LimitState, theirs: LimitState, opened: Collection[str], closed: Collection[str]
) -> LimitState:
    """Two views of one truth: the more careful of each. The line is theirs.

    Of our holds those in `opened` count, of all holds those that are not in `closed`.
    """
    return msgspec.structs.replace(
        theirs,
        pace=pace.merged(ours.pace, theirs.pace),
        ledger=ledger.merged(ours.ledger, theirs.ledger, opened, closed),
        breaker=breaker.merged(ours.breaker, theirs.breaker),
        revision=max(ours.revision, theirs.revision),
        fence=max(ours.fence, theirs.fence),
        turned_at=max(ours.turned_at, theirs.turned_at),
    )
