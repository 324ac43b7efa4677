"""raw.* in; mentions and candidates out, and the ticks passed on behind them. Keeps no table."""

from time import monotonic
from typing import Any

from faust.types import TP, StreamT

from schemas.codec import decode, encode
from schemas.errors import FatalError, UndecodableError
from schemas.records import Candidate, Mention, RawMention, Record, Tick
from schemas.topics import qualified, raw_topic
from streams.agents.dead_letters import DeadLetters
from streams.catalogue import CatalogueLog
from streams.core.lifting import RawPartition, Ready
from streams.core.naming import name_of
from streams.core.resolve import resolve
from streams.models import load_spam_models
from streams.runtime.app import HeatApp
from streams.runtime.fence import fence
from streams.runtime.lane import Chunk, Fetched, chunks, lanes
from streams.runtime.outbox import ANY_PARTITION, Output
from streams.settings import StreamSettings


class Resolver:
    """What the agents of all raw topics share."""

    def __init__(self, app: HeatApp, settings: StreamSettings) -> None:
        kafka = settings.kafka
        self._app = app
        wanted = settings.core.evidence.spam_models
        models = load_spam_models(wanted, settings.stream.models)
        self._catalogue = CatalogueLog(kafka, models)
        self._config_hash = settings.core.hash
        self._mentions = qualified(kafka.namespace, "mentions")
        self._candidates = qualified(kafka.namespace, "entities.candidates")
        self._keyed_partitions = kafka.keyed_partitions
        self._dead = DeadLetters(settings.app_id("resolve"))
        self._partitions: dict[TP, tuple[int, RawPartition]] = {}

    def _partition(self, source: str, chunk: Chunk) -> RawPartition:
        """The partition's clock, made anew at every assignment."""
        known = self._partitions.get(chunk.tp)
        if known is None or known[0] != chunk.generation:
            known = chunk.generation, RawPartition(f"{source}-{chunk.tp.partition}")
            self._partitions[chunk.tp] = known
        return known[1]

    async def take(self, source: str, chunk: Chunk) -> None:
        """Resolve a chunk: its outputs acknowledged first, then its ticks, then the hold."""
        partition = self._partition(source, chunk)
        ready, outputs = self._read(partition, chunk)
        for one in ready:
            outputs += await self._resolve(one)
        # A catalogue takes its time, the more so at the first chunk of a busy machine: fenced off
        # for that, a worker would start over to the same. Nothing was written yet.
        chunk.began = monotonic()
        await self._app.outbox.deliver(outputs)
        fence(self._app, chunk)
        await self._app.outbox.deliver(self._ticks(partition))
        fence(self._app, chunk)  # or the hold and the acknowledgement would meet a new reading
        self._app.hold.at(chunk.tp, partition.hold() or 0)

    def _read(self, partition: RawPartition, chunk: Chunk) -> tuple[list[Ready], list[Output]]:
        ready: list[Ready] = []
        rejected: list[Output] = []
        for fetched in chunk.records:
            record = self._decode(fetched, rejected)
            if isinstance(record, Tick):
                ready += partition.tick(record, fetched.offset)
            elif isinstance(record, RawMention):
                if not partition.started:
                    raise FatalError(f"{chunk.tp.topic}-{chunk.tp.partition} does not begin with "
                                     "a tick: was the ticker running before the producers?")
                lifted = partition.take(record, fetched.offset)
                if lifted:
                    ready.append(lifted)
        self._dead.passed(len(chunk))
        return ready, rejected

    def _decode(self, fetched: Fetched, rejected: list[Output]) -> Record | None:
        try:
            record = decode(fetched.value)
        except UndecodableError as error:
            rejected.append(self._dead.reject(fetched, str(error)))
            return None
        if isinstance(record, RawMention | Tick):
            return record
        rejected.append(self._dead.reject(fetched, f"a {record.schema_name} on a raw topic"))
        return None

    async def _resolve(self, ready: Ready) -> list[Output]:
        catalogue = await self._catalogue.at(ready.catalogue_version)
        found = resolve(ready.raw, ready.known_time, catalogue, self._config_hash)
        return [self._mention(m) for m in found.mentions] + [
            self._candidate(c) for c in found.candidates
        ]

    def _mention(self, mention: Mention) -> Output:
        return self._mentions, ANY_PARTITION, mention.entity_id.encode(), encode(mention)

    def _candidate(self, candidate: Candidate) -> Output:
        key = (name_of(candidate) or candidate.raw_id).encode()
        return self._candidates, ANY_PARTITION, key, encode(candidate)

    def _ticks(self, partition: RawPartition) -> list[Output]:
        return [
            (topic, where, b"", encoded)
            for encoded in map(encode, partition.pass_on())
            for topic in (self._mentions, self._candidates)
            for where in range(self._keyed_partitions)
        ]


def declare(app: HeatApp, settings: StreamSettings, sources: tuple[str, ...]) -> None:
    """One agent per raw topic."""
    resolver = Resolver(app, settings)
    for source in sources:
        topic = app.topic(
            qualified(settings.kafka.namespace, raw_topic(source)),
            key_type=bytes, value_type=bytes,
        )
        lanes(app, topic)
        _agent(app, resolver, source, topic)


def _agent(app: HeatApp, resolver: Resolver, source: str, topic: Any) -> None:
    @app.agent(topic, name=f"resolve-{source}")
    async def resolve_source(stream: StreamT[Any]) -> None:
        async for chunk in chunks(stream):
            await resolver.take(source, chunk)
