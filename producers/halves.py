"""The halves of a source: the one that asks and the one that listens; most sources have one."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from producers.base.call import Caller
from producers.base.clock import SimulatedClock
from producers.base.delivery import Delivery
from producers.base.desk import Desk, Lease
from producers.base.fetch import Fetcher
from producers.base.gate import Gate
from producers.base.health_file import Tell
from producers.base.kept import AnswerStore
from producers.base.limits.rules import Rules
from producers.base.listen import Listener
from producers.base.poll import Poller
from producers.base.publisher import Publisher
from producers.base.reports import PollReport
from producers.base.rounds import Asking, polls
from producers.base.seen import Seen
from producers.base.source import CalledSource, ListenedSource, PolledSource, Source
from producers.base.standing import LISTENED, POLLED, Standing, standing_of
from schemas.clock import Millis
from schemas.errors import SettingsError
from schemas.records import Health
from schemas.settings import ProducerSection


@dataclass(frozen=True, slots=True)
class Ways:
    """All that a source runs with, whichever its halves are."""

    source: Source
    producer: ProducerSection
    gate: Gate
    rules: Rules
    answers: AnswerStore
    lease: Lease
    seen: Seen
    tell: Tell
    clock: SimulatedClock
    publisher: Callable[[], Publisher]
    limit: int | None = None
    since: Millis | None = None
    chance: Callable[[], float] = lambda: 0.0
    listen_for_s: float | None = None

    def delivery(self) -> Delivery:
        """Each half has its own way to the log, and settles only what it sent."""
        return Delivery(self.publisher(), self.seen, self.limit, self.since)

    def desk(self, standing: Standing) -> Desk:
        return Desk(
            self.source, self.delivery(), standing, self.gate, self.rules.ceilings, self.lease,
            self.clock.now, self.clock.speed, self.tell, chance=self.chance,
        )  # fmt: skip


class _Watch:
    """The turn of a half that leaves no schedule behind."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease

    def require(self) -> None:
        self._lease.require()

    async def remember(self, polled_at: Millis | None, next_poll: Millis | None) -> None:
        return None


@dataclass(slots=True)
class _Half:
    asking: Asking
    desk: Desk
    first_at: Millis | None = None
    listener: Listener | None = field(default=None)


async def run_halves(
    ways: Ways,
    stopping: asyncio.Event,
    once: bool,
    health: Health | None,
    first_at: Millis | None,
) -> PollReport:
    """Run until asked to stop, or once; what one half cannot go on with ends both."""
    fetcher = Fetcher(ways.producer.user_agent, ways.producer.upstream, ways.gate,
                      clock=ways.clock.now)  # fmt: skip
    halves = _halves(ways, fetcher, health, first_at)
    if not halves:
        raise SettingsError(f"{ways.source.name} is of a kind that cannot be run")
    running = [
        asyncio.create_task(polls(half.asking, half.desk, stopping, once, half.first_at))
        for half in halves
    ]
    try:
        done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_EXCEPTION)
        reports = [task.result() for task in done]
        return max(reports, key=lambda report: report.answered)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for half in halves:
            if half.listener is not None:
                with suppress(asyncio.CancelledError):
                    await half.listener.close()
        await fetcher.close()


def _halves(
    ways: Ways, fetcher: Fetcher, health: Health | None, first_at: Millis | None
) -> list[_Half]:
    source, halves = ways.source, []
    if isinstance(source, PolledSource):
        desk = ways.desk(standing_of(health, POLLED))
        halves.append(_Half(Poller(source, desk, fetcher, ways.answers), desk, first_at))
    elif isinstance(source, CalledSource):
        desk = ways.desk(standing_of(health, POLLED))
        caller = Caller(source, desk, ways.gate, ways.producer.user_agent, ways.producer.upstream)
        halves.append(_Half(caller, desk, first_at))
    if isinstance(source, ListenedSource):
        desk = ways.desk(standing_of(health, LISTENED))
        desk.every_s, desk.lease = 0.0, _Watch(ways.lease)
        listener = Listener(source, desk, fetcher.client, ways.gate)
        if ways.listen_for_s is not None:
            listener.every_s = ways.listen_for_s
        halves.append(_Half(listener, desk, listener=listener))
    if len(halves) > 1:
        first, second = (half.desk.standing for half in halves)
        first.other, second.other = second, first
    return halves
