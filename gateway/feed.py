"""The feed as clients see it: a ring of ready-encoded events, and the board folded from them."""

import asyncio
import contextlib
from collections.abc import Sequence

import structlog
from aiokafka.structs import ConsumerRecord

from gateway.board import Board
from gateway.events import to_event
from gateway.metrics import Metrics
from gateway.ring import Ring
from gateway.tail import Reader
from schemas.codec import decode
from schemas.errors import UndecodableError
from schemas.records import Alert, Heat

log = structlog.get_logger()

TOPIC = "feed"


class Feed:
    """Shared by all clients, who wait for `changed` and read the ring by their own place."""

    def __init__(self, capacity: int, metrics: Metrics) -> None:
        self.ring = Ring(capacity)
        self.board = Board()
        self.ready = False
        self.stopping = False
        self._metrics = metrics
        self._changed = asyncio.Event()

    def reader(self, topic: str) -> Reader:
        return Reader(topic, self.ring.capacity, self.begin, self.take)

    def begin(self, first: int) -> None:
        """Start from `first` with nothing; after a rewind what was held may have holes."""
        self.ring.restart(first)
        self.board = Board()
        self.ready = False

    def take(self, records: Sequence[ConsumerRecord], position: int, caught_up: bool) -> None:
        before = self.ring.tip
        for record in records:
            self._take_one(record)
        self.ring.reach(position - 1)
        self.ready = self.ready or caught_up
        self._metrics.stream_seq.set(self.ring.tip)
        if records or self.ring.tip != before:
            self.wake()

    def _take_one(self, message: ConsumerRecord) -> None:
        try:
            record = decode(message.value)
        except UndecodableError as error:
            self._reject(message, str(error))
            return
        if not isinstance(record, Heat | Alert):
            self._reject(message, f"a {record.schema_name} on the feed")
            return
        event = to_event(message.offset, record)
        self.ring.append(event)
        self.board.fold(message.offset, record)
        self._metrics.events.labels(event.kind).inc()

    def _reject(self, message: ConsumerRecord, reason: str) -> None:
        self._metrics.dead_letters.labels(TOPIC).inc()
        log.error("event skipped", topic=message.topic, offset=message.offset, reason=reason)

    def wake(self) -> None:
        """Wake all who wait."""
        self._changed.set()
        self._changed = asyncio.Event()

    def stop(self) -> None:
        """End every stream; the process is going away."""
        self.stopping = True
        self.wake()

    async def reach(self, seq: int, within: float) -> None:
        """Wait until the tip is at `seq`, but no longer than `within` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self.ring.tip < seq and not self.stopping:
                    await self._changed.wait()

    async def wait(self, place: int, within: float) -> bool:
        """True as soon as there is an event at `place`; False when the time is up."""
        try:
            async with asyncio.timeout(within):
                while self.ring.next_place <= place and not self.stopping:
                    await self._changed.wait()
        except TimeoutError:
            return self.ring.next_place > place  # It may have come as the time ran out.
        return True
