"""Serves the simulated upstreams until asked to stop."""

import json
import sys
import threading
from pathlib import Path
from typing import Final

from producers.base.clock import SimulatedClock
from producers.catalogue.load import load_entities
from producers.simulate.run import CAST
from producers.simulate.upstreams.desk import Desk
from producers.simulate.upstreams.faults import Fault, read_plan
from producers.simulate.upstreams.server import serving
from producers.simulate.world import World, simulated_world
from schemas.errors import SettingsError

FIRST_STORY: Final = 0  # its stories have always been told: a moment says the same on every day


def told_world(seed: int, catalogue: Path | None = None) -> World:
    """The world that upstreams speak of."""
    known = load_entities(catalogue) if catalogue else load_entities()
    return simulated_world(seed, FIRST_STORY, load_entities(CAST), known)


def serve_upstreams(
    clock: SimulatedClock,
    stopping: threading.Event,
    port: int,
    seed: int,
    faults: Path | None,
    catalogue: Path | None,
) -> None:
    """Print the address as a JSON line, and answer until asked to stop."""
    desk = Desk(told_world(seed, catalogue), clock, seed, plan_in(faults))
    try:
        with serving(desk, port) as address:
            line = {"upstream": address, "seed": seed, "speed": clock.speed}
            sys.stdout.write(json.dumps(line) + "\n")
            sys.stdout.flush()
            stopping.wait()
    except OSError as error:
        raise SettingsError(f"--port {port}: {error.strerror}") from None


def plan_in(file: Path | None) -> tuple[Fault, ...]:
    try:
        return read_plan(file.read_bytes()) if file else ()
    except OSError as error:
        raise SettingsError(f"--faults {file}: {error.strerror}") from None
