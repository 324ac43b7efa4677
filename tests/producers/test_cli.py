"""The commands as a person or a script meets them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from producers.sources import BY_NAME
from schemas.records import Tick
from tests.producers.conftest import Log

Here = Callable[..., Result]


def producers(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "producers", *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "gossip"), "unknown source 'gossip'"),
        (("run", "trades", "--dry-run", "--to-file", "x"), "exclude each other"),
        (("run", "trades", "--to-file", "/nowhere/x.jsonl"), "No such file or directory"),
        (("run",), "Missing argument"),
        (("run", "trades", "--limit", "0"), "--limit"),
        (("run", "trades", "--since", "yesterday"), "--since 'yesterday'"),
        (("dance",), "No such command 'dance'"),
        (("catalogue", "--file", "/nowhere/mine.yml"), "mine.yml: No such file"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(
    producers_here: Here, arguments: tuple[str, ...], says: str
) -> None:
    ended = producers_here(*arguments)
    assert ended.exit_code == 2
    assert says in ended.stderr
    assert isinstance(ended.exception, SystemExit)


def test_unknown_setting_is_refused_by_name(producers_here: Here) -> None:
    ended = producers_here("ticker", HEAT_KAFKA__BOOTSTRP="x")
    assert ended.exit_code == 2
    assert (
        "unknown setting HEAT_KAFKA__BOOTSTRP; did you mean HEAT_KAFKA__BOOTSTRAP" in ended.stderr
    )


def test_what_is_wrong_in_the_sources_file_is_refused_at_start(
    producers_here: Here, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.yml"
    mine.write_text("sources: {trades: {fedes: []}}")
    ended = producers_here("run", "trades", "--once", HEAT_PRODUCER__SOURCES=str(mine))
    assert ended.exit_code == 2
    assert f"{mine}: sources.trades: unknown 'fedes'; did you mean feeds?" in ended.stderr


def test_source_without_its_key_says_where_to_get_one_and_needs_a_person(
    producers_here: Here,
) -> None:
    ended = producers_here("run", "newsapi", "--once", "--dry-run")
    assert ended.exit_code == 78
    assert "needs HEAT_KEYS__NEWSAPI (get one at https://newsapi.org/" in ended.stderr


def test_sources_are_listed_without_a_broker(
    heat_here: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    mine = tmp_path / "mine.yml"
    mine.write_text("sources: {trades: {enabled: false, ceilings: {}}}")
    told = heat_here(
        "sources", "--json",
        HEAT_KAFKA__BOOTSTRAP="127.0.0.1:1", HEAT_PRODUCER__SOURCES=str(mine),
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    by_name = {line["source"]: line for line in map(json.loads, told.stdout.splitlines())}
    assert list(by_name) == list(BY_NAME)
    assert (by_name["trades"]["state"], by_name["trades"]["reason"]) == (
        "disabled",
        "switched off in sources.yml",
    )
    assert by_name["newsapi"]["missing_keys"][0]["variable"] == "HEAT_KEYS__NEWSAPI"
    assert by_name["newsapi"]["budgets"][0]["left"] > 0
    assert by_name["wikipedia"]["kind"] == "polled and listened"
    assert all(line["terms"] for line in by_name.values())


def test_source_that_cannot_be_reached_is_told_and_ends_with_1(tmp_path: Path) -> None:
    """A proxy that is not there stands for a machine without a network."""
    away = "http://127.0.0.1:1"
    health, out, mine = (tmp_path / name for name in ("health.json", "out.jsonl", "mine.yml"))
    mine.write_text("sources: {trades: {feeds: [https://a.example/feed]}}")
    ended = producers(
        "run", "trades", "--once", "--to-file", str(out), HTTPS_PROXY=away, HTTP_PROXY=away,
        HEAT_HEALTH_FILE=str(health), HEAT_PRODUCER__SOURCES=str(mine),
    )  # fmt: skip
    assert ended.returncode == 1
    assert "a.example/feed: unreachable" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert json.loads(health.read_text())["status"] == "down"
    assert out.read_bytes() == b""


def test_topics_that_do_not_exist_are_named_with_what_to_do(kafka_bootstrap: str) -> None:
    ended = producers(
        "ticker", HEAT_KAFKA__BOOTSTRAP=kafka_bootstrap, HEAT_KAFKA__NAMESPACE="nowhere"
    )
    assert ended.returncode == 70
    assert "topic ticks does not exist; run `heat topics apply`" in ended.stderr


def test_catalogue_is_published_from_a_file(log: Log, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yml"
    mine.write_text("- {id: a, name: Ada Example, type: person}\n")
    ended = producers(
        "catalogue", "--file", str(mine),
        HEAT_KAFKA__BOOTSTRAP=log.kafka.bootstrap, HEAT_KAFKA__NAMESPACE=log.kafka.namespace,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert [m.key() for m in log.messages("entities")] == [b"a"]
    assert not any(isinstance(r, Tick) for r in log.records("entities"))
