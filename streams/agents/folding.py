"""What the agents that fold a partition have in common: rebuilt, read, closed, sent, stored."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from time import monotonic
from typing import Any, Generic, Protocol, TypeVar

from faust.types import TP, StreamT, TableT

from schemas.codec import decode
from schemas.errors import UndecodableError
from schemas.records import Record, Tick
from schemas.topics import qualified
from streams.agents.dead_letters import DeadLetters
from streams.agents.rows import store, stored
from streams.core.intervals import Row
from streams.runtime.app import HeatApp
from streams.runtime.fence import fence
from streams.runtime.lane import Chunk, chunks, lanes
from streams.runtime.outbox import Output
from streams.settings import StreamSettings


class Fold(Protocol):
    """A partition's state in memory, told by its rows."""

    @property
    def closable(self) -> bool: ...

    def tick(self, tick: Tick) -> None: ...

    def take_rows(self) -> Iterable[Row]: ...

    def hold(self) -> int: ...


F = TypeVar("F", bound=Fold)


class Folding(ABC, Generic[F]):
    """The partitions of one topic that this worker owns."""

    role: str
    topic: str

    def __init__(self, app: HeatApp, table: TableT[Any, Any], settings: StreamSettings) -> None:
        self._app = app
        self._table = table
        self._config = settings.core
        self._settings = settings
        self._dead = DeadLetters(settings.app_id(self.role))
        self._folds: dict[TP, tuple[int, F]] = {}

    @abstractmethod
    def rebuilt(self, rows: dict[bytes, bytes]) -> F:
        """The fold that these rows tell of."""

    @abstractmethod
    def enter(self, fold: F, record: Record, offset: int) -> bool:
        """Take a record in; False when it does not belong on the topic."""

    @abstractmethod
    def close(self, fold: F) -> Iterable[Record]:
        """What the intervals that can end let out, at most a step's worth."""

    @abstractmethod
    def output(self, event: Record) -> Output:
        """Where an event goes."""

    def passed(self, tp: TP, fold: F) -> list[Output]:
        """What is said once the outputs are safe."""
        return []

    def closed(self, fold: F) -> int | None:
        """The last interval that is over, where every partition hears the same clocks."""
        return None

    async def take(self, chunk: Chunk) -> None:
        """Outputs acknowledged, then the word that they are, then the stamped rows.

        The word goes behind what it speaks of, or a poll of stories could close without an output
        that failed. What is pending holds the offset back. A tick can end many intervals at once,
        so they are closed in steps, each stored before the next. The chunk is acknowledged behind
        the last: after a crash its ticks come again, and what was stored is not done twice.
        """
        fold = self._fold(chunk)
        outputs = self._read(fold, chunk)
        while True:
            outputs += [self.output(event) for event in self.close(fold)]
            await self._app.outbox.deliver(outputs)
            await self._app.outbox.deliver(self.passed(chunk.tp, fold))
            fence(self._app, chunk)
            store(self._table, chunk.tp.partition, fold.take_rows())
            self._app.hold.at(chunk.tp, fold.hold(), self.closed(fold))
            if not fold.closable:
                return
            outputs = []
            chunk.began = monotonic()  # the fence has just seen that the partition is ours

    def _fold(self, chunk: Chunk) -> F:
        """The fold of a partition, rebuilt from its rows at every assignment."""
        known = self._folds.get(chunk.tp)
        if known is None or known[0] != chunk.generation:
            rows = stored(self._table, chunk.tp.partition)
            known = chunk.generation, self.rebuilt(rows)
            self._folds[chunk.tp] = known
        return known[1]

    def _read(self, fold: F, chunk: Chunk) -> list[Output]:
        """Take the records in; those that cannot be are dead letters."""
        rejected: list[Output] = []
        for fetched in chunk.records:
            try:
                record = decode(fetched.value)
            except UndecodableError as error:
                rejected.append(self._dead.reject(fetched, str(error)))
                continue
            if isinstance(record, Tick):
                fold.tick(record)
            elif not self.enter(fold, record, fetched.offset):
                reason = f"a {record.schema_name} on {self.topic}"
                rejected.append(self._dead.reject(fetched, reason))
        self._dead.passed(len(chunk))
        return rejected


def declare_folding(
    app: HeatApp,
    settings: StreamSettings,
    folding: type[Folding[Any]],
    table: str,
    partitions: int,
    help: str,  # noqa: A002 - as Faust's tables call it
) -> None:
    """The one agent of a role, and its table."""
    topic = app.topic(
        qualified(settings.kafka.namespace, folding.topic), key_type=bytes, value_type=bytes
    )
    lanes(app, topic)
    rows = app.Table(table, key_type=bytes, value_type=bytes, partitions=partitions, help=help)
    folded = folding(app, rows, settings)

    @app.agent(topic, name=folding.role)
    async def fold(stream: StreamT[Any]) -> None:
        async for chunk in chunks(stream):
            await folded.take(chunk)
