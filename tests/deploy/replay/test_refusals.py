"""What `heat replay`, `record` and `backtest` refuse by name, before anything is started."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli.main import build
from producers.file.formats import NotUtf8Error
from producers.file.recording import counted
from producers.file.rows import Rejection
from schemas.clock import iso
from schemas.errors import FatalError, SettingsError
from tests.streams.replay.small_world import mentions

MAP = "known_time=seen,text=title"


def run(*words: object) -> Result:
    done = CliRunner().invoke(build(str(words[0])), [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def refusal(*words: object) -> str:
    with pytest.raises(SettingsError) as refused:  # exit code 2: tests/deploy/cli
        run(*words)
    return str(refused.value)


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """The small world, and the catalogue of its names beside it."""
    file = tmp_path / "feed.jsonl"
    rows = ({"seen": iso(m.known_time), "title": m.title} for m in mentions())
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (tmp_path / "names.yml").write_text(
        "entities:\n  - {id: nova-reyes, name: Nova Reyes, type: person, aliases: [La Nova]}\n",
        "utf-8")
    return file


@pytest.fixture
def no_broker(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A broker that was started after all would be named here."""
    started: list[str] = []

    class Started:
        def __init__(self, *_: object, **__: object) -> None:
            started.append("broker")
            raise AssertionError("a broker was about to be started")

    monkeypatch.setattr("deploy.cli.replay.Stack", Started)
    return started


@pytest.mark.parametrize("words", [
    ("--speed", "1x"), ("--speed", "max"), ("--keep",), ("--no-keep",), ("--raw-partitions", 2),
    ("--keyed-partitions", 4),
])
@pytest.mark.parametrize("here", ["--in-process", "--leave-one-out"])
def test_what_is_of_a_broker_is_refused_where_there_is_none(
    feed: Path, here: str, words: tuple[object, ...]
) -> None:
    said = refusal("replay", feed, "--map", MAP, here, *words)
    assert here in said
    assert str(words[0]).replace("--no-", "--") in said


def test_every_idle_option_is_named(feed: Path) -> None:
    said = refusal("replay", feed, "--map", MAP, "--in-process", "--keep", "--speed", "2x")
    assert said.startswith("--speed, --keep:")


@pytest.mark.parametrize("speed", ["nanx", "infx", "nan", "-infx", "0x", "-1x", "fast"])
def test_a_speed_that_is_none_is_refused(
    feed: Path, speed: str, no_broker: list[str]
) -> None:
    assert repr(speed) in refusal("replay", feed, "--map", MAP, "--speed", speed)
    assert no_broker == []


@pytest.mark.parametrize(("words", "named"), [
    ((), "--map says what its columns mean"),
    (("--map", MAP, "--fault", "flood:x"), "'flood'"),
    (("--map", MAP, "--source", "myspace"), "'myspace'"),
])
def test_what_cannot_be_replayed_is_refused_before_a_broker_is_started(
    feed: Path, words: tuple[str, ...], named: str, no_broker: list[str]
) -> None:
    assert named in refusal("replay", feed, *words)
    assert no_broker == []


def test_what_can_be_replayed_does_start_a_broker(feed: Path, no_broker: list[str]) -> None:
    with pytest.raises(AssertionError, match="about to be started"):
        run("replay", feed, "--map", MAP)
    assert no_broker == ["broker"]


@pytest.mark.parametrize("words", [
    ("replay", "{}", "--in-process"), ("record", "{}", "--out", "{}.sealed"),
    ("backtest", "{}", "--out", "{}.report"),
])
def test_when_no_row_is_a_mention_the_reasons_are_counted(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    file = tmp_path / "local.jsonl"
    rows = [{"seen": f"2020-04-20T07:09:{n:02}", "title": "Nova Reyes"} for n in range(30)]
    rows += [{"seen": iso(0), "title": ""}] * 2
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    said = refusal(*(word.format(file) for word in words), "--map", MAP)
    assert f"{file}: none of 32 rows is a mention: 30 unreadable time in 'seen'" in said
    assert "'2020-04-20T07:09:00'" in said
    assert "time zone" in said
    assert said.endswith("; 2 no text")
    assert sorted(tmp_path.iterdir()) == [file], "nothing is left of what was refused"


def test_a_file_without_rows_is_named(tmp_path: Path) -> None:
    (file := tmp_path / "empty.csv").write_text("seen,title\n", "utf-8")
    said = refusal("replay", file, "--in-process", "--map", MAP)
    assert said == f"{file}: none of 0 rows is a mention"


def test_reasons_of_one_kind_are_told_by_the_first_row_and_the_rare_ones_summed(
    tmp_path: Path,
) -> None:
    told = ("bad 'x' at 3", "no text", "bad 'y' at 14")
    assert counted(Rejection(n, reason) for n, reason in enumerate(told)) == [
        ("bad 'x' at 3", 2), ("no text", 1)]
    file = tmp_path / "odd.jsonl"
    kinds: list[object] = [{}, [1], {"title": "x"}, {"title": "[removed]"}]
    kinds += [{"seen": seen, "title": "x"} for seen in ("1", "soon", True)]
    file.write_text("".join(json.dumps(row) + "\n" for row in kinds), "utf-8")
    said = refusal("replay", file, "--in-process", "--map", MAP)
    assert ": 2 missing known_time (column 'seen'); " in said
    assert said.endswith("; 1 for other reasons")


def test_rows_of_one_kind_of_reason_are_one_line_of_a_run_with_others(tmp_path: Path) -> None:
    rows = [{"seen": f"2020-04-20T07:{n // 60:02}:{n % 60:02}", "title": "x"} for n in range(300)]
    rows += [{"seen": "2020-04-20T07:09:18Z", "title": "Nova Reyes"}] * 2
    (file := tmp_path / "mixed.jsonl").write_text(
        "".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    told = json.loads(run("replay", file, "--in-process", "--map", MAP, "--json").stdout)
    copies, reason = sorted(told["rejected"])
    assert (told["rejected"][reason], told["rejected"][copies]) == (300, 1)
    assert "'2020-04-20T07:00:00'" in reason
    assert told["published"] == 1


def latin(tmp_path: Path, name: str) -> Path:
    rows = "seen,title\n1587366558,Nova Reyes\n1587366559,Bey\xf3ncita\n".replace(
        ",", "\t" if name.endswith("tsv") else ",")
    (file := tmp_path / name).write_bytes(rows.encode("latin-1"))
    return file


@pytest.mark.parametrize("name", ["latin.csv", "latin.tsv"])
def test_a_table_that_is_not_utf_8_is_refused_with_line_and_byte(
    tmp_path: Path, name: str
) -> None:
    file = latin(tmp_path, name)
    said = refusal("replay", file, "--in-process", "--map", MAP)
    assert f"{file}: line 3 is not UTF-8: byte 0xf3" in said


def test_a_table_of_utf_16_is_refused_and_one_of_utf_8_is_read(tmp_path: Path) -> None:
    words = "seen,title\n1587366558,Bey\xf3ncita \U0001f525\n"
    (wide := tmp_path / "wide.csv").write_bytes(words.encode("utf-16"))
    with pytest.raises(NotUtf8Error, match=r"line 1 is not UTF-8: byte 0xff"):
        run("replay", wide, "--in-process", "--map", MAP)
    for encoding in ("utf-8", "utf-8-sig"):
        (fine := tmp_path / f"{encoding}.csv").write_bytes(words.encode(encoding))
        told = json.loads(run("replay", fine, "--in-process", "--map", MAP, "--json").stdout)
        assert (told["articles"], told["rejected"]) == (1, {})


def test_a_json_line_that_is_not_utf_8_is_rejected_alone_and_told(tmp_path: Path) -> None:
    (file := tmp_path / "latin.jsonl").write_bytes(
        b'{"seen": 1587366558, "title": "Nova"}\n{"seen": 1587366559, "title": "Bey\xf3"}\n')
    told = json.loads(run("replay", file, "--in-process", "--map", MAP, "--json").stdout)
    ((reason, count),) = told["rejected"].items()
    assert (told["published"], count) == (1, 1)
    assert "not valid UTF-8" in reason


@pytest.mark.parametrize("attack", ["brigade", "copies", "genuine"])
def test_a_fault_about_a_name_of_no_catalogue_is_refused(feed: Path, attack: str) -> None:
    said = refusal("replay", feed, "--map", MAP, "--in-process", "--catalogue",
                   feed.with_name("names.yml"), "--fault", f"{attack}:Nobody Known")
    assert "'Nobody Known' is no name of the catalogue" in said


def test_a_sealed_recording_knows_the_names_of_its_catalogue(feed: Path) -> None:
    sealed = feed.with_name("sealed")
    run("record", feed, "--map", MAP, "--catalogue", feed.with_name("names.yml"), "--out", sealed)
    assert "'Nobody Known'" in refusal(
        "replay", sealed, "--in-process", "--fault", "brigade:Nobody Known")
    for name in ("nova reyes", "La Nova"):
        done = run("replay", sealed, "--in-process", "--fault", f"brigade:{name}", "--json")
        assert json.loads(done.stdout)["faults"][0]["fired"] > 0


def test_a_missing_map_is_no_traceback(feed: Path) -> None:
    with pytest.raises(FatalError, match="--map"):
        run("backtest", feed)


@pytest.mark.parametrize("command", ["replay", "backtest"])
def test_the_help_says_how_many_processes_a_small_recording_gets(command: str) -> None:
    words = " ".join(run(command, "--help").stdout.replace("│", " ").split())
    assert "5 000 mentions" in words
    assert "small recording runs in one" in words


@pytest.mark.parametrize("which", ["reddit", "social"])
@pytest.mark.parametrize("command", [("replay", "--in-process"), ("backtest",)])
def test_to_leave_out_everything_is_refused_by_name(
    feed: Path, command: tuple[str, ...], which: str
) -> None:
    said = refusal(*command, feed, "--map", MAP, "--source", "reddit", "--drop-source", which)
    assert said == f"--drop-source {which}: nothing of feed.jsonl is left to run"


@pytest.mark.parametrize("name", ["gates.min_types", "discovery.min_types"])
def test_no_type_of_sources_at_all_is_no_gate(feed: Path, name: str) -> None:
    said = refusal("backtest", feed, "--map", MAP, "--set", f"{name}=0")
    assert said == f"Expected `int` >= 1 - at `$.{name}`"
