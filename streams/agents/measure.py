"""mentions in; velocity, heat and proposed alerts out. A table: a row per entity and partition."""

from time import monotonic
from typing import Any, Final

from faust.types import TP, StreamT, TableT

from schemas.codec import decode, encode
from schemas.errors import UndecodableError
from schemas.records import Mention, Record, Tick
from schemas.topics import qualified
from streams.agents.dead_letters import DeadLetters
from streams.agents.rows import store, stored
from streams.core.intervals import MentionPartition
from streams.core.pipeline import emitted
from streams.core.proposals import passed
from streams.runtime.app import HeatApp
from streams.runtime.fence import fence
from streams.runtime.lane import Chunk, chunks, lanes
from streams.runtime.outbox import ANY_PARTITION, Output
from streams.settings import StreamSettings

STEP_EVENTS: Final = 2000


class Measurer:
    """The partitions of mentions that this worker owns."""

    def __init__(self, app: HeatApp, table: TableT[Any, Any], settings: StreamSettings) -> None:
        self._app = app
        self._table = table
        self._config = settings.core
        self._namespace = settings.kafka.namespace
        self._dead = DeadLetters(settings.app_id("measure"))
        self._partitions: dict[TP, tuple[int, MentionPartition]] = {}
        self._partitions_in_all = settings.kafka.keyed_partitions
        self._proposed = qualified(settings.kafka.namespace, "alerts.proposed")
        self._told: dict[TP, int] = {}  # the last interval that was passed on

    def _partition(self, chunk: Chunk) -> MentionPartition:
        """The fold of a partition, rebuilt from its rows at every assignment."""
        known = self._partitions.get(chunk.tp)
        if known is None or known[0] != chunk.generation:
            rows = stored(self._table, chunk.tp.partition)
            known = chunk.generation, MentionPartition(self._config, rows)
            self._partitions[chunk.tp] = known
        return known[1]

    async def take(self, chunk: Chunk) -> None:
        """Outputs acknowledged, then the word that they are, then the stamped rows.

        The word goes behind what it speaks of, or a poll of stories could close without an output
        that failed. What is pending holds the offset back. A tick can end many intervals at once,
        so they are closed in steps, each stored before the next. The chunk is acknowledged behind
        the last: after a crash its ticks come again, and what was stored is not done twice.
        """
        partition = self._partition(chunk)
        outputs = self._read(partition, chunk)
        while True:
            outputs += [self._output(event) for event in partition.close(most=STEP_EVENTS)]
            await self._app.outbox.deliver(outputs)
            await self._app.outbox.deliver(self._passed(chunk.tp, partition))
            fence(self._app, chunk)
            self._write(chunk.tp, partition)
            if not partition.closable:
                return
            outputs = []
            chunk.began = monotonic()  # the fence has just seen that the partition is ours

    def _read(self, partition: MentionPartition, chunk: Chunk) -> list[Output]:
        rejected: list[Output] = []
        for fetched in chunk.records:
            try:
                record = decode(fetched.value)
            except UndecodableError as error:
                rejected.append(self._dead.reject(fetched, str(error)))
                continue
            if isinstance(record, Mention):
                partition.mention(record, fetched.offset)
            elif isinstance(record, Tick):
                partition.tick(record)
            else:
                reason = f"a {record.schema_name} among mentions"
                rejected.append(self._dead.reject(fetched, reason))
        self._dead.passed(len(chunk))
        return rejected

    def _write(self, tp: TP, partition: MentionPartition) -> None:
        store(self._table, tp.partition, partition.take_rows())
        self._app.hold.at(tp, partition.hold())

    def _passed(self, tp: TP, partition: MentionPartition) -> list[Output]:
        """How far the partition is, once for each time that it got further."""
        progress = partition.progress
        if progress.closed <= self._told.get(tp, -1):
            return []
        self._told[tp] = progress.closed
        tick = passed(progress.closed, progress.first, tp.partition, self._partitions_in_all)
        return [(self._proposed, ANY_PARTITION, b"", encode(tick))]

    def _output(self, event: Record) -> Output:
        topic = qualified(self._namespace, emitted(event).topic)
        return topic, ANY_PARTITION, event.entity_id.encode(), encode(event)  # type: ignore[attr-defined]


def declare(app: HeatApp, settings: StreamSettings) -> None:
    """The one agent of the role, and its table."""
    topic = app.topic(
        qualified(settings.kafka.namespace, "mentions"), key_type=bytes, value_type=bytes
    )
    lanes(app, topic)
    table = app.Table(
        "state", key_type=bytes, value_type=bytes, partitions=settings.kafka.keyed_partitions,
        help="per entity: windows, authors, episode; per partition: how far its ticks are",
    )
    measurer = Measurer(app, table, settings)

    @app.agent(topic, name="measure")
    async def measure(stream: StreamT[Any]) -> None:
        async for chunk in chunks(stream):
            await measurer.take(chunk)
