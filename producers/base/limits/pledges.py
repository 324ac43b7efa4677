"""The log knows first: what may be spent is written to `ops.budget` before it can be.

A record's `reserved` covers the calls under way and a little of those to come, so that there need
not be a record for every call. Whoever finds Redis empty takes the largest sum that the log names
as spent: too much by a hundredth of the ceiling at most, too little never. While Redis is away
each call has its record, and counts as settled in it: a successor may find a Redis that looks
whole and does not know of it.
"""

from collections.abc import Mapping
from math import floor
from typing import Final, Protocol

import structlog

from producers.base.facts import Ceiling
from producers.base.limits import ledger
from producers.base.limits.ledger import HAIR, Ledger, Standing, account_key, standings
from schemas.clock import Millis
from schemas.ids import derived_id
from schemas.records import Budget
from schemas.sources import SOURCE_TYPES

AHEAD: Final = 0.01  # of the ceiling
log = structlog.get_logger()
Totals = Mapping[str, tuple[Millis, float]]


class Log(Protocol):
    """The records of `ops.budget`."""

    async def remembered(self) -> list[Budget]:
        """What the log says of this source in the windows that are not over."""
        ...

    async def tell(self, budgets: list[Budget]) -> None:
        """Write, and return when it is safe."""
        ...


class NoLog:
    """For a process that shares its budget with nobody."""

    async def remembered(self) -> list[Budget]:
        return []

    async def tell(self, budgets: list[Budget]) -> None:
        return None


class Pledges:
    """Of one source: what the log said, and what it must be told."""

    def __init__(self, source: str, ceilings: tuple[Ceiling, ...], log: Log) -> None:
        self._source = source
        self._ceilings = ceilings
        self._log = log
        self._told: dict[str, str] = {}  # states
        self._alone: dict[str, float] = {}  # totals that were told without Redis
        self._recalled: list[Budget] = []

    async def recall(self) -> None:
        """Read the log; what it says holds from now on until `forget`."""
        self._recalled = await self._log.remembered() if self._ceilings else []

    def forget(self) -> None:
        """What was recalled is in the shared state now."""
        self._recalled = []

    def floored(self, books: Ledger, trusted: bool, now: Millis) -> Ledger:
        """At least what the log says: what is settled if the shared state is whole, else all."""
        if not self._recalled:
            return books
        totals: dict[str, tuple[Millis, float]] = {}
        for standing in standings(books, self._ceilings, now):
            unit, window = standing.ceiling.unit, standing.span.name
            sums = [
                told.settled if trusted else told.settled + told.reserved
                for told in self._recalled
                if (told.unit, told.window) == (unit, window)
            ]
            if sums:
                totals[account_key(unit, window)] = standing.span.ends, max(sums)
        return ledger.floor(books, totals)

    async def cover(self, books: Ledger, alone: bool, now: Millis) -> Ledger:
        """Tell the log before more is spent than it knows of, and when a state changes."""
        stand = standings(books, self._ceilings, now)
        bare = [s for s in stand if s.total > self._covered(books, s, alone) + HAIR]
        if not bare and all(self._told.get(_key(s), "ok") == s.state for s in stand):
            return books
        pledged = {_key(s): (s.span.ends, s.total if alone else _next(s)) for s in bare}
        after = ledger.pledge(books, pledged)
        await self._log.tell(self.records(after, alone, now))
        for standing in stand:
            self._note(standing)
        if alone:
            self._alone = {_key(s): s.total for s in stand}
        return after

    def _note(self, standing: Standing) -> None:
        """Say once that a budget is nearly or wholly spent."""
        known = self._told.get(_key(standing), "ok")
        self._told[_key(standing)] = standing.state
        if standing.state not in ("ok", known):
            log.warning(
                "budget nearly spent" if standing.state == "warned" else "budget spent",
                source=self._source,
                spent=standing.total,
                of=standing.ceiling.amount,
                unit=standing.ceiling.unit,
                window=standing.span.name,
            )

    def _covered(self, books: Ledger, standing: Standing, alone: bool) -> float:
        """How much the log knows of in a way that whoever comes next will count."""
        return self._alone.get(_key(standing), 0.0) if alone else _pledged(books, standing)

    def records(self, books: Ledger, alone: bool, now: Millis) -> list[Budget]:
        found = []
        for standing in standings(books, self._ceilings, now):
            ahead = round(_pledged(books, standing) - standing.settled, ledger.DIGITS)
            settled = standing.total if alone else standing.settled
            reserved = 0.0 if alone else max(standing.reserved, ahead)
            found.append(_record(self._source, standing, settled, reserved, now))
        return found


def _key(standing: Standing) -> str:
    return account_key(standing.ceiling.unit, standing.span.name)


def _pledged(books: Ledger, standing: Standing) -> float:
    account = books.accounts.get(_key(standing))
    return account.pledged if account else 0.0


def _next(standing: Standing) -> float:
    """What to pledge when the total is not covered; whole where whole things are counted."""
    amount = float(standing.ceiling.amount)
    ahead = standing.total + AHEAD * amount
    if amount.is_integer() and float(standing.total).is_integer():
        ahead = floor(ahead)
    return round(max(standing.total, min(amount, ahead)), ledger.DIGITS)


def _record(
    source: str, standing: Standing, settled: float, reserved: float, now: Millis
) -> Budget:
    unit, window = standing.ceiling.unit, standing.span.name
    told = (str(settled), str(reserved), standing.state)
    return Budget(
        id=derived_id("budget", source, unit, window, str(now), *told),
        event_time=now,
        known_time=now,
        source=source,
        source_type=SOURCE_TYPES[source],
        unit=unit,
        window=window,
        ceiling=standing.ceiling.amount,
        settled=settled,
        reserved=reserved,
        state=standing.state,
    )
