"""Programs that fall are started again, later each time; all stop when asked."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.child import Child, Program
from deploy.local.supervisor import LONGEST_PAUSE, Phase, Post, Supervisor, pause_before
from tests.deploy.test_child import FOREVER, STUBBORN

WITHIN = 20.0


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., tuple[Supervisor, list[str]]]]:
    """A supervisor of Python programs given as code, and what it told."""
    made: list[Supervisor] = []

    def start(*codes: str, **settings: object) -> tuple[Supervisor, list[str]]:
        told: list[str] = []
        posts = [
            Post(
                Program(f"role{n}", [sys.executable, "-c", code], tmp_path / f"{n}.log", **settings)  # type: ignore[arg-type]
            )
            for n, code in enumerate(codes)
        ]
        supervisor = Supervisor(
            [], posts, lambda post: told.append(f"{post.program.name} {post.phase} {post.why}")
        )
        made.append(supervisor)
        return supervisor, told

    yield start
    for supervisor in made:
        supervisor.stop(hurried=lambda: True)


def step_until(supervisor: Supervisor, true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + WITHIN
    while not true() and time.monotonic() < deadline:
        supervisor.step(time.monotonic())
        time.sleep(0.02)
    return true()


def test_pauses_double_up_to_a_ceiling() -> None:
    assert [pause_before(falls) for falls in (1, 2, 3)] == [0.5, 1.0, 2.0]
    assert pause_before(500) == LONGEST_PAUSE


def test_what_needs_a_person_is_tried_seldom_from_the_start() -> None:
    assert pause_before(1, 78) == LONGEST_PAUSE
    assert pause_before(1, 70) < LONGEST_PAUSE


def test_role_that_exits_70_is_started_again_and_says_why(
    watch: Callable[..., tuple[Supervisor, list[str]]],
) -> None:
    supervisor, told = watch("import sys; print('lag stands still'); sys.exit(70)")
    post = supervisor.roles[0]
    assert step_until(supervisor, lambda: post.restarts == 2)
    falls = [line for line in told if "resting" in line]
    assert "asked to be started again; again in 0.5 s; last words: lag stands still" in falls[0]
    assert "again in 1 s" in falls[1]


def test_resting_role_is_not_started_before_its_time(
    watch: Callable[..., tuple[Supervisor, list[str]]],
) -> None:
    supervisor, _ = watch("raise SystemExit(1)")
    post = supervisor.roles[0]
    assert step_until(supervisor, lambda: post.phase is Phase.RESTING)
    supervisor.step(post.due - 0.001)
    assert post.phase is Phase.RESTING
    supervisor.step(post.due)
    assert post.phase is Phase.STARTING


def test_long_steady_run_forgives_earlier_falls(
    watch: Callable[..., tuple[Supervisor, list[str]]],
) -> None:
    supervisor, _ = watch("raise SystemExit(1)")
    post = supervisor.roles[0]
    post.falls = 6
    supervisor.step(0.0)
    assert post.child is not None
    assert post.child.wait_stopped(WITHIN)
    supervisor.step(post.child.started_at + 61)
    assert post.falls == 1


def test_role_is_ready_when_its_probe_says_so_and_not_when_it_stops_saying_so(
    watch: Callable[..., tuple[Supervisor, list[str]]],
) -> None:
    missing: list[str] = ["the database"]
    supervisor, told = watch(
        FOREVER, ready=lambda: missing[0] if missing else None, look_every=0.05
    )
    assert step_until(supervisor, lambda: "role0 starting waiting for the database" in told)
    missing.clear()
    assert step_until(supervisor, lambda: supervisor.all_ready)
    missing.append("the broker")
    assert step_until(supervisor, lambda: not supervisor.all_ready)
    assert told[-1] == "role0 starting waiting for the broker"


def test_health_file_of_an_earlier_run_says_nothing(
    watch: Callable[..., tuple[Supervisor, list[str]]], tmp_path: Path
) -> None:
    health = tmp_path / "health.json"
    health.write_text('{"status": "ok"}')
    supervisor, _ = watch(
        FOREVER, health_file=health, ready=lambda: None if health.exists() else "its first word"
    )
    supervisor.step(time.monotonic())
    supervisor.step(time.monotonic())
    assert supervisor.roles[0].why == "waiting for its first word"


def test_stop_ends_all_and_kills_the_deaf(
    watch: Callable[..., tuple[Supervisor, list[str]]], tmp_path: Path
) -> None:
    log = tmp_path / "1.log"
    supervisor, told = watch(FOREVER, STUBBORN, stop_within=0.5)
    assert step_until(supervisor, lambda: log.exists() and "deaf" in log.read_text())
    pids = [running.pid for running in supervisor.children()]
    supervisor.stop()
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert "role0 stopped " in told
    assert "role1 stopped killed: had not stopped in 0.5 s" in told


def test_parts_stop_after_every_role(tmp_path: Path) -> None:
    told: list[str] = []

    def program(name: str) -> Program:
        return Program(name, [sys.executable, "-c", FOREVER], tmp_path / f"{name}.log")

    parts = [Post.taken_over(Child(program(name))) for name in ("kafka", "postgres")]
    roles = [Post(program(name)) for name in ("worker", "gateway")]
    supervisor = Supervisor(
        parts, roles, lambda post: told.append(f"{post.program.name} {post.phase}")
    )
    supervisor.step(time.monotonic())
    supervisor.stop()
    stopped = [line.split()[0] for line in told if line.endswith("stopped")]
    assert set(stopped[:2]) == {"worker", "gateway"}
    assert stopped[2:] == ["postgres", "kafka"]
