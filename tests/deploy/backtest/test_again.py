"""A backtest resolves every text once, and goes on where it was cut short: to the same report."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.backtest.run import HEARD
from deploy.replay.again import Again, resolved_of
from deploy.replay.footage import Showing, Watch, footage
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


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    out = tmp_path_factory.mktemp("again") / "world"
    record_world(out)
    return Plan(out, workers=1)


@pytest.fixture(scope="module")
def kept(plan: Plan) -> Path:
    return plan.file.with_name("kept")


@pytest.fixture(scope="module")
def whole(plan: Plan, kept: Path) -> dict[str, Any]:
    """The report of a backtest that nobody disturbed; its cache is `kept`."""
    said: list[str] = []
    told = report(plan, kept, said.append)
    assert said == []
    return told


def no_catalogue(version: int) -> Catalogue:
    raise AssertionError(f"a text is resolved again, by catalogue {version}")


@pytest.mark.parametrize("change", [
    {}, {"overrides": {"gates.gate": "literal", "gates.min_types": 1}}, {"drop": ("social",)},
])
def test_runs_over_what_was_resolved_are_those_of_the_recording_itself(
    plan: Plan, kept: Path, whole: dict[str, Any], change: dict[str, Any]
) -> None:
    shown, cache, other = footage(plan), Cache(kept), replace(plan, **change)
    resolved = resolved_of(shown, plan, cache)
    with resolved.open("rb") as file:
        assert sum(1 for _ in texts(file)) == len(mentions())
    again = Again(replace(shown, catalogue_at=no_catalogue), resolved, cache)
    with again.heard(other, Showing(shown, other), HEARD, counted=True).open("rb") as file:
        heard = Heard(file)
        alerts = [record for record in heard if isinstance(record, Alert)]
    account, _ = in_process(other)
    assert alerts == account.alerts
    assert heard.account.digest.hex == account.digest.hex
    assert heard.account.digest.events == account.digest.events


def pressed_at(most: int) -> Watch:
    """Ctrl-C, when the progress of a run is told for the so-manieth time."""
    told: list[int] = []

    def watch(gone: int, _: int) -> None:
        told.append(gone)
        if len(told) == most:
            raise KeyboardInterrupt

    return watch


def test_interrupted_in_one_part_after_another_it_comes_to_the_same_report(
    plan: Plan, whole: dict[str, Any], tmp_path: Path
) -> None:
    said: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        report(plan, tmp_path, said.append, pressed_at(4))
    (growing,) = tmp_path.glob("resolved-*.part")
    before = growing.read_bytes()
    assert before
    with pytest.raises(KeyboardInterrupt):
        report(plan, tmp_path, said.append, pressed_at(10_000 if not before else 12))
    assert said == []
    assert report(plan, tmp_path, said.append) == whole
    (resolved,) = tmp_path.glob("resolved-*.bin")
    assert resolved.read_bytes().startswith(before), "what was resolved is resolved again"
    (words,) = said
    assert words.startswith("going on from 2026-03-")
    assert f"(without {tmp_path / 'cut-short'}" in words
    assert list((tmp_path / "cut-short").iterdir()) == []
    assert list(tmp_path.glob("*.part")) == []


def test_what_is_kept_is_not_computed_again(
    plan: Plan, kept: Path, whole: dict[str, Any]
) -> None:
    before = {file.name: file.stat().st_ino for file in kept.glob("*.bin")}
    assert {name.partition("-")[0] for name in before} == {"resolved", "heard"}
    assert report(plan, kept, pytest.fail) == whole
    assert {file.name: file.stat().st_ino for file in kept.glob("*.bin")} == before


@pytest.mark.parametrize(("which", "damage"), [("resolved", "flip"), ("heard", "cut")])
def test_what_is_damaged_is_named_and_made_again(
    plan: Plan, kept: Path, whole: dict[str, Any], which: str, damage: str
) -> None:
    file = max(kept.glob(f"{which}-*.bin"), key=lambda one: one.stat().st_atime_ns)
    sound = file.read_bytes()
    at = len(sound) // 2
    file.write_bytes(sound[:at] if damage == "cut"
                     else sound[:at] + bytes([sound[at] ^ 4]) + sound[at + 1:])
    said: list[str] = []
    assert report(plan, kept, said.append) == whole
    (words,) = said
    assert words.startswith(f"{file} is not what was written, from byte ")
    assert words.endswith(" on: it is made again")
    assert file.read_bytes() == sound


def test_a_cache_that_cannot_be_is_refused_by_name(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Exception, match=f"--cache {tmp_path / 'file' / 'kept'}: Not a directory"):
        report(plan, tmp_path / "file" / "kept", pytest.fail)


def test_settings_share_what_was_resolved_and_what_was_left_out_does_not(
    plan: Plan, kept: Path, whole: dict[str, Any]
) -> None:
    """The hash of the settings is in every mention; the texts are those of any settings."""
    other = replace(plan, overrides={"gates.min_types": 1})
    shown, cache = footage(plan), Cache(kept)
    assert plan.core.hash != other.core.hash
    assert resolved_of(shown, plan, cache) == resolved_of(shown, other, cache)
    elsewhere = replace(plan, drop=("reddit",))
    assert resolved_of(footage(elsewhere), elsewhere, cache) != resolved_of(shown, plan, cache)
