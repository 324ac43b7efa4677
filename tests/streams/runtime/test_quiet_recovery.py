"""Between the end of recovery and the seek nothing flows."""

from pathlib import Path
from typing import Any

from tests.streams.runtime.taped import corrected, on_tape, stock


async def flow_at_the_seek(app: Any) -> bool:
    """Whether stream records could be fetched while the consumer seeks after recovery."""
    consumer, _ = on_tape(app)
    seen: list[bool] = []

    async def perform_seek() -> None:
        seen.append(consumer.flow_active or app.flow_control.is_active())

    async def fetching() -> None: ...

    consumer.perform_seek = perform_seek
    app._fetcher.maybe_start = fetching
    app.assignor.assigned_standbys = set
    app.on_rebalance_start()
    app.flow_control.resume()
    consumer.resume_flow()
    await app.tables.recovery.on_recovery_completed(app.consumer_generation_id)
    (flowed,) = seen
    assert consumer.flow_active
    assert app.flow_control.is_active()
    return flowed


async def test_stock_lets_records_flow_into_the_seek(tmp_path: Path) -> None:
    assert await flow_at_the_seek(stock(tmp_path))


async def test_nothing_flows_until_the_seek_is_done(tmp_path: Path) -> None:
    assert not await flow_at_the_seek(corrected(tmp_path))
