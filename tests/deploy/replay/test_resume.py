"""An in-process replay that is killed goes on where it stood, to the same digest."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Any

import pytest

from deploy.replay.footage import footage
from deploy.replay.in_process import Resuming, in_process, shares_for
from deploy.replay.plan import Plan
from deploy.replay.run import summary
from streams.replay.checkpoint import NAME, Keeping
from tests.deploy.replay.small_recording import record_world

SOON_S = 120.0
NOT_COMPARED = ("workers", "resumed")


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("killed") / "world"
    record_world(out)
    return out


@pytest.fixture(scope="module")
def whole(recording: Path) -> dict[str, Any]:
    plan = Plan(recording, workers=1)
    return compared(summary(*in_process(plan), plan))


def compared(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in NOT_COMPARED}


def started(recording: Path, place: Path, workers: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.deploy.replay.cut_short", str(recording), str(place),
         str(workers)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )


def batch_of(place: Path) -> int:
    """Behind which it stands; -1 before the first. What is looked at is whole at any moment."""
    found = next(place.glob(f"*/{NAME}"), None)
    kept = Keeping(found.parent).found() if found and found.exists() else None
    return kept.batch if kept else -1


def killed_behind(
    life: subprocess.Popen[str], place: Path, batches: int, by: int = signal.SIGKILL
) -> bool:
    """Whether it was ended so: it may have come to its end before that."""
    deadline, begun = monotonic() + SOON_S, 0
    last = None
    while begun <= batches and life.poll() is None:
        assert monotonic() < deadline, f"no {batches} places were kept within {SOON_S:.0f} s"
        file = next(place.glob(f"*/{NAME}"), None)
        stamp = file.stat().st_mtime_ns if file and file.exists() else None
        begun, last = begun + (stamp != last), stamp
        sleep(0.002)
    if life.poll() is not None:
        return False
    life.send_signal(by)
    life.wait(SOON_S)
    return life.returncode == -by


@pytest.mark.soak
@pytest.mark.parametrize("workers", [1, 2])
def test_killed_at_random_moments_it_comes_to_the_same_digest(
    recording: Path, whole: dict[str, Any], tmp_path: Path, workers: int
) -> None:
    dice, kills = Random(workers), 0
    for _ in range(2):
        life = started(recording, tmp_path, workers)
        hit = killed_behind(life, tmp_path, dice.randrange(1, 8))
        life.communicate(timeout=SOON_S)
        kills += hit
        if hit:
            assert batch_of(tmp_path) >= 0
    assert kills, "no kill fell into a run"
    last = started(recording, tmp_path, workers)
    out, words = last.communicate(timeout=SOON_S)
    assert last.returncode == 0, words
    assert words.startswith("going on from 2026-03-1")
    told = json.loads(out)
    assert told["resumed"]
    assert told["workers"] == workers
    assert compared(told) == whole
    assert list(tmp_path.iterdir()) == []


def cut_short(recording: Path, place: Path) -> None:
    life = started(recording, place, 1)
    assert killed_behind(life, place, 3)
    life.communicate(timeout=SOON_S)


def test_neither_another_run_nor_what_was_damaged_is_gone_on_from(
    recording: Path, whole: dict[str, Any], tmp_path: Path
) -> None:
    cut_short(recording, tmp_path)
    assert batch_of(tmp_path) >= 2
    said: list[str] = []
    resuming = Resuming(tmp_path, say=said.append)
    other = Plan(recording, workers=1, overrides={"gates.min_types": 1})
    _, shown = in_process(other, resuming=resuming)
    assert (shown.resumed, said) == (None, []), "other settings are another run"
    (file,) = tmp_path.glob("*/share-0-*.bin")
    file.write_bytes(file.read_bytes()[:-1])
    plan = Plan(recording, workers=1)
    account, shown = in_process(plan, resuming=resuming)
    assert shown.resumed is None
    assert said == [f"not going on from what was kept: {file.name} is not what was written;"
                    " starting anew"]
    assert compared(summary(account, shown, plan)) == whole


def test_who_stops_it_is_told_that_it_goes_on_and_can_start_anew(
    recording: Path, tmp_path: Path
) -> None:
    life = started(recording, tmp_path, 1)
    assert killed_behind(life, tmp_path, 3, signal.SIGINT)
    _, words = life.communicate(timeout=SOON_S)
    assert words.startswith("stopped; the same command goes on from 2026-03-1")
    assert batch_of(tmp_path) >= 2
    said: list[str] = []
    plan = Plan(recording, workers=1)
    _, shown = in_process(plan, resuming=Resuming(tmp_path, go_on=False, say=said.append))
    assert (shown.resumed, said) == (None, [])
    assert list(tmp_path.iterdir()) == []


def test_a_small_recording_is_not_worth_a_process(recording: Path) -> None:
    shown = footage(Plan(recording))
    assert shares_for(Plan(recording), shown) == 1
    assert shares_for(Plan(recording, workers=3), shown) == 3
