"""What is left undone when a rebalance takes the partitions away."""

import asyncio
from pathlib import Path
from typing import Any

from tests.streams.runtime.taped import ZERO, corrected, on_tape, read, records, stock


async def revoked_after_two_records(app: Any) -> dict[Any, int]:
    """Two records are finished, a third is in hand and finishes while partitions are given up."""
    consumer, client = on_tape(app)

    async def without_the_rest(revoked: set[Any]) -> None: ...

    consumer._on_partitions_revoked = without_the_rest
    client.tape = [{ZERO: records(0, 1, 2)}]
    first, second, third = await read(consumer)
    first.ack(consumer)
    second.ack(consumer)
    asyncio.get_running_loop().call_later(0.05, third.ack, consumer)
    await consumer.on_partitions_revoked({ZERO})
    return client.committed


async def test_stock_forgets_what_was_finished(tmp_path: Path) -> None:
    assert await revoked_after_two_records(stock(tmp_path)) == {}


async def test_what_is_finished_or_in_hand_is_committed_first(tmp_path: Path) -> None:
    assert await revoked_after_two_records(corrected(tmp_path)) == {ZERO: 3}


async def test_nothing_flows_while_partitions_are_given_up(tmp_path: Path) -> None:
    app = corrected(tmp_path)
    await revoked_after_two_records(app)
    assert not app.consumer.flow_active
    assert not app.flow_control.is_active()
