"""`heat backtest` that is killed or stopped, whatever it is at, goes on from there."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest

from deploy.replay.plan import Plan
from tests.deploy.backtest.cut_short import report
from tests.deploy.replay.small_recording import record_world

SOON_S = 120.0


def resolving(cache: Path) -> bool:
    """A batch is resolved, and not all."""
    return any(file.stat().st_size for file in cache.glob("resolved-*.part"))


def running(number: int) -> Callable[[Path], bool]:
    """There is a place in the run behind so many that came to their end."""
    def found(cache: Path) -> bool:
        return (len(list(cache.glob("heard-*.bin"))) == number
                and any(place.with_name("heard.bin").exists()
                        for place in cache.glob("cut-short/*/place.bin")))

    found.__name__ = f"running_{number + 1}"
    return found


def reached(
    life: subprocess.Popen[str], seen: Callable[[Path], bool], cache: Path, by: signal.Signals
) -> str:
    """What it said until it was ended there."""
    deadline = monotonic() + SOON_S
    while not seen(cache):
        assert life.poll() is None, life.communicate()
        assert monotonic() < deadline, f"it did not come to {seen.__name__} in {SOON_S:.0f} s"
        sleep(0.001)
    os.killpg(life.pid, by)
    return life.communicate(timeout=SOON_S)[1]


@pytest.mark.soak
@pytest.mark.parametrize("workers", [1, 2])
def test_killed_in_every_part_it_comes_to_the_same_report(tmp_path: Path, workers: int) -> None:
    """While it resolves, in its own run, beside another gate, and without a type of sources."""
    record_world(tmp_path / "world")
    cache = tmp_path / "kept"
    words = [sys.executable, "-m", "tests.deploy.backtest.cut_short", tmp_path / "world", cache,
             str(workers)]
    for seen in (resolving, running(0), running(1), running(2)):
        life = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                start_new_session=True)
        reached(life, seen, cache, signal.SIGKILL)
        assert life.returncode == -signal.SIGKILL, "it came to its end before the kill"
    last = subprocess.run(words, capture_output=True, text=True, timeout=SOON_S, check=True)
    assert last.stderr.startswith("going on from 2026-03-")
    plan = Plan(tmp_path / "world", workers=1)
    assert json.loads(last.stdout) == report(
        plan, tmp_path / "other", pytest.fail, leave_one_out=True)
    assert list((cache / "cut-short").iterdir()) == []


def test_an_interrupt_is_exit_130_and_says_how_to_go_on(tmp_path: Path) -> None:
    record_world(tmp_path / "world")
    cache = tmp_path / "kept"
    life = subprocess.Popen(
        [sys.executable, "-m", "deploy.cli.main", "backtest", tmp_path / "world", "--cache", cache,
         "--out", tmp_path / "out", "--workers", "2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    said = reached(life, resolving, cache, signal.SIGINT)
    assert (life.returncode, said) == (
        130, f"heat: stopped; the same command goes on from what {cache} keeps\n")
    assert not (tmp_path / "out").exists()
