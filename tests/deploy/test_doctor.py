"""The doctor names what is wrong, says what to do, and tells problems from warnings."""

import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from deploy.cli import stack as commands
from deploy.local import facts as looking
from deploy.local import jars, java, roles
from deploy.local.doctor import Finding, is_well, judge
from deploy.local.facts import GIB, Facts, gather
from deploy.local.home import Home, StackState, this_process
from deploy.local.settings import LocalSettings

WELL = Facts(
    python=(3, 11),
    home=Path("/srv/heat"),
    cache=Path("/var/cache/heat"),
    disk_free={"/srv/heat": 50 * GIB},
    memory_free=8 * GIB,
    java="Java 25",
)


def about(facts: Facts, subject: str) -> Finding:
    """The one finding on a subject."""
    (found,) = [finding for finding in judge(facts) if finding.subject == subject]
    return found


def test_a_well_machine_has_only_good_findings() -> None:
    assert {finding.level for finding in judge(WELL)} == {"ok"}
    assert is_well(judge(WELL))


def test_full_disk_is_a_problem_with_a_way_out() -> None:
    found = about(replace(WELL, disk_free={"/srv/heat": GIB}), "disk")
    assert found.level == "problem"
    assert "disk full: 1.0 GiB free for /srv/heat" in found.found
    assert "HEAT_STACK__HOME" in found.todo


def test_missing_java_is_a_problem_unless_the_broker_is_elsewhere() -> None:
    trouble = "Kafka needs Java 17 or newer; found none. Install any Java and set JAVA_HOME."
    facts = replace(WELL, java="", java_trouble=trouble)
    found = about(facts, "java")
    assert (found.level, found.todo) == ("problem", "Install any Java and set JAVA_HOME.")
    assert is_well(judge(replace(facts, external=frozenset({"kafka"}))))


def test_no_network_is_a_problem_only_while_jars_are_missing() -> None:
    cut_off = replace(WELL, jars_missing=46, repository_answers=False)
    found = about(cut_off, "jars")
    assert found.level == "problem"
    assert "46 jars" in found.found
    assert "HTTPS_PROXY" in found.todo
    assert "/var/cache/heat" in found.todo
    assert about(WELL, "jars").found == "all cached and verified: no network needed"
    assert about(replace(cut_off, repository_answers=True), "jars").level == "ok"


def test_taken_port_is_a_warning_that_names_the_holder() -> None:
    found = about(replace(WELL, taken={9092: "java (process 77)"}), "port")
    assert found.level == "warning"
    assert "9092 of Kafka is taken by java (process 77)" in found.found
    assert is_well([found])


def test_stale_lock_and_leftovers_are_warnings_that_mend_themselves() -> None:
    stale = about(replace(WELL, unclean=True), "lock")
    assert stale.level == "warning"
    assert "stale lock" in stale.found
    left = about(replace(WELL, unclean=True, leftovers=("kafka (77)",)), "lock")
    assert "left kafka (77)" in left.found
    assert "heat down" in left.todo


def test_wrong_digest_is_a_problem_that_says_what_to_delete() -> None:
    wrong = (
        "/c/a.jar is not the file\n    expected 1\n    found 2\nDelete that file and start again"
    )
    found = about(replace(WELL, jars_wrong=wrong), "jars")
    assert found.level == "problem"
    assert "/c/a.jar" in found.found
    assert found.todo == "Delete that file and start again"


def test_silent_server_of_the_settings_is_named_by_its_variable() -> None:
    silent = frozenset({"postgres"})
    found = about(replace(WELL, external=silent, unanswered=silent), "postgres")
    assert found.level == "problem"
    assert "HEAT_DATABASE__DSN" in found.found


def test_old_python_is_a_problem() -> None:
    assert about(replace(WELL, python=(3, 10)), "python").level == "problem"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for gathering real facts."""
    monkeypatch.setenv("HEAT_STACK__HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_real_port_is_seen_as_taken_with_its_holder(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        held = holder.getsockname()[1]
        monkeypatch.setattr(roles, "GATEWAY_DEFAULT_PORT", held)
        taken = gather(LocalSettings.load()).taken
    assert f"process {this_process().pid}" in taken[held]


def test_real_stale_state_is_seen(here: Path) -> None:
    home = Home(here)
    with home.held():
        home.write(StackState(this_process()))
    facts = gather(LocalSettings.load())
    assert facts.unclean
    assert not facts.locked


def test_machine_without_java_or_network_is_seen(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(coordinate: str, place: Path) -> Path:
        raise ConnectionError("network is unreachable")

    monkeypatch.setattr(java, "bundled", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(jars, "cache_folder", lambda: tmp_path / "no-cache")
    monkeypatch.setattr(jars, "_ask_repository", unreachable)
    facts = gather(LocalSettings.load())
    assert "found none" in facts.java_trouble
    assert facts.jars_missing == len(jars.read_lock())
    assert facts.repository_answers is False


def test_command_exits_1_for_a_problem_and_prints_json(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = typer.Typer()
    commands.register(app)
    monkeypatch.setattr(commands, "gather", lambda settings: replace(WELL, disk_free={"/": 0}))
    told = CliRunner().invoke(app, ["doctor", "--json"])
    assert told.exit_code == 1
    assert [f["subject"] for f in json.loads(told.stdout) if f["level"] == "problem"] == ["disk"]
    assert CliRunner().invoke(app, ["doctor", "--jason"]).exit_code == 2


def test_java_versions_are_read_from_every_spelling() -> None:
    assert java.read_version('openjdk version "17.0.15" 2025-04-15') == 17
    assert java.read_version('openjdk version "25" 2025-09-16') == 25
    assert java.read_version('java version "1.8.0_402"') == 8
    assert java.read_version("command not found") is None


def test_free_space_is_asked_of_the_nearest_folder_that_exists(tmp_path: Path) -> None:
    assert looking._free(tmp_path / "not" / "yet") > 0
