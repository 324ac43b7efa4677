"""`heat export` as somebody types it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import psycopg
import pyarrow.parquet as pq
import pytest

from deploy.cli.main import main
from tests.databases import database
from tests.gateway.filled import fill_table, multiply
from tests.sinks.builders import mention

ROOT = Path(__file__).parents[2]
ROWS = 200_000
FLAT_KB = 60_000
Ended = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def dsn(postgres_server: str) -> Iterator[str]:
    with database(postgres_server) as dsn:
        fill_table(dsn, "mentions", mention(title="=1+1"))
        yield dsn


def started(dsn: str, *words: str) -> subprocess.Popen[bytes]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("HEAT_")}
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.cli.main", "export", *words],
        cwd=ROOT,
        env={**mine, "HEAT_DATABASE__DSN": dsn},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def export(dsn: str, *words: str) -> tuple[int, bytes, str]:
    """Exit code, standard output and what it complained of."""
    child = started(dsn, *words)
    out, err = child.communicate(timeout=120)
    return child.returncode, out, err.decode()


def test_rows_go_to_standard_output_or_to_a_file(dsn: str, tmp_path: Path) -> None:
    code, out, _ = export(dsn, "mentions", "--columns", "id,title")
    assert (code, out) == (0, b'id,title\r\n"mention-00000000","\'=1+1"\r\n')
    file = tmp_path / "mentions.parquet"
    code, out, _ = export(dsn, "mentions", "--to", str(file), "--json")
    told = orjson.loads(out)
    assert (code, told["rows"], told["bytes"]) == (0, 1, file.stat().st_size)
    assert pq.read_table(file).num_rows == 1
    assert list(tmp_path.iterdir()) == [file]


def test_what_can_be_exported_is_listed(heat_here: Ended) -> None:
    told = heat_here("export", "--list", HEAT_DATABASE__DSN="postgresql://nowhere")
    assert told.returncode == 0
    assert "heat" in [orjson.loads(line)["table"] for line in told.stdout.splitlines()]


def test_what_cannot_be_is_named_with_exit_code_2(
    dsn: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrong = {
        "'secret'": ("mentions", "--columns", "secret"),
        "'passwords'": ("passwords",),
        "'table'": (),
        "'planet'": ("mentions", "--category", "planet"),
        "'xlsx'": ("mentions", "--format", "xlsx"),
        ".xlsx": ("mentions", "--to", "mentions.xlsx"),
        "'since'": ("mentions", "--since", "yesterday"),
        "No such file": ("mentions", "--to", str(tmp_path / "nowhere" / "m.csv")),
    }
    monkeypatch.setenv("HEAT_DATABASE__DSN", dsn)
    for named, words in wrong.items():
        monkeypatch.setattr(sys, "argv", ["heat", "export", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        assert (ended.value.code, told.out) == (2, ""), words
        assert named in told.err


def test_a_database_that_is_away_leaves_the_old_file_as_it_was(
    heat_here: Ended, tmp_path: Path
) -> None:
    file = tmp_path / "heat.csv"
    file.write_text("old")
    away = "postgresql://heat:s3cret@127.0.0.1:1/heat"
    told = heat_here("export", "heat", "--to", str(file), HEAT_DATABASE__DSN=away)
    assert (told.returncode, file.read_text()) == (1, "old")
    assert "127.0.0.1" in told.stderr
    assert "s3cret" not in told.stderr
    assert list(tmp_path.iterdir()) == [file]


def test_tables_that_are_not_made_yet_are_no_wrong_usage(
    postgres_dsn: str, heat_here: Ended
) -> None:
    told = heat_here("export", "heat", HEAT_DATABASE__DSN=postgres_dsn)
    assert (told.returncode, told.stdout) == (1, "")
    assert "no table heat yet" in told.stderr


def test_a_reader_that_has_seen_enough_is_no_error(dsn: str) -> None:
    child = started(dsn, "mentions", "--format", "jsonl")
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.close()
    assert (child.wait(60), child.stderr.read()) == (0, b"")
    child.stderr.close()


@pytest.mark.soak
@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "parquet"])
def test_memory_does_not_grow_with_the_rows(dsn: str, tmp_path: Path, form: str) -> None:
    few = peak_kb(dsn, tmp_path / f"few.{form}", "--limit", "2000")
    with psycopg.connect(dsn) as session:
        there = session.execute("SELECT count(*) FROM mentions").fetchone()
    if there == (1,):
        multiply(dsn, "mentions", ROWS)
    many = peak_kb(dsn, tmp_path / f"many.{form}")
    size = (tmp_path / f"many.{form}").stat().st_size
    assert size > 2 * 1024 * FLAT_KB
    assert many - few < FLAT_KB


def peak_kb(dsn: str, file: Path, *words: str) -> int:
    child = started(dsn, "mentions", "--to", str(file), *words)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    for pipe in (child.stdout, child.stderr):
        assert pipe is not None
        pipe.close()
    assert child.returncode == 0
    return used.ru_maxrss
