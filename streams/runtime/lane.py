"""The lane: an agent gets the records of one partition in chunks, one chunk per Faust message.

Faust pays two tasks, a lock, a queue hop, a turn of the loop and sensor calls per message; so one
message is a whole batch. Groups, tables, recovery, commits and rebalances stay Faust's.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from time import monotonic
from typing import Any, Final, Protocol

from faust.types import TP, StreamT, TopicT

from streams.runtime.corrections.commit_on_revoke import CommitOnRevoke
from streams.runtime.exits import RefusedToStartError

CHUNK_RECORDS: Final = 2000


class Fetched(Protocol):
    """A record as the Kafka client gives it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None


class Chunk:
    """Records of one partition, offsets ascending, no more than the lane's limit."""

    __slots__ = ("began", "first", "generation", "last", "records", "tp")

    def __init__(self, tp: TP, records: list[Any]) -> None:
        self.tp = tp
        self.records: list[Fetched] = records
        self.first: int = records[0].offset
        self.last: int = records[-1].offset
        self.generation = -1  # of the group, when the agent took the chunk
        self.began = 0.0  # monotonic, when the agent took the chunk

    def __len__(self) -> int:
        return len(self.records)


class Carrier:
    """A chunk in the shape of a record; it stands at the chunk's last offset."""

    __slots__ = ("offset", "partition", "timestamp", "timestamp_type", "topic", "value")

    key = None
    headers = ()
    checksum = None
    serialized_key_size = 0
    serialized_value_size = 0

    def __init__(self, chunk: Chunk) -> None:
        last = chunk.records[-1]
        self.topic, self.partition, self.offset = last.topic, last.partition, last.offset
        self.timestamp, self.timestamp_type = last.timestamp, last.timestamp_type
        self.value = chunk


class LaneConsumer(CommitOnRevoke):
    """A consumer that hands lane topics on in carriers and keeps commits below what is held."""

    def bundle(self, tp: TP, records: list[Any]) -> Iterable[tuple[int, Any]]:
        if tp.topic not in self.app.lane_topics:
            yield from super().bundle(tp, records)
            return
        size = self.app.chunk_records
        for begin in range(0, len(records), size):
            chunk = Chunk(tp, records[begin : begin + size])
            yield chunk.first, Carrier(chunk)

    def cap(self, tp: TP, offset: int) -> int:
        return int(self.app.hold.cap(tp, offset))

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        await super().on_partitions_revoked(revoked)
        self.app.given_up = True
        self.app.hold.release(revoked)

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        self.app.given_up = False  # what is still in hand is of an older generation
        await super().on_partitions_assigned(assigned, generation_id)


def lanes(app: Any, *topics: TopicT) -> None:
    """Declare that the agents of these topics read them with `chunks`."""
    for topic in topics:
        if topic.value_type is not bytes or topic.key_type is not bytes:
            raise RefusedToStartError(f"lane {topic.topics}: its key_type and value_type are bytes")
        app.lane_topics.update(topic.topics)


def check_lanes(app: Any) -> None:
    """Refuse a lane with two agents, or with one that does chunks side by side."""
    agents: Counter[str] = Counter()
    for agent in app.agents.values():
        mine = app.lane_topics & set(agent.channel.topics)
        if mine and agent.concurrency != 1:
            raise RefusedToStartError(f"agent {agent.name}: a lane is read with concurrency 1")
        agents.update(mine)
    for topic in sorted(app.lane_topics):
        if agents[topic] != 1:
            raise RefusedToStartError(f"lane {topic} has {agents[topic]} agents and needs one")


async def chunks(stream: StreamT[Any]) -> AsyncIterator[Chunk]:
    """The chunks of a lane; asking for the next one acknowledges the one before."""
    async for chunk in stream:
        if not isinstance(chunk, Chunk):
            raise TypeError(f"{stream} is not a lane: declare its topic with lanes(app, topic)")
        chunk.began = monotonic()
        event: Any = stream.current_event
        chunk.generation = event.message.generation_id
        yield chunk
