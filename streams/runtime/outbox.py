"""Sends a chunk's outputs and returns when the broker has acknowledged every one of them."""

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
        self._refused: KafkaError | None = None
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
        if not self._produce(outputs):
            return
        loop = asyncio.get_running_loop()
        left = await loop.run_in_executor(None, self._producer.flush, DELIVER_WITHIN + 5)
        if self._refused is not None:
            exits.fail_stop(f"an output was not taken: {self._refused.str()}")
        if left:
            exits.fail_stop(f"{left} outputs were not acknowledged within {DELIVER_WITHIN:g} s")

    def _produce(self, outputs: Iterable[Output]) -> int:
        produce, told, sent = self._producer.produce, self._told, 0
        for topic, partition, key, value in outputs:
            while True:
                try:
                    produce(topic, value, key, partition, told)
                    break
                except BufferError:
                    self._producer.poll(0.1)
                except KafkaException as error:
                    exits.fail_stop(f"an output for {topic} could not be sent", error)
            sent += 1
        return sent

    def _told(self, error: KafkaError | None, message: Message) -> None:
        if error is not None and self._refused is None:
            self._refused = error
