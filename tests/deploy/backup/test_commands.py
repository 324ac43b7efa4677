"""`heat backup` and `heat restore` as somebody types them, and killed while they run."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import psycopg
import pytest

from deploy.backup.contents import is_empty
from deploy.backup.restore import verify
from deploy.backup.target import Target
from deploy.cli.main import main
from schemas.settings import BackupSection
from tests.databases import database
from tests.gateway.filled import fill_table, multiply
from tests.sinks.builders import mention

ROOT = Path(__file__).parents[3]


def started(dsn: str, folder: Path, *words: str) -> subprocess.Popen[str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("HEAT_")}
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.cli.main", *words],
        cwd=ROOT,
        env={**mine, "HEAT_DATABASE__DSN": dsn, "HEAT_BACKUP__ADDRESS": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


Typed = Callable[..., tuple[object, str, str]]


@pytest.fixture
def typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Typed:
    """Exit code, output and complaints of a `heat` command, in this process."""

    def run(dsn: str, *words: str) -> tuple[object, str, str]:
        monkeypatch.setenv("HEAT_DATABASE__DSN", dsn)
        monkeypatch.setenv("HEAT_BACKUP__ADDRESS", str(tmp_path))
        monkeypatch.setattr(sys, "argv", ["heat", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        sys.stdout.flush()
        sys.stderr.flush()
        out, err = capfdbinary.readouterr()
        return ended.value.code, out.decode(), err.decode()

    return run


def test_a_night_from_backup_to_drill(
    filled: str, empty: str, tmp_path: Path, typed: Typed
) -> None:
    code, out, err = typed(filled, "backup", "--json")
    made = orjson.loads(out)
    assert (code, made["tables"]["mentions"]["rows"]) == (0, 50), err
    code, out, _ = typed(filled, "backup", "--list")
    assert (code, out.split()[0]) == (0, made["name"])
    code, out, _ = typed(filled, "restore", "--drill", "--json")
    assert (code, orjson.loads(out)["equal"]) == (0, True)
    code, out, _ = typed(filled, "restore", "latest", "--into", empty)
    assert (code, "as it was" in out) == (0, True)
    code, out, err = typed(filled, "restore", "latest", "--into", empty)
    assert (code, out, "is not empty" in err) == (2, "", True)
    manifest = tmp_path / f"{made['name']}.json"
    manifest.write_text(manifest.read_text().replace('"rows": 50', '"rows": 51'))
    code, out, _ = typed(filled, "restore", "--drill", "--json")
    told = orjson.loads(out)
    assert (code, told["equal"], told["differences"]) == (
        1,
        False,
        ["mentions has 50 rows, not 51"],
    )
    (tmp_path / f"{made['name']}.dump").write_bytes(b"rust")
    code, out, err = typed(filled, "backup", "--check", "latest")
    assert (code, out, "is damaged" in err) == (1, "", True)


@pytest.fixture(scope="module")
def large(postgres_server: str) -> Iterator[str]:
    """Large enough that a backup takes a while."""
    with database(postgres_server) as dsn:
        fill_table(dsn, "mentions", mention())
        multiply(dsn, "mentions", 8_000)
        yield dsn


@pytest.mark.parametrize("kills", [1, pytest.param(8, marks=pytest.mark.soak)])
@pytest.mark.soak
def test_a_backup_that_is_killed_leaves_nothing_that_counts(
    large: str, tmp_path: Path, typed: Typed, kills: int
) -> None:
    delays, killed_at_work = random.Random(kills), 0
    for _ in range(kills):
        child = started(large, tmp_path, "backup")
        wait_for_session(large, child)
        time.sleep(delays.uniform(0, 0.4))
        child.kill()
        _, err = child.communicate(timeout=30)
        killed_at_work += child.returncode == -9
        assert "Traceback" not in err
    assert killed_at_work > 0
    target = Target(BackupSection(address=str(tmp_path)))
    wait_for_no_session(large)
    code, out, err = typed(large, "backup", "--json")
    assert code == 0, err
    assert orjson.loads(out)["tables"]["mentions"]["rows"] == 8_001
    for name in target.names():
        manifest = target.read(name)
        with target.opened(manifest) as dump:
            verify(manifest, dump)


@pytest.mark.soak
def test_a_restore_that_is_killed_is_all_or_nothing(
    large: str, empty: str, tmp_path: Path, typed: Typed
) -> None:
    assert typed(large, "backup")[0] == 0
    child = started(empty, tmp_path, "restore", "latest", "--into", empty)
    wait_for_session(empty, child, "pg_restore")
    child.kill()
    child.communicate(timeout=30)
    assert child.returncode == -9
    wait_for_no_session(empty)
    with psycopg.connect(empty) as session:
        assert is_empty(session)
    assert typed(large, "restore", "latest", "--into", empty)[0] == 0


def sessions(dsn: str, *names: str) -> int:
    """Of these programs; ours and their children when none is named."""
    wanted = list(names or ("heat-backup", "pg_dump", "pg_restore"))
    with psycopg.connect(dsn) as session:
        found = session.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = ANY(%s)",
            (wanted,),
        ).fetchone()
    return 0 if found is None else int(found[0])


def wait_for_session(dsn: str, child: subprocess.Popen[str], *names: str) -> None:
    until = time.monotonic() + 30
    while not sessions(dsn, *names):
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < until, "the backup did not begin in 30 s"


def wait_for_no_session(dsn: str) -> None:
    until = time.monotonic() + 30
    while sessions(dsn):
        assert time.monotonic() < until, "a killed backup still holds the database after 30 s"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("restore",), "--into"),
        (("restore", "latest"), "--into"),
        (("restore", "--drill", "--replace"), "--drill"),
        (("restore", "latest", "--into", "postgresql://a:s3cret@[x"), "there is no backup"),
    ],
)
def test_a_wrong_word_ends_with_exit_code_2(
    words: tuple[str, ...], named: str, typed: Typed
) -> None:
    code, _, err = typed("postgresql://127.0.0.1:1/heat", *words)
    assert (code, named in err, "s3cret" in err) == (2, True, False)
