"""What happens to a record that the broker does not take."""

import asyncio
from pathlib import Path
from typing import Any

import faust
import pytest
from faust.types.tuples import FutureMessage, PendingMessage

from tests.streams.runtime.taped import corrected, stock


def refused(app: faust.App) -> None:
    """The broker's answer to one record, told to the topic as the producer tells it."""
    topic: Any = app.topic("out", key_type=bytes, value_type=bytes)
    pending = PendingMessage(topic, b"k", b"v", 0, None, None, None, None, None)
    told = FutureMessage(pending)
    answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    answer.set_exception(ValueError("record too large"))
    state = dict.fromkeys(app.sensors._sensors)
    try:
        topic._on_published(answer, told, app.producer, state)
    finally:
        if told.done():
            told.exception()


async def test_stock_goes_on_after_a_refused_record(tmp_path: Path) -> None:
    refused(stock(tmp_path))


async def test_a_refused_record_ends_the_process(
    tmp_path: Path, leaving: type[BaseException]
) -> None:
    with pytest.raises(leaving, match="70"):
        refused(corrected(tmp_path))
