"""Reads one partition from near its end onwards, for as long as the gateway lives.

No group and no commits: every gateway reads all of it. Only what was committed is read, so an
event of an aborted transaction never reaches a client.
"""

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import ConsumerRecord

from schemas.settings import KafkaSection

log = structlog.get_logger()

FETCH_MS = 500
CONNECT_WITHIN = 20.0
PAUSES = (0.5, 1.0, 2.0, 5.0)


def client_options(kafka: KafkaSection) -> dict[str, Any]:
    """The broker of the settings, for aiokafka."""
    options: dict[str, Any] = {
        "bootstrap_servers": kafka.bootstrap,
        "security_protocol": kafka.security_protocol,
    }
    if kafka.sasl_mechanism:
        password = kafka.sasl_password
        options["sasl_mechanism"] = kafka.sasl_mechanism
        options["sasl_plain_username"] = kafka.sasl_username
        options["sasl_plain_password"] = password.get_secret_value() if password else None
    if kafka.security_protocol.endswith("SSL"):
        options["ssl_context"] = ssl.create_default_context(cafile=kafka.ssl_cafile)
    return options


@dataclass(frozen=True, slots=True)
class Reader:
    """What becomes of what is read. `begin` is told the first offset, again after every rewind."""

    topic: str
    reach: int  # how many offsets before the end reading begins
    begin: Callable[[int], None]
    # The records, the position after them, and whether that is the end.
    take: Callable[[Sequence[ConsumerRecord], int, bool], None]


class Tail:
    """One consumer, replaced when it fails; reading goes on where it stopped."""

    def __init__(self, kafka: KafkaSection, reader: Reader) -> None:
        self._kafka = kafka
        self._reader = reader
        self._partition = TopicPartition(reader.topic, 0)
        self.position: int | None = None
        self.caught_up = False
        self.trouble: str | None = "not connected yet"
        self.turned_at = time.monotonic()

    async def run(self) -> None:
        """Read until cancelled."""
        failures = 0
        while True:
            try:
                async with contextlib.aclosing(self._batches()) as batches:
                    async for records, position in batches:
                        self._reader.take(records, position, self.caught_up)
                        self.position, self.trouble, failures = position, None, 0
                        self.turned_at = time.monotonic()
            except (KafkaError, OSError, TimeoutError) as error:
                self.trouble = f"{type(error).__name__}: {error}".rstrip(": ")
                log.warning("tail interrupted", topic=self._reader.topic, reason=self.trouble)
            await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
            failures += 1

    async def _batches(self) -> AsyncGenerator[tuple[Sequence[ConsumerRecord], int], None]:
        consumer = AIOKafkaConsumer(
            **client_options(self._kafka),
            group_id=None,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_partition_fetch_bytes=4 * 1024 * 1024,
        )
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                await consumer.start()
                end = await self._seek(consumer)
            while True:
                found = await consumer.getmany(timeout_ms=FETCH_MS, max_records=500)
                position = await consumer.position(self._partition)
                stable = consumer.last_stable_offset(self._partition)
                end = end if stable is None or stable < 0 else stable
                self.caught_up = position >= end
                yield found.get(self._partition, []), position
        finally:
            await consumer.stop()

    async def _seek(self, consumer: AIOKafkaConsumer) -> int:
        """Go to where reading begins or stopped; return the end as it is now."""
        partitions = [self._partition]
        consumer.assign(partitions)
        first = (await consumer.beginning_offsets(partitions))[self._partition]
        end: int = (await consumer.end_offsets(partitions))[self._partition]
        if self.position is None or not first <= self.position <= end:
            self.position = max(first, end - self._reader.reach)
            self._reader.begin(self.position)
        consumer.seek(self._partition, self.position)
        return end
