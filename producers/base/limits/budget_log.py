"""The budgets of a source in `ops.budget`: written before they are spent, read back by whoever
takes over.
"""

import asyncio
from typing import Final

from producers.base.errors import BrokerAwayError, UndeliveredError
from producers.base.publisher import KafkaPublisher
from producers.base.reading import LogReader, require_topics
from schemas.clock import DAY_MS, Millis, Now, now
from schemas.codec import decode
from schemas.errors import UndecodableError
from schemas.records import Budget
from schemas.settings import KafkaSection

TOPIC: Final = "ops.budget"
TELL_WITHIN_S: Final = 30.0
LOOKS_BACK_MS: Final = (2 * DAY_MS, 32 * DAY_MS)  # a short look first, then a month and a bit


class BudgetLog:
    """Of one source. Records are acknowledged by the broker before `tell` returns; if they are
    not, it raises BrokerAwayError and the call is not made."""

    def __init__(self, kafka: KafkaSection, source: str, wall: Now = now) -> None:
        self._kafka = kafka
        self._source = source
        self._wall = wall  # the log is dated by the wall, whatever clock the source follows
        self._publisher: KafkaPublisher | None = None

    async def remembered(self) -> list[Budget]:
        return await asyncio.to_thread(budgets_in_log, self._kafka, self._source, self._wall())

    async def tell(self, budgets: list[Budget]) -> None:
        await asyncio.to_thread(self._tell, budgets)

    def _tell(self, budgets: list[Budget]) -> None:
        publisher = self._publisher or KafkaPublisher(self._kafka, TELL_WITHIN_S)
        self._publisher = None
        try:
            for budget in budgets:
                publisher.send(TOPIC, budget.source, budget)
            publisher.settle()
        except UndeliveredError as error:
            raise BrokerAwayError(
                f"nothing is spent that {TOPIC} does not know: {error}"
            ) from error
        self._publisher = publisher


def budgets_in_log(kafka: KafkaSection, source: str, moment: Millis) -> list[Budget]:
    """What the log says of the source: of the last two days, else of the last month.

    Each record names all that was ever promised in its window, so the newest ones say enough.
    Raises BrokerAwayError, LogError.
    """
    with LogReader(kafka, "producers-budget") as reader:
        require_topics(reader, TOPIC)
        _, end = reader.bounds(TOPIC)
        for back in LOOKS_BACK_MS:
            start = reader.offset_at(TOPIC, 0, moment - back)
            if not 0 <= start < end:
                continue
            reader.start(TOPIC, 0, start)
            ours = (m.value() for m in reader.until(end) if m.key() == source.encode())
            if found := [budget for value in ours if (budget := _budget_of(value))]:
                return found
    return []


def _budget_of(value: bytes | None) -> Budget | None:
    try:
        record = decode(value)
    except UndecodableError:
        return None  # whoever wrote it, it is no budget of ours
    return record if isinstance(record, Budget) else None
