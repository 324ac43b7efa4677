"""A recording runs with the settings that it was sealed with, and with today's when those are of
another version."""

import json
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from deploy.replay.recording import manifest as seals
from tests.deploy.replay.test_commands import asked, feed, run
from tests.streams.replay.small_world import mentions

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


def test_settings_of_another_version_give_way_to_todays_and_that_is_said(strict: Path) -> None:
    older = strict.with_name("older")
    older.mkdir()
    for file in strict.iterdir():
        (older / file.name).write_bytes(file.read_bytes())
    told = seals.read(older)
    told.config["gates"]["detection"] = "as the wind blows"  # type: ignore[index]
    seals.write(older, seals.sealed(told))
    done = run("replay", older, "--in-process", "--json")
    assert done.exit_code == 0
    assert "is not of this version" in done.stderr
    assert "today's settings take their place" in done.stderr
    told = json.loads(done.stdout)
    assert told["alerts"] >= 1
    assert told["sealed_with"] == {}
