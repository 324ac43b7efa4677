"""A whole world, run as a person runs it: ready, interrupted, killed, run again."""

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import typer
from typer.testing import CliRunner

from deploy.cli.stack import register
from deploy.local.errors import StackError
from deploy.local.home import Home, StackState, has_ended
from deploy.local.remote import start_apart
from tests.deploy.test_child import eventually

pytestmark = pytest.mark.integration

READY_WITHIN = 240.0  # seconds; no promise of speed, only the end of patience on a busy machine
ROLE = """
import json, os, pathlib, time
pathlib.Path(os.environ["HEAT_HEALTH_FILE"]).write_text(json.dumps({"status": "ok"}))
assert os.environ["HEAT_KAFKA__BOOTSTRAP"] and os.environ["HEAT_DATABASE__DSN"]
while True: time.sleep(1)
"""
RUN = f"""
import sys
from pathlib import Path
from rich.console import Console
from deploy.local.roles import Role
from deploy.local.run import World, run_world
from deploy.local.settings import LocalSettings
world = World("live", (Role("worker", ("-c", {ROLE!r})),), Path(sys.argv[1]), "")
run_world(world, LocalSettings.load(), Console())
"""
Start = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the world in a process of its own and waits until all is ready."""
    runs: list[subprocess.Popen[str]] = []
    log = tmp_path / "console"

    def run() -> "subprocess.Popen[str]":
        with log.open("a") as words:
            argv = [sys.executable, "-c", RUN, str(tmp_path / "home")]
            process = subprocess.Popen(argv, stdout=words, stderr=words, text=True)
        runs.append(process)
        ready = eventually(lambda: _ready(tmp_path) or process.poll() is not None, READY_WITHIN)
        assert ready, log.read_text()
        assert process.poll() is None, log.read_text()
        return process

    yield run
    for process in runs:
        process.kill()
        process.wait()


def _state(tmp_path: Path) -> StackState | None:
    return Home(tmp_path / "home").read()


def _ready(tmp_path: Path) -> bool:
    state = _state(tmp_path)
    return bool(state and state.ready and state.supervisor.process())


def _family(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """The servers, the role, and all that these started."""
    family = psutil.Process(process.pid).children(recursive=True)
    assert {"java", "postgres", "redis-server"} <= {member.name() for member in family}
    return family


def _gone(family: list[psutil.Process]) -> bool:
    return eventually(lambda: all(map(has_ended, family)), within=30)


@pytest.mark.soak  # every run: the demo is interrupted at the end of its tests
def test_interrupt_stops_everything_cleanly(start: Start, tmp_path: Path) -> None:
    process = start()
    family = _family(process)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert _gone(family)
    assert _state(tmp_path) is None
    console = (tmp_path / "console").read_text()
    assert "worker           ready" in console
    assert "Dashboard: http://127.0.0.1:" in console
    assert "Traceback" not in console


@pytest.mark.soak
def test_terminal_that_is_closed_stops_everything_cleanly(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    argv = [sys.executable, "-c", RUN, str(tmp_path / "home")]
    with subprocess.Popen(argv, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL) as process:
        try:
            os.close(theirs)
            os.set_blocking(ours, False)
            assert eventually(lambda: _drained(ours) and _ready(tmp_path), READY_WITHIN)
            family = _family(process)
            os.close(ours)
            process.send_signal(signal.SIGHUP)  # As the system does for the session's leader.
            assert process.wait(60) == 0
        finally:
            process.kill()
    assert _gone(family)
    assert _state(tmp_path) is None


def _drained(terminal: int) -> bool:
    """Read what it shows, so that writing to it never waits."""
    with contextlib.suppress(BlockingIOError):
        while os.read(terminal, 65536):
            pass
    return True


def test_status_and_down_work_from_another_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = typer.Typer()
    register(app)
    monkeypatch.setenv("HEAT_STACK__HOME", str(tmp_path / "home"))
    home = Home(tmp_path / "home")
    absent = CliRunner().invoke(app, ["status"])
    assert (absent.exit_code, absent.stdout) == (1, f"Not running in {home.folder}\n")

    state = start_apart([sys.executable, "-c", RUN, str(home.folder)], home)
    process = psutil.Process(state.supervisor.pid)
    told = CliRunner().invoke(app, ["status", "--json"])
    assert told.exit_code == 0
    report = json.loads(told.stdout)
    assert report["roles"]["worker"]["phase"] == "ready"
    assert report["addresses"]["postgres"].startswith("postgresql://heat@127.0.0.1:")
    with pytest.raises(StackError, match=rf"in use by process {process.pid}.*heat down"):
        start_apart([sys.executable, "-m", "deploy.local", "live"], home)

    family = process.children(recursive=True)
    assert CliRunner().invoke(app, ["down"]).stdout == "Stopped\n"
    assert _gone(family)
    assert CliRunner().invoke(app, ["down"]).stdout == "Not running\n"


@pytest.mark.soak  # every run: test_child has its orphans, test_stack its second run
def test_killed_supervisor_leaves_no_orphan_and_the_next_run_goes_on(
    start: Start, tmp_path: Path
) -> None:
    process = start()
    family = _family(process)
    state = _state(tmp_path)
    assert state is not None
    with psycopg.connect(state.addresses["postgres"]) as session:
        session.execute("CREATE TABLE kept AS SELECT 7 AS n")
    process.kill()
    process.wait()
    assert _gone(family)

    start()
    state = _state(tmp_path)
    assert state is not None
    with psycopg.connect(state.addresses["postgres"]) as session:
        assert session.execute("SELECT n FROM kept").fetchone() == (7,)


@pytest.mark.soak
def test_killed_broker_is_started_again_on_the_same_port(start: Start, tmp_path: Path) -> None:
    start()
    before = _state(tmp_path)
    assert before is not None
    pids = {child.name: child.pid for child in before.children}
    os.kill(pids["kafka"], signal.SIGKILL)

    def back() -> bool:
        state = _state(tmp_path)
        return bool(
            state
            and state.ready
            and state.roles["kafka"]["restarts"] == 1
            and state.addresses == before.addresses
        )

    assert eventually(back, READY_WITHIN)
    after = _state(tmp_path)
    assert after is not None
    assert {child.name for child in after.children} == set(pids)
    assert {child.pid for child in after.children} - set(pids.values())
