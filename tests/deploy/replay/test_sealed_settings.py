"""A recording runs with the settings that it was sealed with, and with today's when those are of
another version."""

import json
from pathlib import Path
from shutil import copytree

import msgspec
import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from deploy.cli.verify import UNPROVED
from deploy.replay.recording import manifest as seals
from schemas.errors import SettingsError
from tests.deploy.replay.small_recording import record_world
from tests.deploy.replay.test_commands import asked, feed, of_types, run
from tests.streams.replay.small_world import alerts, mentions

SETTING = ("--set", "gates.detection=900")


def words_of(page: Path) -> str:
    return " ".join(HTMLParser(page.read_text("utf-8")).text().split())


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sealed with a bar that nothing reaches."""
    folder = tmp_path_factory.mktemp("strict")
    plain = feed(folder, mentions())
    done = run("record", plain, *asked(plain), *SETTING, "--out", folder / "sealed")
    assert done.exit_code == 0
    return folder / "sealed"


def test_replays_sweeps_and_backtests_go_by_the_settings_of_the_seal(
    strict: Path, tmp_path: Path
) -> None:
    replayed = json.loads(run("replay", strict, "--in-process", "--json").stdout)
    assert (replayed["alerts"], replayed["overrides"]) == (0, {})
    assert replayed["sealed_with"] == {"gates.detection": 900}
    tested = json.loads(run("backtest", strict, "--out", tmp_path, "--json").stdout)
    assert tested["config"]["gates"]["detection"] == 900
    assert "nova-reyes" in {one["entity_id"] for one in tested["passed_over"]}
    assert (tested["sealed_with"], tested["overrides"]) == ({"gates.detection": 900}, {})
    assert "sealed with gates.detection=900" in words_of(tmp_path / "report.html")
    assert "Sealed with gates.detection=900.0. Hash" in words_of(tmp_path / "report.html")
    grid = tmp_path / "grid.yml"
    grid.write_text("grid: {gates.quiet: [2.0, 900.0]}\n")
    swept = json.loads(run("sweep", strict, grid, "--cache", tmp_path, "--json").stdout)
    assert {row[span]["alerts"] for row in swept["rows"] for span in ("tune", "test")} == {0}


def test_a_report_goes_by_the_seal_and_keeps_the_hash_of_the_plain_file(
    strict: Path, tmp_path: Path
) -> None:
    told = json.loads(run("backtest", strict, "--out", tmp_path, "--json").stdout)
    manifest = seals.read(strict)
    assert manifest.original is not None
    assert (told["sha256"], told["original_sha256"]) == (manifest.seal, manifest.original.sha256)
    assert f"recording {manifest.seal[:16]}" in words_of(tmp_path / "report.html")


def test_what_is_set_changes_the_settings_of_the_seal(strict: Path) -> None:
    changed = run("replay", strict, "--in-process", "--json", "--set", "gates.detection=2.45")
    assert json.loads(changed.stdout)["alerts"] >= 1


def of_another_version(folder: Path) -> Path:
    """The same recording, sealed anew with a setting that no version has."""
    older = folder.with_name("older")
    copytree(folder, older)
    told = seals.read(older)
    told.config["gates"]["detection"] = "as the wind blows"  # type: ignore[index]
    seals.write(older, seals.sealed(told))
    return older


def test_settings_of_another_version_give_way_to_todays_and_that_is_said(
    strict: Path, tmp_path: Path
) -> None:
    copytree(strict, tmp_path / "sealed")
    older = of_another_version(tmp_path / "sealed")
    done = run("replay", older, "--in-process", "--json")
    assert done.exit_code == 0
    assert "is not of this version" in done.stderr
    assert "today's settings take their place" in done.stderr
    told = json.loads(done.stdout)
    assert told["alerts"] >= 1
    assert told["sealed_with"] == {}


@pytest.mark.parametrize("with_alerts", [True, False])
def test_seals_and_links_are_judged_also_of_settings_of_another_version(
    tmp_path: Path, with_alerts: bool
) -> None:
    record_world(tmp_path / "world", None if with_alerts else [])
    older = of_another_version(tmp_path / "world")
    done = run("verify", older)
    assert done.exit_code == UNPROVED
    said = " ".join(done.stdout.split())
    assert f"seals hold: {seals.read(older).seal}" in said
    assert f"{len(alerts()) if with_alerts else 0} steps on record, 0 broken links" in said
    assert "not recomputed: the recorded configuration is not of this version" in said


def test_a_broken_chain_is_found_also_in_settings_of_another_version(tmp_path: Path) -> None:
    first, *others = alerts()
    record_world(tmp_path / "world", [msgspec.structs.replace(first, mentions=99), *others])
    older = of_another_version(tmp_path / "world")
    done = run("verify", older)
    assert done.exit_code == 1
    assert f"chain: alert {first.alert_id} step {first.step}" in done.stdout


def test_sealed_alerts_of_another_version_are_compared_with_a_plain_file(tmp_path: Path) -> None:
    record_world(tmp_path / "world")
    older = of_another_version(tmp_path / "world")
    plain = feed(tmp_path, mentions())
    told = json.loads(run("diff", older, plain, "--map", of_types(), "--json").stdout)
    openings = [alert for alert in alerts() if alert.kind == "opened"]
    assert len(told["vanish"]) + len(told["move"]) + told["same"] == len(openings) >= 1


def test_a_change_of_settings_of_another_version_is_refused_by_name(tmp_path: Path) -> None:
    record_world(tmp_path / "world")
    older = of_another_version(tmp_path / "world")
    with pytest.raises(SettingsError) as refused:
        run("diff", older, "--set", "gates.min_types=4")
    assert str(refused.value).startswith(f"{older}: the recorded configuration is not of this")
    assert "compare two outcomes" in str(refused.value)
