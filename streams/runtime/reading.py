"""How far a worker has read, as its watchers see it."""

from time import monotonic
from typing import Any, NamedTuple

from faust.types import TP

from streams.runtime.lane import LaneConsumer

UNREAD_AT_LEAST = 1  # before the first answer to a fetch nobody knows how much there is


class Reading(NamedTuple):
    """One partition: the next offset to be read, and how many records wait behind it."""

    position: int | None
    lag: int


class Progress(NamedTuple):
    """What a worker owns and how it stands; empty until it has joined its group."""

    ready: bool
    recovering: bool
    readings: dict[TP, Reading]
    since_commit: float | None

    @property
    def lag(self) -> int:
        return sum(reading.lag for reading in self.readings.values())


NOT_JOINED = Progress(ready=False, recovering=False, readings={}, since_commit=None)


def reading_of(position: int | None, highwater: int | None) -> Reading:
    if highwater is None:
        return Reading(position, UNREAD_AT_LEAST)
    return Reading(position, max(0, highwater - (position or 0)))


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
            tp: reading_of(consumer.position_of(tp), consumer.highwater(tp))
            for tp in consumer.assignment()
            if not consumer._is_changelog_tp(tp)
        },
        since_commit=None if committed is None else now - committed,
    )
