"""`heat archive list|verify|fetch`, as typed."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import typer
from typer.testing import CliRunner

from deploy.cli.archive import register
from schemas.errors import HeatError, SettingsError
from sinks.archive.manifest import DamagedError
from sinks.archive.store import Store
from tests.sinks.archive.building import TOPIC, archived, section, some_log

Heat = Callable[..., tuple[int, str]]


@pytest.fixture
def heat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Heat:
    """Exit code and output; errors of ours are raised, as `heat` sees them."""
    folder = tmp_path / "archive"
    archived(Store(section(folder)), some_log(60))
    monkeypatch.setenv("HEAT_ARCHIVE__ADDRESS", str(folder))
    app = typer.Typer()
    register(app)
    app.command("other")(lambda: None)

    def run(*words: str) -> tuple[int, str]:
        told = CliRunner().invoke(app, ["archive", *words])
        if isinstance(told.exception, HeatError):
            raise told.exception
        return told.exit_code, told.stdout

    return run


def test_list_tells_each_topic_and_each_file(heat: Heat) -> None:
    code, told = heat("list", "--json")
    assert code == 0
    row = msgspec.json.decode(told)
    assert row == {
        "topic": TOPIC,
        "files": 20,
        "records": 60,
        "bytes": row["bytes"],
        "first": "2026-03-14T12:00:00Z",
        "last": "2026-03-14T21:50:00Z",
        "entries": 10,
        "forgotten": 0,
        "lost": 0,
        "next_offsets": {"0": 30, "1": 30},
    }
    assert "raw.reddit  60 records" in heat("list")[1]
    early = heat("list", "--files", "--json", "--until", "2026-03-14T13:00:00Z")[1].splitlines()
    assert {msgspec.json.decode(line)["path"].split("/")[3] for line in early} == {"hour=12"}


def test_verify_names_what_is_wrong_and_ends_with_one(heat: Heat, tmp_path: Path) -> None:
    assert heat("verify", "--thorough") == (0, "1 topics, 0 findings\n")
    path = min((tmp_path / "archive").rglob("raw-mention*.avro"))
    path.write_bytes(path.read_bytes()[:-30])
    code, told = heat("verify", "--json")
    assert code == 1
    found = msgspec.json.decode(told)
    assert found["topic"] == TOPIC
    assert path.name in found["finding"]
    with pytest.raises(DamagedError, match="is not what was sealed"):
        heat("fetch", TOPIC, "--out", str(tmp_path / "other"))


def test_fetch_copies_what_was_known_in_the_range(heat: Heat, tmp_path: Path) -> None:
    out = tmp_path / "fetched"
    words = ("--since", "2026-03-14T14:00:00Z", "--until", "2026-03-14T16:00:00Z")
    code, told = heat("fetch", TOPIC, "--out", str(out), *words)
    assert (code, told) == (0, f"4 files, 12 records in {out}\n")
    assert len(list(out.rglob("*.avro"))) == 4
    assert len(msgspec.json.decode((out / "fetched.json").read_bytes())) == 4
    with pytest.raises(SettingsError, match="there already"):
        heat("fetch", TOPIC, "--out", str(out))


def test_what_is_not_there_is_named(heat: Heat, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"holds no raw\.x; there are raw\.reddit"):
        heat("list", "raw.x")
    with pytest.raises(SettingsError, match="nothing is archived of that time"):
        heat("fetch", TOPIC, "--out", str(tmp_path / "none"), "--since", "2027-01-01")
