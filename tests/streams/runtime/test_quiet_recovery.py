"""Between the end of recovery and the seek nothing flows."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from faust.tables.recovery import RebalanceAgain

from tests.streams.runtime.taped import corrected, on_tape, stock


def recovered(app: Any, perform_seek: Any) -> Any:
    """The consumer of an app whose tables have just been recovered."""
    consumer, _ = on_tape(app)

    async def fetching() -> None: ...

    consumer.perform_seek = perform_seek
    app._fetcher.maybe_start = fetching
    app.assignor.assigned_standbys = set
    app.on_rebalance_start()
    app.flow_control.resume()
    consumer.resume_flow()
    return consumer


async def flow_at_the_seek(app: Any) -> bool:
    """Whether stream records could be fetched while the consumer seeks after recovery."""
    seen: list[bool] = []

    async def perform_seek() -> None:
        seen.append(consumer.flow_active or app.flow_control.is_active())

    consumer = recovered(app, perform_seek)
    await app.tables.recovery.on_recovery_completed(app.consumer_generation_id)
    (flowed,) = seen
    assert consumer.flow_active
    assert app.flow_control.is_active()
    return flowed


async def test_stock_lets_records_flow_into_the_seek(tmp_path: Path) -> None:
    assert await flow_at_the_seek(stock(tmp_path))


async def test_nothing_flows_until_the_seek_is_done(tmp_path: Path) -> None:
    assert not await flow_at_the_seek(corrected(tmp_path))


async def test_stock_lets_records_flow_while_partitions_are_given_up(tmp_path: Path) -> None:
    app = stock(tmp_path)

    async def given_up_meanwhile() -> None:
        consumer.stop_flow()
        app.flow_control.suspend()

    consumer = recovered(app, given_up_meanwhile)
    await app.tables.recovery.on_recovery_completed(app.consumer_generation_id)
    assert consumer.flow_active
    assert not app.rebalancing


async def test_recovery_leaves_off_when_partitions_are_given_up(tmp_path: Path) -> None:
    app = corrected(tmp_path)

    async def given_up_meanwhile() -> None:
        consumer.leave()

    consumer = recovered(app, given_up_meanwhile)
    with pytest.raises(RebalanceAgain):
        await app.tables.recovery.on_recovery_completed(app.consumer_generation_id)
    assert not consumer.flow_active
    assert not app.flow_control.is_active()
    assert app.rebalancing


async def test_a_step_of_recovery_without_an_answer_ends_the_worker(
    tmp_path: Path, leaving: type[BaseException]
) -> None:
    app = corrected(tmp_path)
    on_tape(app)
    with pytest.raises(leaving, match="70"):
        await app.tables.recovery._wait(asyncio.Event().wait(), timeout=0.01)
