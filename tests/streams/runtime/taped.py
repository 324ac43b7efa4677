"""A Kafka client in memory, under a real Faust consumer: the seam is Faust's consumer thread."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import faust
from faust.types import TP
from faust.types.tuples import Message

from streams.runtime.app import HeatApp, build_app

TOPIC = "raw.test"
ZERO = TP(TOPIC, 0)


class Record(NamedTuple):
    """What aiokafka gives for one record."""

    topic: str
    partition: int
    offset: int
    timestamp: int = 1_000
    timestamp_type: int = 0
    headers: tuple[()] = ()
    key: bytes = b"k"
    value: bytes = b"v"
    checksum: None = None
    serialized_key_size: int = 1
    serialized_value_size: int = 1


def records(*offsets: int, topic: str = TOPIC) -> list[Record]:
    return [Record(topic, 0, offset) for offset in offsets]


class TapedClient:
    """Fetches what it is told to, remembers commits and seeks; commits can be made to fail."""

    def __init__(self, *tps: TP) -> None:
        self.tps = set(tps) or {ZERO}
        self.tape: list[dict[TP, list[Record]]] = []
        self.committed: dict[TP, int] = {}
        self.commits_work = True
        self.seeks: list[dict[TP, int]] = []
        self.while_fetching: Any = None
        self.earliest = 0

    async def getmany(self, active: set[TP] | None, timeout: float) -> dict[TP, list[Record]]:  # noqa: ASYNC109
        fetched = self.tape.pop(0) if self.tape else {}
        if self.while_fetching is not None:
            await self.while_fetching()
        return fetched

    async def commit(self, offsets: Mapping[TP, int]) -> bool:
        if self.commits_work:
            self.committed.update(offsets)
        return self.commits_work

    async def seek_to_committed(self) -> dict[TP, int | None]:
        return {tp: self.committed.get(tp) for tp in self.tps}

    async def earliest_offsets(self, *tps: TP) -> dict[TP, int]:
        return dict.fromkeys(tps, self.earliest)

    async def seek_wait(self, offsets: Mapping[TP, int]) -> None:
        self.seeks.append(dict(offsets))

    def assignment(self) -> set[TP]:
        return self.tps

    def highwater(self, tp: TP) -> int:
        return 1_000


def corrected(folder: Path, **settings: Any) -> HeatApp:
    return build_app("test", "127.0.0.1:1", 1, datadir=folder, **settings)


def stock(folder: Path) -> faust.App:
    return faust.App(
        "test",
        broker="kafka://127.0.0.1:1",
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        autodiscover=False,
        datadir=str(folder),
    )


def on_tape(app: faust.App) -> tuple[Any, TapedClient]:
    """The app's own consumer, reading the tape."""
    app.topics._acking_topics.add(TOPIC)
    app.in_worker = True
    consumer: Any = app.consumer
    consumer._thread.thread_loop.close()  # of the real client, which is never started
    consumer._thread = client = TapedClient()
    consumer._active_partitions = set(client.tps)

    async def flushed() -> None:
        """Nothing is buffered in these tests."""

    app.producer.flush = flushed
    return consumer, client


async def read(consumer: Any) -> list[Message]:
    """One fetch as the consumer hands it on, taken by the stream."""
    messages = []
    async for tp, message in consumer.getmany(timeout=0.1):
        read_before = consumer._read_offset[tp]
        if read_before is not None and message.offset - read_before > 1:
            await consumer._add_gap(tp, read_before + 1, message.offset)
        consumer._read_offset[tp] = message.offset
        consumer.track_message(message)
        messages.append(message)
    return messages
