"""Making a backup: one snapshot, dumped and counted at the same time, then put away."""

import hashlib
import tempfile
from pathlib import Path
from typing import Any, Final

import psycopg

from deploy.backup.contents import Watch, copies, extensions
from deploy.backup.database import connected, version
from deploy.backup.manifest import Manifest, TableCopy, name_of
from deploy.backup.programs import Run, Tool, major_of, tool_for
from deploy.backup.target import Target
from schemas.clock import Millis, iso
from schemas.errors import RetriableError
from schemas.version import CODE_VERSION

LOCK: Final = 0x48454142  # "HEAB"; any number nobody else locks
SETTING: Final = "HEAT_DATABASE__DSN"


def back_up(dsn: str, target: Target, now: Millis, watch: Watch | None = None) -> Manifest:
    """Dump, put away, rotate. Raises RetriableError when another backup is being made."""
    with connected(dsn, SETTING) as session, tempfile.TemporaryDirectory() as folder:
        _lock(session)
        dump = Path(folder) / "dump"
        manifest = _dumped(session, dsn, dump, now, watch)
        with dump.open("rb") as body:
            target.add(manifest, body)
        target.rotate(session.info.dbname, now)
    return manifest


def _lock(session: psycopg.Connection[Any]) -> None:
    """The server gives it back with the connection: a killed backup blocks none."""
    found = session.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
    if found is None or not found[0]:
        raise RetriableError("another backup of this database is being made")


def _dumped(
    session: psycopg.Connection[Any], dsn: str, dump: Path, now: Millis, watch: Watch | None
) -> Manifest:
    """pg_dump and the digests look at the same snapshot, so that both tell of the same rows."""
    server = version(session)
    tool = tool_for("pg_dump", major_of(server))
    with session.transaction():
        session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = session.execute("SELECT pg_export_snapshot()").fetchone()
        assert found is not None
        with Run(tool, dsn, *_arguments(dump, found[0])) as run:
            tables = copies(session, watch)
            run.finish()
        return _manifest(session, tool, dump, now, tables)


def _arguments(dump: Path, snapshot: str) -> tuple[str, ...]:
    return (
        "--format=custom",
        f"--file={dump}",
        f"--snapshot={snapshot}",
        "--lock-wait-timeout=60s",
    )


def _manifest(
    session: psycopg.Connection[Any],
    tool: Tool,
    dump: Path,
    now: Millis,
    tables: dict[str, TableCopy],
) -> Manifest:
    with dump.open("rb") as body:
        digest = hashlib.file_digest(body, "sha256").hexdigest()
    return Manifest(
        name=name_of(session.info.dbname, now),
        made_at=iso(now),
        server=version(session),
        tool=tool.version,
        code_version=CODE_VERSION,
        size=dump.stat().st_size,
        sha256=digest,
        extensions=extensions(session),
        tables=tables,
    )
