"""alerts.proposed in; alerts out. One partition and one table: the stories, and the clocks."""

from typing import Any

from faust.types import TP, StreamT, TableT

from schemas.codec import decode, encode
from schemas.errors import UndecodableError
from schemas.records import Alert, Proposal, Tick
from schemas.topics import qualified
from streams.agents.dead_letters import DeadLetters
from streams.agents.rows import store, stored
from streams.core.stories import StoryPartition
from streams.runtime.app import HeatApp
from streams.runtime.fence import fence
from streams.runtime.lane import Chunk, chunks, lanes
from streams.runtime.outbox import ANY_PARTITION, Output
from streams.settings import StreamSettings

PARTITIONS = 1  # a story may be about any two entities


class Storyteller:
    """The partition of proposals, in the one worker that owns it."""

    def __init__(self, app: HeatApp, table: TableT[Any, Any], settings: StreamSettings) -> None:
        self._app = app
        self._table = table
        self._config = settings.core
        self._alerts = qualified(settings.kafka.namespace, "alerts")
        self._dead = DeadLetters(settings.app_id("stories"))
        self._partitions: dict[TP, tuple[int, StoryPartition]] = {}

    def _partition(self, chunk: Chunk) -> StoryPartition:
        """The fold, rebuilt from its rows at every assignment."""
        known = self._partitions.get(chunk.tp)
        if known is None or known[0] != chunk.generation:
            rows = stored(self._table, chunk.tp.partition)
            known = chunk.generation, StoryPartition(self._config, rows)
            self._partitions[chunk.tp] = known
        return known[1]

    async def take(self, chunk: Chunk) -> None:
        """Alerts acknowledged, then the stamped rows; the offset behind what is pending."""
        partition = self._partition(chunk)
        outputs = self._read(partition, chunk)
        outputs += [self._output(alert) for alert in partition.close()]
        await self._app.outbox.deliver(outputs)
        fence(self._app, chunk)
        store(self._table, chunk.tp.partition, partition.take_rows())
        self._app.hold.at(chunk.tp, partition.hold())

    def _read(self, partition: StoryPartition, chunk: Chunk) -> list[Output]:
        rejected: list[Output] = []
        for fetched in chunk.records:
            try:
                record = decode(fetched.value)
            except UndecodableError as error:
                rejected.append(self._dead.reject(fetched, str(error)))
                continue
            if isinstance(record, Proposal):
                partition.proposal(record, fetched.offset)
            elif isinstance(record, Tick):
                partition.tick(record)
            else:
                reason = f"a {record.schema_name} among proposals"
                rejected.append(self._dead.reject(fetched, reason))
        self._dead.passed(len(chunk))
        return rejected

    def _output(self, alert: Alert) -> Output:
        return self._alerts, ANY_PARTITION, alert.entity_id.encode(), encode(alert)


def declare(app: HeatApp, settings: StreamSettings) -> None:
    """The one agent of the role, and its table."""
    topic = app.topic(
        qualified(settings.kafka.namespace, "alerts.proposed"), key_type=bytes, value_type=bytes
    )
    lanes(app, topic)
    table = app.Table(
        "stories", key_type=bytes, value_type=bytes, partitions=PARTITIONS,
        help="the stories that are out; how far each partition of mentions has passed",
    )
    teller = Storyteller(app, table, settings)

    @app.agent(topic, name="stories")
    async def stories(stream: StreamT[Any]) -> None:
        async for chunk in chunks(stream):
            await teller.take(chunk)
