"""Polls one after the other: when the first begins, what is said between two, what ends them."""

import asyncio

import pytest

from producers.base import rounds
from producers.base.delivery import Delivery
from producers.base.desk import Desk
from producers.base.errors import NotOurTurnError
from producers.base.publisher import MemoryPublisher
from producers.base.reports import PollReport
from producers.base.rounds import polls
from producers.base.seen import Seen
from producers.trades import TradesSource
from schemas.clock import HOUR_MS, MINUTE_MS, Millis
from schemas.records import Heartbeat
from tests.producers.builders import NOON


class Counted:
    """Polls that are only counted; the next is due at once."""

    def __init__(self, stop_after: int, stopping: asyncio.Event) -> None:
        self.polls, self._stop_after, self._stopping = 0, stop_after, stopping

    async def poll(self) -> tuple[PollReport, Millis]:
        self.polls += 1
        if self.polls >= self._stop_after:
            self._stopping.set()
        return PollReport(answered=self.polls), NOON


def desk_of(publisher: MemoryPublisher, speed: float = 1e9) -> Desk:
    """A desk whose waits are over at once, for its clock runs so fast."""
    return Desk(TradesSource(), Delivery(publisher, Seen()), clock=lambda: NOON, speed=speed)


async def run(desk: Desk, polls_wanted: int = 2, **more: object) -> Counted:
    stopping = asyncio.Event()
    counted = Counted(polls_wanted, stopping)
    async with asyncio.timeout(20):
        await polls(counted, desk, stopping, **more)  # type: ignore[arg-type]
    return counted


async def test_polls_go_on_until_asked_to_stop_and_once_is_once() -> None:
    assert (await run(desk_of(MemoryPublisher()), 3)).polls == 3
    assert (await run(desk_of(MemoryPublisher()), 3, once=True)).polls == 1


async def test_long_wait_is_filled_with_heartbeats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "BEAT_EVERY_S", 0.01)
    publisher = MemoryPublisher()
    await run(desk_of(publisher, speed=3600.0), 1, first_at=NOON + 5 * MINUTE_MS)
    beats = [b for b in publisher.records_on("ops.heartbeat") if isinstance(b, Heartbeat)]
    assert len(beats) >= 2
    assert [b.sequence for b in beats] == list(range(1, len(beats) + 1))


async def test_successor_keeps_the_schedule_of_whoever_polled_before() -> None:
    stopping = asyncio.Event()
    counted = Counted(1, stopping)
    waiting = asyncio.create_task(
        polls(counted, desk_of(MemoryPublisher(), speed=1.0), stopping, first_at=NOON + HOUR_MS)
    )
    done, _ = await asyncio.wait({waiting}, timeout=0.3)
    assert not done
    assert counted.polls == 0
    stopping.set()
    await asyncio.wait_for(waiting, 20)
    assert counted.polls == 0


class Elsewhere:
    def require(self) -> None:
        raise NotOurTurnError("another process polls")

    async def remember(self, polled_at: Millis | None, next_poll: Millis | None) -> None:
        return None


async def test_turn_that_is_lost_while_waiting_ends_the_polls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounds, "BEAT_EVERY_S", 0.01)
    desk = desk_of(MemoryPublisher(), speed=1.0)
    desk.lease = Elsewhere()
    with pytest.raises(NotOurTurnError):
        await run(desk, 5)
