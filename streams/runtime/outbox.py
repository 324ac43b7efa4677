"""Sends what a chunk leads to, and knows when the broker has acknowledged all of it."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from streams.runtime import exits

ANY_PARTITION: Final = -1
DELIVER_WITHIN: Final = 60.0
LARGEST_REQUEST: Final = 16 * 1024 * 1024  # the topics themselves say what is too large

Output = tuple[str, int, bytes | None, bytes | None]  # topic, partition, key, value


class Outbox:
    """Delivers everything it is given, or ends the process before anything else is written."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._refused: str | None = None
        self._flushing = asyncio.Lock()
        self._producer = Producer(
            {
                "acks": "all",
                "enable.idempotence": True,
                "linger.ms": 5,
                "delivery.timeout.ms": int(DELIVER_WITHIN * 1000),
                "partitioner": "murmur2_random",  # as Faust and Java; the default hash disagrees
                "queue.buffering.max.messages": 1_000_000,
                "message.max.bytes": LARGEST_REQUEST,
                "log_level": 3,
                **options,
            }
        )

    async def deliver(self, outputs: Iterable[Output]) -> None:
        """Send the outputs; partition -1 lets the key choose. Returns with all acknowledged."""
        for topic, partition, key, value in outputs:
            self.post(topic, partition, key, value)
        await self.settle()

    def post(self, topic: str, partition: int, key: bytes | None, value: bytes | None) -> None:
        """Send a record whose acknowledgement is awaited later, with `settle`."""
        while True:
            try:
                self._producer.produce(topic, value, key, partition, self._told)
            except BufferError:
                self._producer.poll(0.1)
            except KafkaException as error:
                exits.fail_stop(f"a record for {topic} could not be sent", error)
            else:
                return

    async def settle(self) -> None:
        """Return when everything sent so far is acknowledged."""
        left = 0
        # One at a time: flushing ends when nothing is under way, and another would add to it.
        async with self._flushing:
            if len(self._producer):
                loop = asyncio.get_running_loop()
                left = await loop.run_in_executor(None, self._producer.flush, DELIVER_WITHIN + 5)
        if self._refused is not None:
            exits.fail_stop(f"the broker did not take a record: {self._refused}")
        if left:
            exits.fail_stop(f"{left} records were not acknowledged within {DELIVER_WITHIN:g} s")

    def _told(self, error: KafkaError | None, message: Message) -> None:
        if error is not None and self._refused is None:
            self._refused = f"{message.topic()}: {error.str()}"
