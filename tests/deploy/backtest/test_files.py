"""`heat backtest` of several plain files: one recording of several sources."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli.asked import Asked, reels_of
from deploy.cli.main import build
from deploy.replay.plan import Plan, Reel
from deploy.replay.run import in_process, summary
from schemas.clock import DAY_MS, iso
from schemas.errors import SettingsError
from tests.streams.replay.small_world import mentions

MAP = "id=id,known_time=seen,event_time=at,title=title,text=text,url=url,channel=place,author=who"
SOURCES = ("reddit", "youtube")
SAID = [mention for mention in mentions() if mention.source in SOURCES]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The small world, a file for each of two sources."""
    folder = tmp_path_factory.mktemp("files")
    written = []
    for source in SOURCES:
        rows = [
            {"id": m.id, "seen": iso(m.known_time), "at": iso(m.event_time), "title": m.title,
             "text": "", "url": f"https://{source}.example/{n}", "place": m.channel,
             "who": m.author}
            for n, m in enumerate(SAID) if m.source == source
        ]
        written.append(folder / f"{source}.jsonl")
        written[-1].write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (folder / "names.yml").write_text(
        "entities:\n  - {id: nova-reyes, name: Nova Reyes, type: person}\n"
        "  - {id: ferry-tolliver, name: Ferry Tolliver, type: person}\n", "utf-8")
    return written


def run(files: list[Path], out: Path, *more: str) -> dict[str, Any]:
    words = ["backtest", *map(str, files), "--map", MAP, "--catalogue",
             str(files[0].with_name("names.yml")), "--out", str(out), *more]
    for source in SOURCES:
        words += ["--source", source]
    done = CliRunner().invoke(build("backtest"), words)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0
    told: dict[str, Any] = json.loads((out / "report.json").read_text("utf-8"))
    return told


@pytest.fixture(scope="module")
def whole(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return run(files, tmp_path_factory.mktemp("whole"), "--leave-one-out")


def test_several_files_are_one_recording_of_their_sources(whole: dict[str, Any]) -> None:
    assert whole["mentions"] == len(SAID)
    assert whole["source"] == ",".join(SOURCES)
    assert [alert["entity"] for alert in whole["alerts"]] == ["Nova Reyes"]
    assert set(whole["rounds"]) == set(SOURCES)


def test_several_files_make_one_sealed_recording(
    files: list[Path], whole: dict[str, Any], tmp_path: Path
) -> None:
    words = ["record", *map(str, files), "--map", MAP, "--out", str(tmp_path / "sealed"), "--json",
             "--catalogue", str(files[0].with_name("names.yml"))]
    for source in SOURCES:
        words += ["--source", source]
    done = CliRunner().invoke(build("record"), words)
    assert done.exit_code == 0, done.output
    manifest = json.loads(done.stdout)
    assert (manifest["mentions"], tuple(manifest["sources"])) == (len(SAID), SOURCES)
    plan = Plan(tmp_path / "sealed")
    told = summary(*in_process(plan), plan)
    opened = [step["entity"] for step in told["alert_list"] if step["kind"] == "opened"]
    assert opened == [alert["entity"] for alert in whole["alerts"]]


def test_rounds_are_not_asked_of_a_sealed_recording(tmp_path: Path) -> None:
    asked = Asked(tmp_path, rounds="always")
    with pytest.raises(SettingsError, match="--rounds is of plain files"):
        asked.plan()


def test_it_is_told_what_each_alert_needed_and_how_it_was_checked(whole: dict[str, Any]) -> None:
    (needed,) = whole["needed"]
    assert (needed["entity"], needed["needs"]) == ("nova-reyes", ["social", "video"])
    assert whole["backcheck"] == {"hours": 6, "wait_hours": 24, "within_hours": 3, "onset": 1.0}


def test_eyes_that_closed_are_told_and_can_be_kept_open_and_a_source_left_out(
    files: list[Path], whole: dict[str, Any], tmp_path: Path
) -> None:
    other = run(files, tmp_path, "--rounds", "always", "--drop-source", "reddit",
                "--set", "gates.min_types=3")
    assert whole["rounds"]["youtube"]["patience_hours"] >= 3.0
    assert other["rounds"]["youtube"]["closed_times"] == 0
    assert other["rounds"]["youtube"]["patience_hours"] is None
    assert (other["overrides"], other["alerts"]) == ({"gates.min_types": 3}, [])
    assert other["faults"][0]["fault"] == "drop-source reddit"
    assert 0 < other["mentions"] < whole["mentions"]
    assert other["run_hash"] != whole["run_hash"]


def test_maps_and_sources_are_told_once_for_all_or_once_for_each(tmp_path: Path) -> None:
    one, two = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    assert reels_of([one, two], ["m"], ["reddit", "newsapi"]) == (
        Reel(one, "m", "reddit"), Reel(two, "m", "newsapi"))
    assert reels_of([one], None, None) == (Reel(one, "", "file"),)
    with pytest.raises(SettingsError, match="2 of --source for 3 files"):
        reels_of([one, two, one], ["m"], ["reddit", "newsapi"])


def test_a_row_that_two_files_hold_is_a_copy(files: list[Path]) -> None:
    first = files[0]
    plan = Plan(first, MAP, SOURCES[0], more=(Reel(first, MAP, SOURCES[0]),))
    recording = plan.recording()
    assert recording.copies == len(recording.mentions) > 0
    assert recording.rows == 2 * len(recording.mentions)
    assert plan.sha256() != Plan(first, MAP, SOURCES[0]).sha256()
    assert recording.mentions[-1].known_time - recording.mentions[0].known_time < 99 * DAY_MS


def test_a_folder_among_files_and_an_unknown_word_are_refused(
    files: list[Path], tmp_path: Path
) -> None:
    plan = Plan(tmp_path, MAP, more=(Reel(files[0], MAP, "reddit"),))
    with pytest.raises(SettingsError, match="several files have to be plain ones"):
        plan.recording()
    with pytest.raises(SettingsError, match="--rounds 'never': auto or always"):
        run(files, tmp_path, "--rounds", "never")
