"""How far a worker has read, finished and committed, as its watchers see it."""

from time import monotonic
from typing import Any, NamedTuple

from faust.types import TP

from streams.runtime.lane import LaneConsumer

UNREAD_AT_LEAST = 1  # before the first answer to a fetch nobody knows how much there is


class Reading(NamedTuple):
    """One partition: the next offset to be read, and how many records wait behind it.

    Behind `finished` something was read and is not done. What lies between `committable` and there
    is held back on purpose. `closed` is the last interval that is over, where intervals end.
    """

    position: int | None
    lag: int
    finished: int | None = None
    committable: int | None = None
    committed: int | None = None
    closed: int | None = None


class Progress(NamedTuple):
    """What a worker owns and how it stands; empty until it has joined its group."""

    ready: bool
    recovering: bool
    readings: dict[TP, Reading]
    since_commit: float | None
    steps: tuple[int, int] = (0, 0)  # rebalances that were begun, changelog offsets applied

    @property
    def lag(self) -> int:
        return sum(reading.lag for reading in self.readings.values())


NOT_JOINED = Progress(ready=False, recovering=False, readings={}, since_commit=None)


def unread(position: int | None, highwater: int | None) -> int:
    return UNREAD_AT_LEAST if highwater is None else max(0, highwater - (position or 0))


def progress(app: Any, now: float | None = None) -> Progress:
    """What `app` has read, without starting any part of it that has not started yet."""
    consumer: LaneConsumer | None = app._consumer
    if consumer is None or not consumer.joined:
        return NOT_JOINED
    now = monotonic() if now is None else now
    committed = consumer.last_commit_at
    return Progress(
        ready=app.tables.actives_ready and not app.rebalancing and not app.should_stop,
        recovering=app.in_recovery or app.rebalancing,
        readings={
            tp: _reading(app, consumer, tp)
            for tp in consumer.assignment()
            if not consumer._is_changelog_tp(tp)
        },
        since_commit=None if committed is None else now - committed,
        steps=(app.rebalancing_count, _recovered(app)),
    )


def _reading(app: Any, consumer: LaneConsumer, tp: TP) -> Reading:
    at = consumer.standing(tp)
    lag = unread(at.position, consumer.highwater(tp))
    return Reading(lag=lag, closed=app.hold.closed(tp), **at._asdict())


def _recovered(app: Any) -> int:
    recovery = app.tables._recovery
    return sum(at or 0 for at in recovery.active_offsets.values()) if recovery else 0
