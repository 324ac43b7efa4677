"""One world for all tests of the simulated upstreams, and a desk over it at a fixed moment."""

import pytest

from producers.base.clock import SimulatedClock
from producers.simulate.upstreams.desk import Desk
from producers.simulate.upstreams.run import told_world
from producers.simulate.world import World
from schemas.clock import Millis
from tests.producers.builders import NOON


@pytest.fixture(scope="session")
def world() -> World:
    return told_world(1)


class Wall:
    """A wall clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment: Millis = NOON

    def __call__(self) -> Millis:
        return self.moment


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def desk(world: World, wall: Wall) -> Desk:
    return Desk(world, SimulatedClock(NOON, NOON, 1.0, wall))
