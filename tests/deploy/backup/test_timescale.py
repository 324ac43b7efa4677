"""Restoring beside TimescaleDB: its version first, and its jobs only after the comparison.

The extension is a stand-in that a real PostgreSQL creates: like the real one, it refuses to be
created by a session that dropped another version, and its jobs delete rows once it may run them.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from deploy.backup import restore as restoring
from deploy.backup.contents import copies
from deploy.backup.dump import back_up
from deploy.backup.manifest import TableCopy
from deploy.backup.restore import drill, restore
from deploy.backup.target import Target
from schemas.errors import FatalError, SettingsError
from tests.databases import database
from tests.sinks.builders import NOON

OLD, NEW = "1.0.0", "2.0.0"
CONTROL = f"default_version = '{OLD}'\nrelocatable = false\n"
# The session that claims a database, and drops what is in it, is the one that holds the lock.
SCRIPT = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) THEN
        RAISE 'extension "timescaledb" has already been loaded with another version';
    END IF;
END $$;
CREATE FUNCTION timescaledb_pre_restore() RETURNS bool LANGUAGE plpgsql AS $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET timescaledb.restoring = on', current_database());
    RETURN true;
END $$;
CREATE FUNCTION timescaledb_post_restore() RETURNS bool LANGUAGE plpgsql AS $$ BEGIN
    IF starts_with(current_database(), 'heat_drill_') THEN
        RAISE 'a job ran in a drill';
    END IF;
    EXECUTE format('ALTER DATABASE %I RESET timescaledb.restoring', current_database());
    DELETE FROM readings WHERE day < 5;
    RETURN true;
END $$;
"""
ROWS = "SELECT count(*) FROM readings"
Offer = Callable[..., str]


@pytest.fixture
def offer() -> Iterator[Offer]:
    """The connection string again, with these versions on offer to its sessions."""
    folder = Path(tempfile.mkdtemp(prefix="heat-test-offer-"))

    def offering(dsn: str, *versions: str) -> str:
        there = folder / "-".join(versions)
        (there / "extension").mkdir(parents=True, exist_ok=True)
        (there / "extension/timescaledb.control").write_text(CONTROL)
        for version in versions:
            (there / f"extension/timescaledb--{version}.sql").write_text(SCRIPT)
        return make_conninfo(dsn, options=f"-c extension_control_path={there}:$system")

    folder.chmod(0o755)
    try:
        yield offering
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def source(postgres_server: str, offer: Offer, target: Target) -> Iterator[str]:
    """A database with the newer version and ten days of readings, backed up."""
    with database(postgres_server) as plain:
        dsn = offer(plain, OLD, NEW)
        with psycopg.connect(dsn) as session:
            session.execute(f"CREATE EXTENSION timescaledb VERSION '{NEW}'")
            session.execute("CREATE TABLE readings AS SELECT generate_series(0, 9) AS day")
        back_up(dsn, target, NOON)
        yield dsn


@pytest.fixture
def read_while(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, object]]:
    """Of each comparison: what its session was in, and what a session that starts then is in."""
    seen: list[tuple[object, object]] = []

    def noted(session: psycopg.Connection[object], watch: object) -> dict[str, TableCopy]:
        assert watch is None
        mine = session.execute("SHOW timescaledb.restoring").fetchone()
        again = make_conninfo(session.info.dsn, password=session.info.password)
        with psycopg.connect(again) as fresh:
            others = fresh.execute("SHOW timescaledb.restoring").fetchone()
        seen.append((mine, others))
        return copies(session)

    monkeypatch.setattr(restoring, "copies", noted)
    return seen


def one(dsn: str, query: str) -> object:
    with psycopg.connect(dsn) as session:
        found = session.execute(query).fetchone()
    assert found is not None
    return found[0]


@pytest.mark.parametrize("offered", [(), (OLD,)])
def test_a_version_that_is_not_there_is_refused_before_anything_is_dropped(
    source: str, empty: str, target: Target, offer: Offer, offered: tuple[str, ...]
) -> None:
    into = offer(empty, *offered) if offered else empty
    with psycopg.connect(into) as session:
        session.execute("CREATE TABLE diary AS SELECT 1 AS page")
    there = OLD if offered else "none"
    with pytest.raises(FatalError, match=f"needs timescaledb {NEW}, .* offers {there};") as told:
        restore(target, "latest", into, replace=True)
    assert not isinstance(told.value, SettingsError)
    assert one(into, "SELECT count(*) FROM diary") == 1
    assert one(source, ROWS) == 10


def test_another_version_is_replaced_and_jobs_wait_for_the_comparison(
    source: str, empty: str, target: Target, offer: Offer, read_while: list[tuple[object, object]]
) -> None:
    into = offer(empty, OLD, NEW)
    with psycopg.connect(into) as session:
        session.execute(f"CREATE EXTENSION timescaledb VERSION '{OLD}'")
    with pytest.raises(SettingsError, match=f"has timescaledb {OLD}, not {NEW}; --replace"):
        restore(target, "latest", into)
    assert restore(target, "latest", into, replace=True).differences == []
    assert read_while == [(("off",), ("on",))]
    version = "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'"
    assert one(into, version) == NEW
    assert one(into, ROWS) == 5
    assert one(into, "SELECT current_setting('timescaledb.restoring', true)") is None
    assert one(source, ROWS) == 10


def test_a_drill_never_runs_a_job(
    source: str, target: Target, read_while: list[tuple[object, object]]
) -> None:
    assert drill(target, "latest", source).differences == []
    assert read_while == [(("off",), ("on",))]
    with pytest.raises(psycopg.errors.RaiseException, match="a job ran in a drill"):
        run_jobs_in_a_drill(source)


def run_jobs_in_a_drill(source: str) -> None:
    """Proof that the stand-in would have told."""
    with psycopg.connect(source, autocommit=True) as session:
        session.execute("CREATE DATABASE heat_drill_proof TEMPLATE template0")
        try:
            with psycopg.connect(make_conninfo(source, dbname="heat_drill_proof")) as proof:
                proof.execute("CREATE EXTENSION timescaledb")
                proof.execute("SELECT timescaledb_post_restore()")
        finally:
            session.execute("DROP DATABASE heat_drill_proof WITH (FORCE)")


def test_jobs_run_again_when_the_comparison_failed(
    source: str, empty: str, target: Target, offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> dict[str, TableCopy]:
        raise FatalError("cut off")

    monkeypatch.setattr(restoring, "copies", broken)
    into = offer(empty, OLD, NEW)
    with pytest.raises(FatalError, match="cut off"):
        restore(target, "latest", into)
    assert one(into, ROWS) == 5
    assert one(source, ROWS) == 10
