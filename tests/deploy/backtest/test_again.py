"""A backtest resolves every text once, and goes on where it was cut short: to the same report."""

import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import msgspec
import pytest

from deploy.backtest.run import HEARD
from deploy.replay.again import Again, resolved_of
from deploy.replay.footage import Showing, footage
from deploy.replay.in_process import in_process
from deploy.replay.kept import Cache
from deploy.replay.plan import Plan
from schemas.records import Alert
from streams.core.resolve import Catalogue
from streams.replay.heard import Heard
from streams.replay.resolved import texts
from tests.deploy.backtest.cut_short import report
from tests.deploy.replay.small_recording import record_world
from tests.streams.replay.small_world import mentions

SOON_S = 120.0


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("again") / "world"
    record_world(out)
    return out


@pytest.fixture(scope="module")
def kept(recording: Path) -> Path:
    return recording.with_name("kept")


@pytest.fixture(scope="module")
def whole(recording: Path, kept: Path) -> dict[str, Any]:
    """The report of a backtest that nobody disturbed; its cache is `kept`."""
    said: list[str] = []
    told = report(recording, kept, said.append)
    assert said == []
    return told


def no_catalogue(version: int) -> Catalogue:
    raise AssertionError(f"a text is resolved again, by catalogue {version}")


@pytest.mark.parametrize("change", [
    {}, {"overrides": {"gates.gate": "literal"}}, {"overrides": {"gates.min_types": 1}},
    {"drop": ("social",)}, {"drop": ("video",)}, {"drop": ("reddit",), "workers": 2},
])
def test_runs_over_what_was_resolved_are_those_of_the_recording_itself(
    recording: Path, tmp_path: Path, change: dict[str, Any]
) -> None:
    plan = Plan(recording, workers=1)
    shown, cache = footage(plan), Cache(tmp_path)
    resolved = resolved_of(shown, plan, cache)
    with resolved.open("rb") as file:
        assert sum(1 for _ in texts(file)) == len(mentions())
    other = replace(plan, **change)
    again = Again(replace(shown, catalogue_at=no_catalogue), resolved, cache)
    with again.heard(other, Showing(shown, other), HEARD, counted=True).open("rb") as file:
        heard = Heard(file)
        alerts = [record for record in heard if isinstance(record, Alert)]
    account, _ = in_process(other)
    assert alerts == account.alerts
    assert heard.account.digest.hex == account.digest.hex
    assert heard.account.digest.events == account.digest.events


def batches_resolved(cache: Path) -> int:
    """Bytes of what is resolved so far say that there is more than a batch; one is a tenth."""
    growing = list(cache.glob("resolved-*.part"))
    return growing[0].stat().st_size if growing else 0


def places(cache: Path) -> int:
    """How far what was heard is in which run there is a place of."""
    return sum(1 for _ in cache.glob("cut-short/*/place.bin"))


def runs(number: int) -> Callable[[Path], int]:
    """A place in the run behind so many that came to their end."""
    def found(cache: Path) -> int:
        return places(cache) if len(list(cache.glob("heard-*.bin"))) >= number else 0

    found.__name__ = f"in-run-{number + 1}"
    return found


def started(recording: Path, cache: Path, workers: int = 1) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.deploy.backtest.cut_short", str(recording), str(cache),
         str(workers)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def killed_when(life: subprocess.Popen[str], seen: Callable[[Path], int], cache: Path) -> None:
    deadline = monotonic() + SOON_S
    while not seen(cache):
        assert life.poll() is None, life.communicate()
        assert monotonic() < deadline, f"it did not come to {seen.__name__} in {SOON_S:.0f} s"
        sleep(0.001)
    life.send_signal(signal.SIGKILL)
    life.communicate(timeout=SOON_S)
    assert life.returncode == -signal.SIGKILL, "it came to its end before the kill"


def test_killed_in_every_part_it_comes_to_the_same_report(
    recording: Path, whole: dict[str, Any], tmp_path: Path
) -> None:
    """While it resolves, in its own run, beside another gate, and without a source."""
    for seen in (batches_resolved, runs(0), runs(1), runs(2)):
        killed_when(started(recording, tmp_path), seen, tmp_path)
    said: list[str] = []
    assert report(recording, tmp_path, said.append, workers=2) == whole
    assert len(said) == 1
    assert said[0].startswith("going on from 2026-03-")
    assert list((tmp_path / "cut-short").iterdir()) == []
    assert list(tmp_path.glob("*.part")) == []


def test_what_is_kept_is_not_computed_again(
    recording: Path, kept: Path, whole: dict[str, Any]
) -> None:
    before = {file.name: file.stat().st_ino for file in kept.glob("*.bin")}
    assert {name.partition("-")[0] for name in before} == {"resolved", "heard"}
    assert report(recording, kept, pytest.fail) == whole
    assert {file.name: file.stat().st_ino for file in kept.glob("*.bin")} == before


@pytest.mark.parametrize("which", ["resolved", "heard"])
@pytest.mark.parametrize("damage", ["flip", "cut"])
def test_what_is_damaged_is_named_and_made_again(
    recording: Path, kept: Path, whole: dict[str, Any], which: str, damage: str
) -> None:
    file = sorted(kept.glob(f"{which}-*.bin"))[0]
    sound = file.read_bytes()
    at = len(sound) // 2
    file.write_bytes(sound[:at] if damage == "cut"
                     else sound[:at] + bytes([sound[at] ^ 4]) + sound[at + 1:])
    said: list[str] = []
    assert report(recording, kept, said.append) == whole
    (words,) = said
    assert words.startswith(f"{file} is not what was written, from byte ")
    assert words.endswith(" on: it is made again")
    assert file.read_bytes() == sound


def test_settings_that_name_themselves_in_records_share_what_was_resolved(
    recording: Path, tmp_path: Path
) -> None:
    """The hash of the settings is in every mention; the texts are those of any settings."""
    plan = Plan(recording, workers=1)
    other = replace(plan, overrides={"gates.min_types": 1})
    shown, cache = footage(plan), Cache(tmp_path)
    assert plan.core.hash != other.core.hash
    assert resolved_of(shown, plan, cache) == resolved_of(shown, other, cache)
    elsewhere = replace(plan, drop=("reddit",))
    assert resolved_of(footage(elsewhere), elsewhere, cache) != resolved_of(shown, plan, cache)


def test_a_report_says_with_which_settings_it_was_computed(whole: dict[str, Any]) -> None:
    assert whole["config"] == msgspec.to_builtins(Plan(Path()).core)
    assert whole["others"][0]["name"] == "gate: literal"
