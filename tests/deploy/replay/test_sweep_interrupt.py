"""Ctrl-C ends a sweep at once, whatever its processes are at, and what was kept stays."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import psutil
import pytest

from deploy.cli.asked import Asked
from deploy.replay.footage import footage
from deploy.replay.kept import kept
from deploy.replay.sealed import as_sealed
from deploy.replay.sweep import read_grid, tasks_of
from tests.deploy.replay.small_recording import record_world

SOON_S = 60.0
HALF = """
import sys
from pathlib import Path
from deploy.replay.kept import kept
from deploy.replay.sealed import as_sealed

def make(out):
    out.write(b"half")
    out.flush()
    print("written", flush=True)
    sys.stdin.read()

kept(Path(sys.argv[1]), make)
"""


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """What was resolved is a pipe that never says anything: no combination comes to its end."""
    record_world(tmp_path / "world")
    grid, kept = tmp_path / "grid.yml", tmp_path / "kept"
    grid.write_text("grid: {gates.detection: [2.0, 2.1, 2.2, 2.3]}\n", "utf-8")
    plan = as_sealed(Asked(tmp_path / "world").plan())
    shown = footage(plan)
    kept.mkdir()
    pipe = tasks_of(read_grid(grid, shown), plan, shown, kept)[0].resolved
    os.mkfifo(pipe)
    return pipe


def writer(pipe: Path) -> int | None:
    """None until a process has opened the pipe to read."""
    try:
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None


def importing(life: subprocess.Popen[str], _: Path) -> int | None:
    """The processes are there, and have not come so far as to read."""
    told = [child.cmdline() for child in psutil.Process(life.pid).children()]
    return 1 if sum("spawn_main" in " ".join(words) for words in told) >= 2 else None


def computing(_: subprocess.Popen[str], pipe: Path) -> int | None:
    return writer(pipe)


@pytest.mark.parametrize("at", [importing, computing])
def test_an_interrupt_ends_a_sweep_whose_processes_are(
    at: Callable[[subprocess.Popen[str], Path], int | None], endless: Path
) -> None:
    folder = endless.parent.parent
    life = subprocess.Popen(
        [sys.executable, "-m", "deploy.cli.main", "sweep", folder / "world", folder / "grid.yml",
         "--jobs", "2", "--cache", folder / "kept"],
        start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = monotonic() + SOON_S
    while at(life, endless) is None:
        assert life.poll() is None, life.communicate()
        assert monotonic() < deadline, f"its processes were not {at.__name__} in {SOON_S:.0f} s"
        sleep(0.01)
    started = psutil.Process(life.pid).children(recursive=True)
    os.killpg(life.pid, signal.SIGINT)  # as a terminal does it
    said = life.communicate(timeout=SOON_S)
    assert life.returncode == 130, said
    assert said == ("", f"heat: stopped; the same command goes on from what {folder / 'kept'}"
                        " keeps\n")
    assert len(started) >= 2
    assert psutil.wait_procs(started, SOON_S)[1] == []
    assert not list((folder / "kept").glob("figures-*.json"))


def test_a_result_that_was_half_written_is_not_taken_for_whole(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    with subprocess.Popen([sys.executable, "-c", HALF, file], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as life:
        assert life.stdout is not None
        assert life.stdout.readline() == "written\n"
        life.terminate()
        assert life.wait(SOON_S) == -signal.SIGTERM
    assert [left.read_bytes() for left in tmp_path.iterdir()] == [b"half"]
    assert not file.exists()
    assert kept(file, lambda out: out.write(b"whole")).read_bytes() == b"whole"
