"""entities.candidates in; discoveries and questions out. A row per name, and per partition."""

from time import monotonic
from typing import Any, Final

from faust.types import TP, StreamT, TableT

from schemas.codec import decode, encode
from schemas.errors import UndecodableError
from schemas.records import Candidate, Discovery, Question, Record, Tick
from schemas.topics import qualified
from streams.agents.dead_letters import DeadLetters
from streams.agents.rows import store, stored
from streams.core.discovery import NAMES
from streams.core.intervals import MentionPartition
from streams.core.naming import name_of
from streams.core.pipeline import emitted
from streams.runtime.app import HeatApp
from streams.runtime.fence import fence
from streams.runtime.lane import Chunk, chunks, lanes
from streams.runtime.outbox import ANY_PARTITION, Output
from streams.settings import StreamSettings

STEP_EVENTS: Final = 500


class Discoverer:
    """The partitions of candidates that this worker owns."""

    def __init__(self, app: HeatApp, table: TableT[Any, Any], settings: StreamSettings) -> None:
        self._app = app
        self._table = table
        self._config = settings.core
        self._namespace = settings.kafka.namespace
        self._dead = DeadLetters(settings.app_id("discover"))
        self._partitions: dict[TP, tuple[int, MentionPartition]] = {}

    def _partition(self, chunk: Chunk) -> MentionPartition:
        """The fold of a partition, rebuilt from its rows at every assignment."""
        known = self._partitions.get(chunk.tp)
        if known is None or known[0] != chunk.generation:
            rows = stored(self._table, chunk.tp.partition)
            known = chunk.generation, MentionPartition(self._config, rows, NAMES)
            self._partitions[chunk.tp] = known
        return known[1]

    async def take(self, chunk: Chunk) -> None:
        """Outputs acknowledged, then the stamped rows; the offset behind what is pending.

        Many intervals may end at once: they are closed in steps, each stored before the next.
        """
        partition = self._partition(chunk)
        outputs = self._read(partition, chunk)
        while True:
            outputs += [self._output(event) for event in partition.close(most=STEP_EVENTS)]
            await self._app.outbox.deliver(outputs)
            fence(self._app, chunk)
            store(self._table, chunk.tp.partition, partition.take_rows())
            self._app.hold.at(chunk.tp, partition.hold())
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
            if isinstance(record, Candidate):
                if name_of(record):
                    partition.mention(record, fetched.offset)
            elif isinstance(record, Tick):
                partition.tick(record)
            else:
                reason = f"a {record.schema_name} among candidates"
                rejected.append(self._dead.reject(fetched, reason))
        self._dead.passed(len(chunk))
        return rejected

    def _output(self, event: Record) -> Output:
        topic = qualified(self._namespace, emitted(event).topic)
        return topic, ANY_PARTITION, key_of(event).encode(), encode(event)


def key_of(event: Record) -> str:
    """Steps of an entity stay together; a question takes the place of its older self."""
    if isinstance(event, Discovery):
        return event.entity_id
    if isinstance(event, Question):
        return f"{event.question_id} {event.state}"
    raise TypeError(f"discovery lets no {event.schema_name} out")


def declare(app: HeatApp, settings: StreamSettings) -> None:
    """The one agent of the role, and its table."""
    topic = app.topic(
        qualified(settings.kafka.namespace, "entities.candidates"),
        key_type=bytes, value_type=bytes,
    )
    lanes(app, topic)
    table = app.Table(
        "names", key_type=bytes, value_type=bytes, partitions=settings.kafka.keyed_partitions,
        help="per unknown name: whose voices, spellings, outcome; per partition: its ticks",
    )
    discoverer = Discoverer(app, table, settings)

    @app.agent(topic, name="discover")
    async def discover(stream: StreamT[Any]) -> None:
        async for chunk in chunks(stream):
            await discoverer.take(chunk)
