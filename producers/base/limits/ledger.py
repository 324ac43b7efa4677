"""What a source has cost in each window: reserved before a call, settled after it.

Pure: every function gives a new ledger. What is settled never falls within a window, and a
reservation that nobody settled is spent, for the call may have been made. A call on the edge of
two windows counts in both: whose clock the provider charges by is not ours to know.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final

import msgspec

from producers.base.facts import Ceiling, Cost
from producers.base.limits.windows import Span, span_of
from schemas.clock import DAY_MS, Millis

HAIR: Final = 1e-9  # a thousand times half a cent is five dollars, give or take this
DIGITS: Final = 9
WARN_AT: Final = 0.8
KEPT_AFTER_MS: Final = 2 * DAY_MS  # an old window stays, in case a clock goes back


class Account(msgspec.Struct, frozen=True):
    """One unit in one window. `pledged`: the log says already that this much may be spent."""

    ends: Millis
    settled: float = 0.0
    pledged: float = 0.0


class Hold(msgspec.Struct, frozen=True):
    """An amount promised to a call under way."""

    cost: dict[str, float]
    taken_at: Millis
    expires: Millis


class Ledger(msgspec.Struct, frozen=True):
    """Accounts by unit and window, and holds by the ticket's id."""

    accounts: dict[str, Account] = {}
    holds: dict[str, Hold] = {}

    def reserved(self, unit: str) -> float:
        """Promised to calls under way, in whichever window they were."""
        return round(sum(hold.cost.get(unit, 0.0) for hold in self.holds.values()), DIGITS)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one ceiling stands at a moment."""

    ceiling: Ceiling
    span: Span
    settled: float
    reserved: float

    @property
    def total(self) -> float:
        return round(self.settled + self.reserved, DIGITS)

    @property
    def left(self) -> float:
        return max(0.0, round(self.ceiling.amount - self.total, DIGITS))

    @property
    def state(self) -> str:
        if self.total >= self.ceiling.amount - HAIR:
            return "exhausted"
        return "warned" if self.total >= WARN_AT * self.ceiling.amount - HAIR else "ok"


def account_key(unit: str, window: str) -> str:
    return f"{unit} {window}"


def checked(cost: Cost) -> dict[str, float]:
    """The cost as amounts. Raises ValueError for one that is no amount."""
    for unit, amount in cost.items():
        if not isfinite(amount) or amount < 0:
            raise ValueError(f"a cost of {amount} {unit}")
    return {unit: float(amount) for unit, amount in cost.items()}


def standings(ledger: Ledger, ceilings: Iterable[Ceiling], now: Millis) -> list[Standing]:
    """Every ceiling in its window of `now`."""
    found = []
    for ceiling in ceilings:
        span = span_of(ceiling.window, ceiling.zone, now)
        account = ledger.accounts.get(account_key(ceiling.unit, span.name))
        settled = account.settled if account else 0.0
        found.append(Standing(ceiling, span, settled, ledger.reserved(ceiling.unit)))
    return found


def lacking(
    ledger: Ledger, ceilings: Iterable[Ceiling], cost: Cost, now: Millis
) -> Standing | None:
    """The ceiling that `cost` does not fit under; of several, the one that turns last."""
    short = [
        standing
        for standing in standings(ledger, ceilings, now)
        if cost.get(standing.ceiling.unit, 0.0) > 0
        and standing.total + cost[standing.ceiling.unit] > standing.ceiling.amount + HAIR
    ]
    return max(short, key=lambda standing: standing.span.ends, default=None)


def reserve(ledger: Ledger, id_: str, hold: Hold) -> Ledger:
    """The caller has made sure that it fits."""
    return msgspec.structs.replace(ledger, holds={**ledger.holds, id_: hold})


def settle(
    ledger: Ledger, ceilings: Iterable[Ceiling], id_: str, actual: Cost, now: Millis
) -> Ledger:
    """The call of hold `id_` cost `actual`. Without a hold nothing changes: it is spent already."""
    hold = ledger.holds.get(id_)
    if hold is None:
        return ledger
    holds = {other: kept for other, kept in ledger.holds.items() if other != id_}
    accounts = _charged(ledger.accounts, ceilings, actual, (hold.taken_at, now))
    return Ledger(accounts, holds)


def charge(ledger: Ledger, ceilings: Iterable[Ceiling], extra: Cost, now: Millis) -> Ledger:
    """Spending that no hold was taken for."""
    return Ledger(_charged(ledger.accounts, ceilings, extra, (now,)), ledger.holds)


def tidy(ledger: Ledger, ceilings: tuple[Ceiling, ...], now: Millis) -> Ledger:
    """Holds past their deadline become spent; windows long over are forgotten."""
    accounts, holds = ledger.accounts, dict(ledger.holds)
    for id_, hold in ledger.holds.items():
        if hold.expires <= now:
            del holds[id_]
            accounts = _charged(accounts, ceilings, hold.cost, (hold.taken_at, hold.expires))
    kept = {key: account for key, account in accounts.items() if account.ends + KEPT_AFTER_MS > now}
    return Ledger(kept, holds)


def pledge(ledger: Ledger, totals: Mapping[str, tuple[Millis, float]]) -> Ledger:
    """The log now says that this much, by account, may be spent."""
    accounts = dict(ledger.accounts)
    for key, (ends, total) in totals.items():
        account = accounts.get(key, Account(ends))
        accounts[key] = msgspec.structs.replace(account, pledged=max(account.pledged, total))
    return Ledger(accounts, ledger.holds)


def floor(ledger: Ledger, totals: Mapping[str, tuple[Millis, float]]) -> Ledger:
    """At least this much, by account, is settled or reserved."""
    accounts = dict(ledger.accounts)
    for key, (ends, total) in totals.items():
        account = accounts.get(key, Account(ends))
        least = max(account.settled, round(total - ledger.reserved(key.split(" ")[0]), DIGITS))
        accounts[key] = Account(ends, least, max(account.pledged, total))
    return Ledger(accounts, ledger.holds)


def merged(
    ours: Ledger, theirs: Ledger, opened: Collection[str], closed: Collection[str]
) -> Ledger:
    """Two views of one truth: of each amount the larger; their holds and ours in `opened`, but
    for those in `closed`."""
    accounts = dict(theirs.accounts)
    for key, account in ours.accounts.items():
        other = accounts.get(key, account)
        accounts[key] = Account(
            max(account.ends, other.ends),
            max(account.settled, other.settled),
            max(account.pledged, other.pledged),
        )
    own = {id_: hold for id_, hold in ours.holds.items() if id_ in opened}
    holds = {id_: hold for id_, hold in (theirs.holds | own).items() if id_ not in closed}
    return Ledger(accounts, holds)


def _charged(
    accounts: Mapping[str, Account],
    ceilings: Iterable[Ceiling],
    amounts: Cost,
    moments: tuple[Millis, ...],
) -> dict[str, Account]:
    """The accounts after `amounts` were spent, in each window that holds one of the moments."""
    charged = dict(accounts)
    for ceiling in ceilings:
        amount = amounts.get(ceiling.unit, 0.0)
        spans = {span_of(ceiling.window, ceiling.zone, moment) for moment in moments}
        for span in sorted(spans, key=lambda span: span.ends) if amount > 0 else ():
            key = account_key(ceiling.unit, span.name)
            account = charged.get(key, Account(span.ends))
            charged[key] = msgspec.structs.replace(
                account, settled=round(account.settled + amount, DIGITS)
            )
    return charged
