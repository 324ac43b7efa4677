"""Bringing a backup back: judged before, in one transaction, compared after."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import IO, Any, Final

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from deploy.backup.contents import Watch, copies, differences, extensions, is_empty
from deploy.backup.database import connected, version
from deploy.backup.manifest import Manifest
from deploy.backup.programs import Run, Tool, major_of, tool_for
from deploy.backup.target import Target
from schemas.errors import FatalError, RetriableError, SettingsError
from sinks.migrate import LOCK as MIGRATION_LOCK

INTO: Final = "--into"
DRILL: Final = "heat_drill_"
TIMESCALE: Final = "timescaledb"
OTHERS: Final = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
SCHEMAS: Final = """
    SELECT nspname FROM pg_namespace
    WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_'
"""
LEFT_OVER: Final = """
    SELECT datname FROM pg_database d WHERE starts_with(datname, %s)
    AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname)
"""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: which backup, and in what the database differs from its manifest."""

    manifest: Manifest
    differences: list[str]
    complaints: list[str]  # of pg_restore, where it may go on after one


def restore(
    target: Target, name: str, into: str, *, replace: bool = False, watch: Watch | None = None
) -> Restored:
    """Raises SettingsError for a database that has something in it, FatalError for a backup whose
    bytes are not those that were written; then nothing was touched."""
    manifest = target.read(name)
    with target.opened(manifest) as dump:
        verify(manifest, dump)
        with connected(into, INTO) as session:
            _claim(session, replace=replace)
            complaints = _filled(session, manifest, dump, into)
            session.execute("ANALYZE")
            found = copies(session, watch)
    return Restored(manifest, differences(manifest.tables, found), complaints)


def drill(target: Target, name: str, server: str, watch: Watch | None = None) -> Restored:
    """Restore into a fresh database beside the others of the server, compare, drop it."""
    fresh = f"{DRILL}{secrets.token_hex(4)}"
    with connected(server, "HEAT_DATABASE__DSN") as session:
        for (old,) in session.execute(LEFT_OVER, (DRILL,)).fetchall():
            _drop(session, old)
        session.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(_named(fresh)))
        try:
            return restore(target, name, make_conninfo(server, dbname=fresh), watch=watch)
        finally:
            _drop(session, fresh)


def verify(manifest: Manifest, dump: IO[bytes]) -> None:
    """Raises FatalError when the dump is not what was put away."""
    digest = hashlib.file_digest(dump, "sha256").hexdigest()  # type: ignore[arg-type]  # any file
    size = dump.tell()
    dump.seek(0)
    if (size, digest) != (manifest.size, manifest.sha256):
        raise FatalError(
            f"backup {manifest.name} is damaged: its dump has {size} bytes with SHA-256 {digest},"
            f" not {manifest.size} with {manifest.sha256}"
        )


def _drop(session: psycopg.Connection[Any], database: str) -> None:
    session.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_named(database)))


def _named(name: str) -> sql.Identifier:
    return sql.Identifier(name)


def _claim(session: psycopg.Connection[Any], *, replace: bool) -> None:
    """A sink that starts meanwhile waits for its tables: the lock is that of the migrations."""
    found = session.execute("SELECT pg_try_advisory_lock(%s)", (MIGRATION_LOCK,)).fetchone()
    if found is None or not found[0]:
        raise RetriableError("the database is being migrated or restored by somebody else")
    if is_empty(session):
        return
    if not replace:
        raise SettingsError(
            f"{INTO}: the database {session.info.dbname} is not empty; --replace deletes all in it"
        )
    others = session.execute(OTHERS).fetchone()
    if others is not None and others[0]:
        raise SettingsError(
            f"{INTO}: {others[0]} other sessions use {session.info.dbname}; stop the sinks first"
        )
    with session.transaction():
        for name in extensions(session).keys() - {"plpgsql"}:
            session.execute(sql.SQL("DROP EXTENSION {} CASCADE").format(_named(name)))
        for (schema,) in session.execute(SCHEMAS).fetchall():
            session.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(_named(schema)))
        session.execute("CREATE SCHEMA public")


def _filled(
    session: psycopg.Connection[Any], manifest: Manifest, dump: IO[bytes], into: str
) -> list[str]:
    server = major_of(version(session))
    tool = tool_for("pg_restore", max(server, major_of(manifest.tool)))
    arguments, tolerant = _way(tool, server, manifest)
    timescale = TIMESCALE in manifest.extensions
    if timescale:
        _before_timescale(session, manifest.extensions[TIMESCALE])
    with Run(tool, into, *arguments, feed=dump) as run:
        complaints = run.finish(tolerant=tolerant)
    if timescale:
        session.execute("SELECT timescaledb_post_restore()")
    return complaints


def _way(tool: Tool, server: int, manifest: Manifest) -> tuple[tuple[str, ...], bool]:
    """All or nothing where that can be; where a complaint is usual, the comparison judges.

    A pg_restore from 17 on sets a parameter that servers before 17 do not know, and the catalogue
    of TimescaleDB is refilled beside rows that are there already.
    """
    plain = ("--no-owner", "--no-privileges")
    tolerant = TIMESCALE in manifest.extensions or server < 17 <= tool.major
    return (plain, True) if tolerant else ((*plain, "--single-transaction"), False)


def _before_timescale(session: psycopg.Connection[Any], wanted: str) -> None:
    """As its documentation has it (of 2.2x): the extension in the same version, then the dump."""
    session.execute(
        sql.SQL("CREATE EXTENSION IF NOT EXISTS timescaledb VERSION {}").format(sql.Literal(wanted))
    )
    session.execute("SELECT timescaledb_pre_restore()")
