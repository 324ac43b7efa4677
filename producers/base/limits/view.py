"""A process's own view of a source's limits: kept in step with Redis, and standing in for it.

Redis is a copy that all share; the state of record is the log. Whatever Redis has lost comes back
from this view and from what `ops.budget` says, by the larger of each amount. While Redis is away
only the process whose turn it is may spend, and nobody else: two views would be two budgets.
"""

import asyncio
import random
from collections.abc import Callable
from time import monotonic
from typing import Final, TypeVar
from uuid import uuid4

import msgspec
import structlog

from producers.base.errors import NotOurTurnError, ThrottledError
from producers.base.limits import state as limits
from producers.base.limits.pledges import Log, Pledges
from producers.base.limits.rules import Rules
from producers.base.limits.shelf import Kept, Shelf, ShelfAwayError
from producers.base.limits.state import LimitState
from schemas.clock import Millis, Now
from schemas.errors import RetriableError
from schemas.records import Budget

LOOK_AGAIN_S: Final = 3.0  # how often an absent Redis is looked for
CONTENTION_S: Final = 20.0  # how long others may be quicker than we
PAUSE_S: Final = 0.02
Other = TypeVar("Other")
log = structlog.get_logger()


class LimitView:
    """Changes the shared value step by step; one step at a time within the process."""

    def __init__(
        self, source: str, shelf: Shelf, rules: Rules, books: Log, wall: Now, simulated: Now | None
    ) -> None:
        self._source = source
        self._shelf = shelf
        self._rules = rules
        self._pledges = Pledges(source, rules.ceilings, books)
        self._wall = wall
        self._simulated = simulated
        self._lock = asyncio.Lock()
        self._known: LimitState | None = None  # what was last kept by us
        self._seen: LimitState | None = None  # what was last found or kept, for people
        self._ahead_ms = 0  # the clock of Redis before ours
        self._alone = False  # `_known` holds changes that Redis has not
        self._opened: set[str] = set()  # tickets of such changes
        self._closed: set[str] = set()
        self._away_until: float | None = None
        self._turn: int | None = None  # the fence, and the line that replaced a lost one, for
        self._lost = ""  # which the log was read

    def now(self) -> Millis:
        """By the clock given, else by the clock of Redis as far as we know it."""
        return self._simulated() if self._simulated else self._wall() + self._ahead_ms

    def records(self) -> list[Budget]:
        seen = self._seen or self._begun()
        return self._pledges.records(seen.ledger, self._alone, self.now())

    async def change(
        self,
        step: Callable[[LimitState, Millis], LimitState | Other],
        fence: int,
        may_go_alone: Callable[[], bool],
        opens: str = "",
        closes: str = "",
    ) -> LimitState | Other:
        """Take `step` on the newest state; what it gives is kept if it is a state.

        `opens` and `closes` name the ticket that the step admits or settles. Raises
        NotOurTurnError when Redis is away and `may_go_alone` says no.
        """
        async with self._lock:
            until = monotonic() + CONTENTION_S
            while monotonic() < until:
                found = await self._find()
                if found is None and not may_go_alone():
                    raise NotOurTurnError(
                        "Redis is away: only the one process that polls this source may ask it"
                    )
                before = self._seen = await self._newest(found, fence, spends=bool(opens))
                after = step(before, self.now())
                if not isinstance(after, LimitState):
                    return after
                after = await self._covered(after, found is None, spends=bool(opens))
                if await self._kept(found, after, opens, closes):
                    self._seen = after
                    return after
                await asyncio.sleep(random.uniform(0.0, PAUSE_S))  # noqa: S311 - no secret
            raise ThrottledError("too many processes ask for this source at once", 1.0)

    async def _find(self) -> Kept | None:
        """What Redis holds; None while it is away."""
        if self._away_until is not None and monotonic() < self._away_until:
            return None
        try:
            found = await self._shelf.read()
        except ShelfAwayError as error:
            self._missed(error)
            return None
        if self._away_until is not None:
            log.info("redis is back", source=self._source)
        self._away_until = None
        self._ahead_ms = found.now - self._wall()
        return found

    async def _newest(self, found: Kept | None, fence: int, spends: bool) -> LimitState:
        """Of Redis, of our own view and of the log, whatever knows more of anything."""
        kept, known = _decoded(found), self._known
        whole = kept is not None and (known is None or limits.follows(kept, known))
        if kept is None:
            before = known or self._begun()
            if found is not None:
                before = msgspec.structs.replace(before, line=uuid4().hex)
        elif known is not None and (self._alone or not whole):
            # Of a Redis that lost nothing we know what is under way, but for what it was not told.
            ours = self._opened if whole else known.ledger.holds.keys()
            before = limits.merged(known, kept, ours, self._closed)
        else:
            before = kept
        # A Redis that was started since may have saved less than others had seen.
        sound = whole and kept is not None and found is not None and kept.instance == found.instance
        lost = f"{found.instance} {before.line if kept else ''}" if found and not sound else ""
        await self._recall(fence, lost, spends)
        books = self._pledges.floored(before.ledger, sound, self.now())
        return msgspec.structs.replace(before, ledger=books)

    async def _recall(self, fence: int, lost: str, spends: bool) -> None:
        """Read the log when the turn is newly ours, and when Redis lost what it had."""
        if self._turn == fence and (not lost or self._lost == lost):
            return
        try:
            await self._pledges.recall()
            self._turn, self._lost = fence, lost
        except RetriableError as error:
            self._unheard(error, spends)

    async def _covered(self, after: LimitState, alone: bool, spends: bool) -> LimitState:
        """The log is told first of what may be spent; what was spent is kept in any case."""
        try:
            books = await self._pledges.cover(after.ledger, alone, self.now())
        except RetriableError as error:
            self._unheard(error, spends)
            return after
        return msgspec.structs.replace(after, ledger=books)

    def _unheard(self, error: RetriableError, spends: bool) -> None:
        if spends:
            raise error
        log.warning("the log is away, budgets are told later", source=self._source, why=str(error))

    async def _kept(self, found: Kept | None, after: LimitState, opens: str, closes: str) -> bool:
        """Whether the state is kept: in Redis, or by us alone while it is away."""
        if found is None:
            self._known, self._alone = after, True
            self._opened |= {opens} - {""}
            self._closed |= {closes} - {""}
            return True
        newer = msgspec.structs.replace(after, revision=after.revision + 1, instance=found.instance)
        try:
            if not await self._shelf.swap(found, msgspec.json.encode(newer)):
                return False
        except ShelfAwayError as error:  # It may have been done; the step is taken again, alone.
            self._missed(error)
            return False
        self._known, self._alone = newer, False
        self._opened, self._closed, self._lost = set(), set(), ""
        self._pledges.forget()
        return True

    def _begun(self) -> LimitState:
        return limits.begun(uuid4().hex, self._rules, self.now())

    def _missed(self, error: Exception) -> None:
        if self._away_until is None:
            log.warning("redis is away, limits go on alone", source=self._source, why=str(error))
        self._away_until = monotonic() + LOOK_AGAIN_S


def _decoded(found: Kept | None) -> LimitState | None:
    """A value that cannot be read is worth as little as none: then we and the log know more."""
    if found is None or not found.value:
        return None
    try:
        return msgspec.json.decode(found.value, type=LimitState)
    except msgspec.DecodeError:
        return None
