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

from deploy.replay.kept import kept
from tests.deploy.replay.small_recording import record_world

SOON_S = 60.0
HALF = """
import sys
from pathlib import Path
from deploy.replay.kept import kept

def make(out):
    out.write(b"half")
    out.flush()
    print("written", flush=True)
    sys.stdin.read()

kept(Path(sys.argv[1]), make)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A recording, and a grid that takes much longer than anybody waits here."""
    record_world(tmp_path / "world")
    values = [round(2.0 + n / 1000, 3) for n in range(400)]
    (tmp_path / "grid.yml").write_text(f"grid: {{gates.detection: {values}}}\n", "utf-8")
    return tmp_path


def children(life: subprocess.Popen[str]) -> list[psutil.Process]:
    return [child for child in psutil.Process(life.pid).children()
            if "spawn_main" in " ".join(child.cmdline())]


def importing(life: subprocess.Popen[str]) -> bool:
    """The processes are there, and have not come so far as to read."""
    return len(children(life)) >= 2


def computing(life: subprocess.Popen[str]) -> bool:
    """Each has opened what was resolved."""
    reading = [any("resolved-" in file.path for file in child.open_files())
               for child in children(life)]
    return sum(reading) >= 2


@pytest.mark.parametrize("at", [importing, computing])
def test_an_interrupt_ends_a_sweep_whose_processes_are(
    at: Callable[[subprocess.Popen[str]], bool], folder: Path
) -> None:
    life = subprocess.Popen(
        [sys.executable, "-m", "deploy.cli.main", "sweep", folder / "world", folder / "grid.yml",
         "--jobs", "2", "--cache", folder / "kept"],
        start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = monotonic() + SOON_S
    while not at(life):
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
    assert len(list((folder / "kept").glob("figures-*.json"))) < 400


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
