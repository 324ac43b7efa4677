"""One poll of a source that is asked: what is due, answer by answer, and what may be kept after.

A mention counts as seen, and an answer as known, only once the log has acknowledged what was read:
a crash in between asks and publishes again, under the same ids.
"""

from dataclasses import dataclass, field
from typing import Final

import msgspec

from producers.base.answers import SourceReader, mentions_in
from producers.base.attempt import Attempt, address_of
from producers.base.desk import Desk
from producers.base.errors import BudgetSpentError, NotOurTurnError
from producers.base.fetch import Answer, Fetcher
from producers.base.kept import (
    AnswerStore,
    KeptAnswer,
    Validators,
    kept_answer,
    place_of,
    question_of,
)
from producers.base.reports import PollReport, weightiest
from producers.base.schedule import (
    Plan,
    Rhythm,
    after_answer,
    after_failure,
    interval_of,
    key_of,
    plan,
)
from producers.base.source import Ask, PolledSource
from schemas.clock import SECOND_MS, Millis
from schemas.errors import HeatError, RetriableError

MOST_PAGES: Final = 10
MOST_REMEMBERED: Final = 5_000
NOTHING_KNOWN: Final = Validators()


@dataclass(slots=True)
class Poller:
    """Asks a polled source."""

    source: PolledSource
    desk: Desk
    fetcher: Fetcher
    answers: AnswerStore
    memory: dict[str, Rhythm] = field(default_factory=dict)
    _keep: list[tuple[str, KeptAnswer]] = field(default_factory=list)
    _spent: dict[str, BudgetSpentError] = field(default_factory=dict)

    async def poll(self) -> tuple[PollReport, Millis]:
        """One poll, and when something is due again. Raises FatalError, NotOurTurnError."""
        report = self.desk.begin()
        self._keep, self._spent = [], {}
        asks = list(self.source.asks(self.desk.clock()))
        planned = self._plan(asks)
        due = planned.due
        try:
            await self._withhold(planned, report)
            for ask in due:
                await self._ask(ask, report)
        finally:
            await self.desk.delivery.settle()  # what was read is delivered, whatever came after
        if not self.desk.delivery.held_back:  # what was left out must be asked for again
            for place, answer in self._keep:
                await self.answers.keep(place, answer)
        if len(self.memory) > MOST_REMEMBERED:  # addresses that are no longer asked
            current = {key_of(ask) for ask in asks}
            self.memory = {key: r for key, r in self.memory.items() if key in current}
        next_due = self._plan(asks).next_due
        await self.desk.close(report, len(due) / len(asks) if asks else 1.0, next_due)
        return report, next_due

    def _plan(self, asks: list[Ask]) -> Plan:
        desk = self.desk
        return plan(asks, self.memory, desk.allowances(), desk.poll_every_s, desk.clock())

    async def _withhold(self, planned: Plan, report: PollReport) -> None:
        """What no budget is left for is refused once, and stood in for as long as it may be."""
        moment, report.withheld = self.desk.clock(), len(planned.withheld)
        for ask in planned.withheld:
            rhythm = self.memory.get(key_of(ask))
            if rhythm is None or rhythm.not_before <= moment:
                wait_s = (planned.until - moment) / SECOND_MS
                refusal = BudgetSpentError("no budget is left for it", wait_s)
                self._audit_refusal(ask, refusal)
                kept = await self.answers.recall(place_of(self.source.name, ask))
                self._failed(ask, kept, report, refusal)

    async def _ask(self, ask: Ask, report: PollReport) -> None:
        report.asked += 1
        key, rhythm = key_of(ask), self.memory.get(key_of(ask))
        kept = await self.answers.recall(place_of(self.source.name, ask))
        if kept is not None and rhythm is None and self._is_fresh(ask, kept):
            self._read_again(ask, kept, report, "")
            self.memory[key] = Rhythm(kept.checked_at)
            return
        try:
            read, fresh = await self._pages(ask, kept, report)
            self.memory[key] = after_answer(rhythm, read, fresh, self.desk.clock())
        except NotOurTurnError:
            raise
        except HeatError as error:
            self._failed(ask, kept, report, error)

    async def _pages(
        self, ask: Ask, kept: KeptAnswer | None, report: PollReport
    ) -> tuple[int, int]:
        """How many entries the answer and its further pages hold, and how many are new."""
        page, read, fresh, asked = 1, 0, 0, ask
        while True:
            known = self._validators(asked, kept)
            answer = await self._fetch(asked, known)
            new = self._take(asked, page, kept, answer, report)
            read, fresh = read + len(answer.mentions), fresh + new
            following = self.source.following(asked, answer.body) if answer.body else None
            if following is None or not new or page == MOST_PAGES:
                return read, fresh
            page, asked = page + 1, following
            kept = await self.answers.recall(place_of(self.source.name, asked, page))

    async def _fetch(self, ask: Ask, known: Validators) -> Answer:
        spent = self._spent.get(weightiest(ask.cost)[0])
        if spent is not None:  # the source said so a moment ago: it is not asked again
            self._audit_refusal(ask, spent)
            raise spent
        self.desk.lease.require()
        return await self.fetcher.fetch(ask, known, self.desk.audit, SourceReader(self.source))

    def _audit_refusal(self, ask: Ask, refusal: BudgetSpentError) -> None:
        self.desk.audit(Attempt("refused", address_of(ask.request.url), reason=str(refusal)))

    def _take(
        self, ask: Ask, page: int, kept: KeptAnswer | None, answer: Answer, report: PollReport
    ) -> int:
        place, moment = place_of(self.source.name, ask, page), self.desk.clock()
        report.answered += page == 1
        if answer.body is None:
            report.unchanged += page == 1
            if kept is not None:
                self._keep.append((place, msgspec.structs.replace(kept, checked_at=moment)))
            return 0
        report.read += len(answer.mentions)
        self._keep.append((place, kept_answer(ask, answer.body, answer.validators)))
        return self.desk.delivery.take(answer.mentions)

    def _failed(
        self, ask: Ask, kept: KeptAnswer | None, report: PollReport, error: HeatError
    ) -> None:
        key, moment = key_of(ask), self.desk.clock()
        wait = error.retry_after if isinstance(error, RetriableError) else 0.0
        self.memory[key] = after_failure(self.memory.get(key), wait, moment)
        if isinstance(error, BudgetSpentError):
            self._spent.setdefault(weightiest(ask.cost)[0], error)
        self.desk.failed(report, address_of(ask.request.url), error)
        if kept is not None and isinstance(error, RetriableError):
            age_s = (moment - kept.at) / SECOND_MS
            if age_s <= self.source.facts.stale_for.total_seconds():
                self._read_again(ask, kept, report, f"stale: {age_s:.0f} s old")
                report.stale_s = max(report.stale_s, age_s)

    def _read_again(self, ask: Ask, kept: KeptAnswer, report: PollReport, reason: str) -> None:
        """A kept answer is read as of when it came, so its mentions have the ids they had."""
        try:
            mentions = mentions_in(self.source, kept.body(ask.label))
        except HeatError:
            return  # kept by a version of us that read it otherwise
        self.desk.delivery.take(mentions)
        address = address_of(ask.request.url)
        self.desk.audit(Attempt("cache-hit", address, reason=reason, mentions=len(mentions)))
        if not reason:
            report.answered += 1
            report.unchanged += 1

    def _is_fresh(self, ask: Ask, kept: KeptAnswer) -> bool:
        """Whether an answer from before this process began is young enough to be reused. While
        it runs, the schedule alone says when a question is asked again."""
        age_s = (self.desk.clock() - kept.checked_at) / SECOND_MS
        ttl_s = self.source.facts.cache_ttl.total_seconds()
        interval_s = interval_of(ask, None, self.desk.poll_every_s)
        return kept.question == question_of(ask) and 0 <= age_s < min(ttl_s, interval_s)

    def _validators(self, ask: Ask, kept: KeptAnswer | None) -> Validators:
        if kept is None or kept.question != question_of(ask):
            return NOTHING_KNOWN
        return kept.validators
