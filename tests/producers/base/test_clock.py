"""The simulated clock: where it starts, how fast it runs, how long to wait."""

from producers.base.clock import SimulatedClock, clock_of, wall_clock
from schemas.settings import ProducerSection
from tests.producers.builders import NOON


def test_simulated_clock_runs_at_its_speed_from_its_start() -> None:
    clock = SimulatedClock(start=NOON, origin=1_000, speed=600, wall=lambda: 3_000)
    assert clock.now() == NOON + 2_000 * 600
    assert clock.seconds_until(clock.now() + 600_000) == 1.0
    assert clock.seconds_until(NOON) == 0.0


def test_settings_without_a_clock_mean_the_wall() -> None:
    assert clock_of(ProducerSection(), wall=lambda: NOON).now() == NOON
    assert wall_clock(lambda: 5).now() == 5


def test_settings_with_a_start_begin_there_now() -> None:
    section = ProducerSection(clock_start=77, clock_speed=60)
    assert clock_of(section, wall=lambda: NOON).now() == 77


def test_two_processes_with_one_origin_agree() -> None:
    section = ProducerSection(clock_start=0, clock_origin=NOON, clock_speed=10)
    assert clock_of(section, wall=lambda: NOON + 50).now() == 500
