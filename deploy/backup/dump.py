"""Making a backup: one snapshot, dumped and counted at the same time, then put away."""

import hashlib
import os
import tempfile
from typing import IO, Any, Final

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
    # A file without a name: what is killed here leaves nothing of the database lying about.
    with connected(dsn, SETTING) as session, tempfile.TemporaryFile() as dump:
        _lock(session)
        manifest = _dumped(session, dsn, dump, now, watch)
        target.add(manifest, dump)
        target.rotate(session.info.dbname, now)
    return manifest


def _lock(session: psycopg.Connection[Any]) -> None:
    """The server gives it back with the connection: a killed backup blocks none."""
    found = session.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
    if found is None or not found[0]:
        raise RetriableError("another backup of this database is being made")


def _dumped(
    session: psycopg.Connection[Any], dsn: str, dump: IO[bytes], now: Millis, watch: Watch | None
) -> Manifest:
    """pg_dump and the digests look at the same snapshot, so that both tell of the same rows."""
    server = version(session)
    tool = tool_for("pg_dump", major_of(server))
    with session.transaction():
        session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = session.execute("SELECT pg_export_snapshot()").fetchone()
        assert found is not None
        arguments = ("--format=custom", f"--snapshot={found[0]}", "--lock-wait-timeout=60s")
        with Run(tool, dsn, *arguments, out=dump) as run:
            tables = copies(session, watch)
            run.finish()
        return _manifest(session, tool, dump, now, tables)


def _manifest(
    session: psycopg.Connection[Any],
    tool: Tool,
    dump: IO[bytes],
    now: Millis,
    tables: dict[str, TableCopy],
) -> Manifest:
    size = dump.seek(0, os.SEEK_END)
    dump.seek(0)
    digest = hashlib.file_digest(dump, "sha256").hexdigest()  # type: ignore[arg-type]  # any file
    return Manifest(
        name=name_of(session.info.dbname, now),
        made_at=iso(now),
        server=version(session),
        tool=tool.version,
        code_version=CODE_VERSION,
        size=size,
        sha256=digest,
        extensions=extensions(session),
        tables=tables,
    )
