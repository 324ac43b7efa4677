"""mentions in; velocity, heat and proposed alerts out. A table: a row per entity and partition."""

from collections.abc import Iterable
from typing import Any, Final

from faust.types import TP, TableT

from schemas.codec import encode
from schemas.records import Mention, Record
from schemas.topics import qualified
from streams.agents.folding import Folding, declare_folding
from streams.core.intervals import MentionPartition
from streams.core.pipeline import emitted
from streams.core.proposals import passed
from streams.runtime.app import HeatApp
from streams.runtime.outbox import ANY_PARTITION, Output
from streams.settings import StreamSettings

STEP_EVENTS: Final = 2000


class Measurer(Folding[MentionPartition]):
    """The partitions of mentions that this worker owns."""

    role = "measure"
    topic = "mentions"

    def __init__(self, app: HeatApp, table: TableT[Any, Any], settings: StreamSettings) -> None:
        super().__init__(app, table, settings)
        self._namespace = settings.kafka.namespace
        self._proposed = qualified(self._namespace, "alerts.proposed")
        self._told: dict[TP, int] = {}  # the last interval that was passed on

    def rebuilt(self, rows: dict[bytes, bytes]) -> MentionPartition:
        return MentionPartition(self._config, rows)

    def enter(self, fold: MentionPartition, record: Record, offset: int) -> bool:
        if not isinstance(record, Mention):
            return False
        fold.mention(record, offset)
        return True

    def close(self, fold: MentionPartition) -> Iterable[Record]:
        return fold.close(most=STEP_EVENTS)

    def passed(self, tp: TP, fold: MentionPartition) -> list[Output]:
        """How far the partition is, once for each time that it got further."""
        progress = fold.progress
        if progress.closed <= self._told.get(tp, -1):
            return []
        self._told[tp] = progress.closed
        in_all = self._settings.kafka.keyed_partitions
        tick = passed(progress.closed, progress.first, tp.partition, in_all)
        return [(self._proposed, ANY_PARTITION, b"", encode(tick))]

    def closed(self, fold: MentionPartition) -> int:
        return fold.progress.closed

    def output(self, event: Record) -> Output:
        topic = qualified(self._namespace, emitted(event).topic)
        return topic, ANY_PARTITION, event.entity_id.encode(), encode(event)  # type: ignore[attr-defined]


def declare(app: HeatApp, settings: StreamSettings) -> None:
    """The role's agent and its table."""
    partitions = settings.kafka.keyed_partitions
    told = "per entity: windows, authors, episode; per partition: how far its ticks are"
    declare_folding(app, settings, Measurer, "state", partitions, told)
