"""Clocks that pace producers: the wall's, and a simulated one that runs at its own speed."""

from dataclasses import dataclass
from typing import Protocol

import schemas.clock
from schemas.clock import SECOND_MS, Millis, Now
from schemas.settings import ProducerSection


class Clock(Protocol):
    """What time it is, and how many seconds of ours pass until a moment of its own."""

    def now(self) -> Millis: ...

    def seconds_until(self, moment: Millis) -> float: ...


@dataclass(frozen=True, slots=True)
class SimulatedClock:
    """Shows `start` at wall time `origin`, and then `speed` seconds for every second of ours."""

    start: Millis
    origin: Millis
    speed: float = 1.0
    wall: Now = schemas.clock.now

    def now(self) -> Millis:
        return self.start + int((self.wall() - self.origin) * self.speed)

    def seconds_until(self, moment: Millis) -> float:
        return max(0.0, (moment - self.now()) / (SECOND_MS * self.speed))


def wall_clock(wall: Now = schemas.clock.now) -> SimulatedClock:
    """The clock that agrees with the wall."""
    return SimulatedClock(start=0, origin=0, wall=wall)


def clock_of(producer: ProducerSection, wall: Now = schemas.clock.now) -> SimulatedClock:
    """The clock of the settings: the wall's, unless a start, an origin or a speed is set."""
    if producer.clock_start is None and producer.clock_origin is None and producer.clock_speed == 1:
        return wall_clock(wall)
    origin = wall() if producer.clock_origin is None else producer.clock_origin
    start = origin if producer.clock_start is None else producer.clock_start
    return SimulatedClock(start, origin, producer.clock_speed, wall)
