"""A commit waits for the whole buffer of changelog records."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from faust.types.tuples import FutureMessage, PendingMessage

from tests.streams.runtime.taped import corrected, stock

PATIENCE_OF_STOCK = 0.1


class SlowChannel:
    """Takes records only when the gate is open."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.published = 0

    async def publish_message(self, fut: FutureMessage, wait: bool = False) -> None:
        await self.gate.wait()
        self.published += 1


async def buffered(buffer: Any, count: int) -> tuple[SlowChannel, asyncio.Task[Any]]:
    channel = SlowChannel()
    await buffer.start()
    for _ in range(count):
        pending = PendingMessage(channel, b"k", b"v", 0, None, None, None, None, None)  # type: ignore[arg-type]
        buffer.put(FutureMessage(pending))
    flush = asyncio.create_task(buffer.flush())
    await asyncio.wait({flush}, timeout=10 * PATIENCE_OF_STOCK)
    return channel, flush


async def test_stock_gives_up_and_lets_the_commit_go_on(tmp_path: Path) -> None:
    buffer = stock(tmp_path).producer.buffer
    channel, flush = await buffered(buffer, 5)
    assert flush.done()
    assert channel.published == 0
    channel.gate.set()
    await asyncio.wait_for(buffer.flush(), 5)
    await buffer.stop()


async def test_the_flush_returns_when_everything_was_handed_over(tmp_path: Path) -> None:
    buffer = corrected(tmp_path).producer.buffer
    channel, flush = await buffered(buffer, 5)
    assert not flush.done()
    channel.gate.set()
    await asyncio.wait_for(flush, 5)
    assert channel.published == 5
    await buffer.stop()


async def test_a_buffer_that_stops_with_records_in_it_lets_nothing_be_committed(
    tmp_path: Path,
) -> None:
    buffer = corrected(tmp_path).producer.buffer
    _, flush = await buffered(buffer, 2)
    await buffer.stop()
    with pytest.raises(RuntimeError, match="2 records unsent"):
        await asyncio.wait_for(flush, 5)


async def test_a_record_that_cannot_be_sent_ends_the_process(
    tmp_path: Path, leaving: type[BaseException]
) -> None:
    class Refusing:
        async def publish_message(self, fut: FutureMessage, wait: bool = False) -> None:
            raise ValueError("too large")

    buffer = corrected(tmp_path).producer.buffer
    pending = PendingMessage(Refusing(), b"k", b"v", 0, None, None, None, None, None)  # type: ignore[arg-type]
    with pytest.raises(leaving, match="70"):
        await buffer._send_pending(FutureMessage(pending))
