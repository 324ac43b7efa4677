"""The log knows first: what may be spent is written to `ops.budget` before it can be.

A record's `reserved` covers the calls under way and a little of those to come, so that there need
not be a record for every call. Whoever finds Redis empty takes the largest sum that the log names
as spent: too much by a hundredth of the ceiling at most, too little never.
"""

from collections.abc import Mapping
from typing import Final, Protocol

import msgspec

from producers.base.facts import Ceiling
from producers.base.limits import ledger
from producers.base.limits.ledger import HAIR, Ledger, Standing, account_key, standings
from schemas.clock import Millis
from schemas.ids import derived_id
from schemas.records import Budget
from schemas.sources import SOURCE_TYPES

AHEAD: Final = 0.01  # of the ceiling
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
        self._told: dict[str, str] = {}
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

    async def cover(self, books: Ledger, now: Millis) -> Ledger:
        """Tell the log before more is spent than it knows of, and when a state changes."""
        stand = standings(books, self._ceilings, now)
        bare = [standing for standing in stand if standing.total > _pledged(books, standing) + HAIR]
        turned = any(self._told.get(_key(s), "ok") != s.state for s in stand)
        if not bare and not turned:
            return books
        after = ledger.pledge(books, {_key(s): (s.span.ends, _next(s)) for s in bare})
        await self._log.tell(self.records(after, now))
        self._told = {_key(standing): standing.state for standing in stand}
        return after

    def records(self, books: Ledger, now: Millis) -> list[Budget]:
        return [
            _record(self._source, s, _pledged(books, s), now)
            for s in standings(books, self._ceilings, now)
        ]


def _key(standing: Standing) -> str:
    return account_key(standing.ceiling.unit, standing.span.name)


def _pledged(books: Ledger, standing: Standing) -> float:
    account = books.accounts.get(_key(standing))
    return account.pledged if account else 0.0


def _next(standing: Standing) -> float:
    ahead = standing.total + AHEAD * standing.ceiling.amount
    return round(max(standing.total, min(standing.ceiling.amount, ahead)), ledger.DIGITS)


def _record(source: str, standing: Standing, pledged: float, now: Millis) -> Budget:
    unit, window = standing.ceiling.unit, standing.span.name
    reserved = max(standing.reserved, round(pledged - standing.settled, ledger.DIGITS))
    told = Budget(
        id="",
        event_time=now,
        known_time=now,
        source=source,
        source_type=SOURCE_TYPES[source],
        unit=unit,
        window=window,
        ceiling=standing.ceiling.amount,
        settled=standing.settled,
        reserved=reserved,
        state=standing.state,
    )
    id_ = derived_id("budget", source, unit, window, str(now), str(told.settled), str(reserved))
    return msgspec.structs.replace(told, id=id_)
