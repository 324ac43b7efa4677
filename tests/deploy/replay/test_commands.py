"""`heat record`, `replay`, `verify`, `diff` and `sweep` as a person runs them on files."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from deploy.cli.main import build
from schemas.clock import iso
from schemas.errors import FatalError, SettingsError
from schemas.records import RawMention
from tests.streams.replay.small_world import BEGINS, mentions

MAP = "id=id,known_time=seen,event_time=at,title=title,text=text,url=url,channel=place,author=who"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return feed(tmp_path_factory.mktemp("plain"), mentions())


def feed(folder: Path, said: Sequence[RawMention]) -> Path:
    """The small world as one feed, as a newsroom would export it; the entities are a catalogue."""
    rows = [
        {"id": m.id, "seen": iso(m.known_time), "at": iso(m.event_time), "title": m.title,
         "text": "", "url": f"https://{m.source}.example/{n}", "place": m.channel,
         "who": m.author}
        for n, m in enumerate(said)
    ]
    file = folder / "feed.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (folder / "names.yml").write_text(
        "entities:\n  - {id: nova-reyes, name: Nova Reyes, type: person}\n"
        "  - {id: ferry-tolliver, name: Ferry Tolliver, type: person}\n", "utf-8")
    return file


def of_types() -> str:
    return MAP + ",type=host:youtube.example->video,*->social"


def run(*words: object) -> Result:
    done = CliRunner().invoke(build(str(words[0])), [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def asked(plain: Path, *more: object) -> tuple[object, ...]:
    return ("--map", of_types(), "--catalogue", plain.with_name("names.yml"), *more)


@pytest.fixture(scope="module")
def recorded(plain: Path) -> Path:
    out = plain.with_name("recording")
    done = run("record", plain, *asked(plain), "--out", out, "--with-alerts")
    assert done.exit_code == 0
    assert f"{len(mentions())} mentions of file" in done.stdout
    return out


@pytest.fixture(scope="module")
def outcome(recorded: Path) -> dict[str, Any]:
    done = run("replay", recorded, "--in-process", "--leave-one-out", "--json")
    assert done.exit_code == 0
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_recording_gives_the_events_of_its_file(
    plain: Path, outcome: dict[str, Any]
) -> None:
    of_file = json.loads(run("replay", plain, *asked(plain), "--in-process", "--json").stdout)
    assert outcome["alerts"] >= 1
    for name in ("digest", "events", "alert_list", "published", "missing", "config_hash"):
        assert of_file[name] == outcome[name], name
    assert of_file["recording"] != outcome["recording"], "a file is named by its bytes"


def test_an_alert_says_without_which_type_it_is_lost(outcome: dict[str, Any]) -> None:
    (needed,) = outcome["needed"]
    assert needed["entity"] == "nova-reyes"
    assert needed["needs"] == ["social", "video"], "of two types it needs both"


def test_verify_holds_until_a_byte_is_flipped(recorded: Path, tmp_path: Path) -> None:
    done = run("verify", recorded, "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 0
    assert told["recomputed"] == told["alerts"] > 0
    for file in recorded.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    raw = tmp_path / "raw.file-0.avro"
    told_bytes = bytearray(raw.read_bytes())
    told_bytes[len(told_bytes) // 2] ^= 1
    raw.write_bytes(told_bytes)
    done = run("verify", tmp_path)
    assert done.exit_code == 1
    assert "damaged: raw.file-0.avro: block 0" in done.stdout


def test_any_number_of_workers_gives_the_same_outcome(
    recorded: Path, outcome: dict[str, Any]
) -> None:
    told = json.loads(run("replay", recorded, "--in-process", "--workers", 2, "--json").stdout)
    assert told.pop("workers") == 2
    assert told == {name: outcome[name] for name in told}


def test_faults_are_named_in_the_outcome_and_in_its_hash(
    recorded: Path, outcome: dict[str, Any]
) -> None:
    end = iso(BEGINS + 3_600_000)
    asked_for = f"outage:file:{iso(BEGINS)}:{end}"
    told = json.loads(run("replay", recorded, "--in-process", "--fault", asked_for,
                          "--json").stdout)
    (fault,) = told["faults"]
    assert fault["fault"] == f"fault {asked_for}"
    assert fault["fired"] == sum(BEGINS <= m.known_time < BEGINS + 3_600_000 for m in mentions())
    assert told["run_hash"] != outcome["run_hash"]
    assert told["missing"] == 0


def test_a_fault_that_never_fires_fails_the_run(recorded: Path) -> None:
    with pytest.raises(FatalError, match="never fired"):
        run("replay", recorded, "--in-process", "--fault", "outage:file:2030-01-01:2030-01-02")


def test_diff_of_a_recording_with_itself_and_with_a_change(
    recorded: Path, outcome: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "outcome.json"
    file.write_text(json.dumps(outcome), "utf-8")
    assert run("diff", file, file, "--exit-code").exit_code == 0
    assert run("diff", file, recorded, "--exit-code").exit_code == 0, "rounded is no difference"
    strict = run("diff", recorded, "--set", "gates.min_types=4", "--exit-code", "--json")
    assert strict.exit_code == 1
    told = json.loads(strict.stdout)
    (gone,) = told["vanish"]
    assert (gone["entity"], gone["at"]) == ("nova-reyes", outcome["alert_list"][0]["at"])
    assert told["appear"] == []


def test_a_change_is_one_of_the_settings_that_a_recording_was_sealed_with(
    plain: Path, tmp_path: Path
) -> None:
    sealed = tmp_path / "strict"
    run("record", plain, *asked(plain), "--out", sealed, "--with-alerts",
        "--set", "gates.min_types=4")
    assert run("diff", sealed, "--set", "gates.min_polls=2", "--exit-code").exit_code == 0
    wider = json.loads(run("diff", sealed, "--set", "gates.min_types=2", "--json").stdout)
    assert [one["entity"] for one in wider["appear"]] == ["nova-reyes"]
    beside = run("diff", sealed, plain, *asked(plain))
    assert beside.stderr == (f"heat: {sealed} was sealed with gates.min_types=4; {plain} runs"
                             " without unless --set says so\n")
    other = run("diff", plain, sealed, *asked(plain), "--set", "gates.min_polls=3")
    assert other.stderr == (f"heat: {sealed} was sealed with gates.min_types=4; {plain} runs"
                            " without whatever --set says, which changes the other side\n")


def test_as_of_a_time_before_the_burst_there_is_no_alert(recorded: Path) -> None:
    done = run("replay", recorded, "--in-process", "--as-of", iso(BEGINS), "--json")
    told = json.loads(done.stdout)
    assert told["alerts"] == 0
    assert told["published"] == sum(m.known_time < BEGINS // 60_000 * 60_000 for m in mentions())


def test_a_sweep_goes_on_where_it_was(recorded: Path, tmp_path: Path) -> None:
    grid = tmp_path / "grid.yml"
    for settings, computed in (("[2]", 1), ("[2, 4]", 1)):
        grid.write_text(f"grid: {{gates.min_types: {settings}}}\nsplit: {iso(BEGINS)}\n", "utf-8")
        done = run("sweep", recorded, grid, "--cache", tmp_path / "kept", "--jobs", 1, "--json")
        assert json.loads(done.stdout)["computed"] == computed
    for figures in (tmp_path / "kept").glob("figures-*.json"):
        figures.write_bytes(figures.read_bytes()[:9])
    done = run("sweep", recorded, grid, "--cache", tmp_path / "kept", "--jobs", 1, "--json")
    assert json.loads(done.stdout)["computed"] == 2, "damaged, so made again"
    rows = {row["overrides"]["gates.min_types"]: row for row in json.loads(done.stdout)["rows"]}
    assert (rows[2]["tune"]["alerts"], rows[2]["test"]["alerts"]) == (0, 1)
    assert rows[4]["test"]["alerts"] == 0


def test_a_sweep_as_of_a_time_ends_there_and_shares_nothing_with_the_whole(
    recorded: Path, tmp_path: Path
) -> None:
    grid = tmp_path / "grid.yml"
    grid.write_text("grid: {gates.min_types: [2]}\n", "utf-8")
    asked_for = ("sweep", recorded, grid, "--cache", tmp_path / "kept", "--jobs", 1, "--json")
    whole = json.loads(run(*asked_for).stdout)
    early = json.loads(run(*asked_for, "--as-of", iso(BEGINS)).stdout)
    late = json.loads(run(*asked_for, "--delay-source", "file=2h").stdout)
    assert [found["computed"] for found in (whole, early, late)] == [1, 1, 1]
    assert early["split"] < iso(BEGINS), "two thirds of what was known by then"
    alerts = [sum(found["rows"][0][span]["alerts"] for span in ("tune", "test"))
              for found in (whole, early)]
    assert alerts == [1, 0]


def test_a_map_is_of_the_plain_side_of_a_diff(plain: Path, recorded: Path) -> None:
    assert run("diff", recorded, plain, *asked(plain), "--exit-code").exit_code == 0
    with pytest.raises(SettingsError, match="--map is of plain files"):
        run("diff", recorded, recorded, "--map", MAP)


@pytest.mark.parametrize(("words", "named"), [
    (("replay", "{rec}", "--in-process", "--fault", "flood:x"), "'flood'"),
    (("replay", "{rec}", "--in-process", "--drop-source", "myspace"), "'myspace'"),
    (("replay", "{rec}", "--in-process", "--as-of", "2001-01-01"), "begins at 2026-03-14"),
    (("replay", "{file}", "--in-process"), "--map"),
    (("replay", "{folder}", "--in-process"), "is no recording"),
    (("replay", "--in-process"), "a FILE, or --archive"),
    (("replay", "{rec}", "--archive", "{folder}"), "a FILE, or --archive"),
    (("replay", "{rec}", "--from", "2020-01-01"), "of an archive"),
    (("replay", "--archive", "{folder}", "--to", "soon"), "--to"),
    (("replay", "--archive", "{folder}", "--in-process"), "has no ticks"),
    (("replay", "{rec}", "--in-process", "--map", MAP), "--map is of plain files"),
    (("backtest", "{rec}", "--map", MAP), "--map is of plain files"),
    (("record", "{file}", "--map", MAP), "--out"),
    (("record", "{file}", "--map", MAP, "--out", "{rec}"), "is there already"),
    (("record", "{file}", "--out", "{folder}/x", "--since", "2020-01-01"), "of a namespace"),
    (("verify",), "which alert"),
    (("verify", "nope"), "'nope' is neither an existing folder nor an alert's id (24 hex"),
    (("verify", "{file}"), "feed.jsonl' is neither"),
    (("verify", "nobody", "--recording", "{rec}"), "'nobody'"),
    (("diff", "{rec}"), "what to change"),
    (("diff", "{grid}", "{rec}"), "neither"),
    (("sweep", "{rec}", "{grid}"), "grid: setting: [values]"),
    (("sweep", "{rec}", "{good}", "--cache", "{file}/kept"), "--cache"),
])
def test_bad_input_is_refused_by_name(
    recorded: Path, plain: Path, tmp_path: Path, words: tuple[str, ...], named: str
) -> None:
    grid = tmp_path / "grid.json"
    grid.write_text("{}", "utf-8")
    good = tmp_path / "good.yml"
    good.write_text("grid: {gates.min_types: [2]}", "utf-8")
    places = {"rec": recorded, "file": plain, "folder": tmp_path, "grid": grid, "good": good}
    with pytest.raises(SettingsError) as refusal:
        run(*(word.format_map(places) if "{" in word else word for word in words))
    assert named in str(refusal.value)
