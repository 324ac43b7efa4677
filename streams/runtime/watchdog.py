"""Ends a worker that stands still though there is work: unknown stalls become restarts."""

from collections.abc import Hashable, Iterator, Mapping
from time import monotonic
from typing import Any, Final, NamedTuple

from faust.types import TP
from mode import Service

from streams.runtime import exits
from streams.runtime.reading import Progress, Reading, progress

PATIENCE: Final = 120.0
LOOK_EVERY: Final = 5.0
LEFT_BEHIND: Final = 2  # intervals; a resolver may have ended between two sends of one tick


class Duty(NamedTuple):
    """Something that has to move, where it stands, and what is left of it; nothing where empty."""

    of: str
    at: Hashable
    left: str


def duties(told: Progress) -> Iterator[Duty]:
    """What has to move in a worker.

    A commit that is held back has not: while no ticks come, it rightly stands. But ticks go to all
    partitions alike, so a partition that closes nothing while another does has missed some.
    """
    if not told.ready:
        yield Duty("the worker", told.steps, "is not ready")
        return
    furthest = _furthest(told.readings)
    for tp, reading in told.readings.items():
        at = reading._replace(lag=0, committable=None)
        left = _left(reading, furthest.get(tp.topic, -1))
        yield Duty(f"{tp.topic}-{tp.partition}", at, left and f"{left}, stands at {at.position}")


def _furthest(readings: Mapping[TP, Reading]) -> dict[str, int]:
    """The last interval that any partition of a topic has closed."""
    furthest: dict[str, int] = {}
    for tp, reading in readings.items():
        if reading.closed is not None:
            furthest[tp.topic] = max(reading.closed, furthest.get(tp.topic, -1))
    return furthest


def _left(reading: Reading, furthest: int) -> str:
    """What of a partition is left to do, or nothing."""
    position, lag, finished, committable, committed, closed = reading
    if lag:
        return f"has {lag} unread records"
    if finished is not None and finished < (position or 0):
        return f"has read {(position or 0) - finished} records that are not done"
    if committable is not None and committable > (committed or 0):
        return f"has {committable - (committed or 0)} records done and not committed"
    if closed is not None and closed + LEFT_BEHIND <= furthest:
        return f"has closed interval {closed}, another partition {furthest}"
    return ""


class Watch:
    """Since when each duty has stood where it stands. Time is an argument."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self._stood: dict[str, tuple[Hashable, float]] = {}

    def stalled(self, told: Progress, now: float) -> str | None:
        """What stands still for too long, or None."""
        stood, self._stood = self._stood, {}
        stalled = None
        for of, at, left in duties(told):
            was, since = stood.get(of, (at, now))
            if not left or was != at:
                since = now
            self._stood[of] = at, since
            if now - since > self.patience:
                stalled = stalled or f"{of} {left} for {now - since:.0f} s"
        return stalled


class Watchdog(Service):
    """Looks at the app's progress now and then."""

    def __init__(self, app: Any, patience: float = PATIENCE, **kwargs: Any) -> None:
        self.app = app
        self.watch = Watch(patience)
        super().__init__(**kwargs)

    @Service.task
    async def _look(self) -> None:
        while not self.should_stop:
            await self.sleep(min(LOOK_EVERY, self.watch.patience / 4))
            why = self.watch.stalled(progress(self.app), monotonic())
            if why is not None and not (self.should_stop or self.app.should_stop):
                exits.fail_stop(f"nothing moves: {why}")
