"""Bringing a backup back: judged before, in one transaction, compared after."""

import hashlib
import secrets
from contextlib import nullcontext
from dataclasses import dataclass
from typing import IO, Any, Final

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from deploy.backup import timescale
from deploy.backup.contents import Watch, copies, differences, extensions, is_empty
from deploy.backup.database import connected, version
from deploy.backup.manifest import Manifest, TableCopy
from deploy.backup.programs import Run, Tool, major_of, tool_for
from deploy.backup.target import Target
from schemas.errors import FatalError, RetriableError, SettingsError
from sinks.migrate import LOCK as MIGRATION_LOCK

INTO: Final = "--into"
DRILL: Final = "heat_drill_"
# Workers of the server and of extensions, among them a scheduler that never leaves, do not count.
OTHERS: Final = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type IN ('client backend', 'walsender')
"""
SCHEMAS: Final = """
    SELECT nspname FROM pg_namespace
    WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_'
"""
LEFT_OVER: Final = """
    SELECT datname FROM pg_database d WHERE starts_with(datname, %s)
    AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname)
"""

Way = tuple[tuple[str, ...], bool]  # arguments of pg_restore, and whether it may complain


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: which backup, and in what the database differs from its manifest."""

    manifest: Manifest
    differences: list[str]
    complaints: list[str]  # of pg_restore, where it may go on after one


def restore(
    target: Target,
    name: str,
    into: str,
    *,
    replace: bool = False,
    resume: bool = True,
    watch: Watch | None = None,
) -> Restored:
    """Raises SettingsError for a database that has something in it, FatalError for a backup whose
    bytes are not those that were written or that the server lacks an extension for; then nothing
    was touched. Jobs of the database run after the comparison, if they are to `resume`."""
    manifest = target.read(name)
    with target.opened(manifest) as dump:
        verify(manifest, dump)
        # The first session only holds the lock: what it dropped, it may have loaded a library of.
        with connected(into, INTO) as guard:
            server = major_of(version(guard))
            tool = tool_for("pg_restore", max(server, major_of(manifest.tool)))
            _claim(guard, manifest, replace=replace)
            way = _way(tool, server, manifest)
            complaints = _filled(tool, way, manifest, dump, into)
            found = _read(manifest, into, watch, resume=resume)
    return Restored(manifest, differences(manifest.tables, found), complaints)


def drill(target: Target, name: str, server: str, watch: Watch | None = None) -> Restored:
    """Restore into a fresh database beside the others of the server, compare, drop it."""
    fresh = f"{DRILL}{secrets.token_hex(4)}"
    with connected(server, "HEAT_DATABASE__DSN") as session:
        for (old,) in session.execute(LEFT_OVER, (DRILL,)).fetchall():
            _drop(session, old)
        session.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(_named(fresh)))
        try:
            into = make_conninfo(server, dbname=fresh)
            return restore(target, name, into, resume=False, watch=watch)
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


def _claim(session: psycopg.Connection[Any], manifest: Manifest, *, replace: bool) -> None:
    """A sink that starts meanwhile waits for its tables: the lock is that of the migrations."""
    found = session.execute("SELECT pg_try_advisory_lock(%s)", (MIGRATION_LOCK,)).fetchone()
    if found is None or not found[0]:
        raise RetriableError("the database is being migrated or restored by somebody else")
    timescale.refuse_unavailable(session, manifest)
    held = timescale.clash(session, manifest) if is_empty(session) else "is not empty"
    if held is None:
        return
    if not replace:
        raise SettingsError(
            f"{INTO}: the database {session.info.dbname} {held}; --replace deletes all in it"
        )
    others = session.execute(OTHERS).fetchone()
    if others is not None and others[0]:
        raise SettingsError(
            f"{INTO}: {others[0]} other sessions use {session.info.dbname}; stop the sinks first"
        )
    _cleared(session)


def _cleared(session: psycopg.Connection[Any]) -> None:
    with session.transaction():
        for name in extensions(session).keys() - {"plpgsql"}:
            session.execute(sql.SQL("DROP EXTENSION {} CASCADE").format(_named(name)))
        for (schema,) in session.execute(SCHEMAS).fetchall():
            session.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(_named(schema)))
        session.execute("CREATE SCHEMA public")


def _filled(tool: Tool, way: Way, manifest: Manifest, dump: IO[bytes], into: str) -> list[str]:
    wanted = timescale.wanted(manifest)
    if wanted is not None:
        with connected(into, INTO) as session:
            timescale.prepare(session, wanted)
    arguments, tolerant = way
    with Run(tool, into, *arguments, feed=dump) as run:
        return run.finish(tolerant=tolerant)


def _read(
    manifest: Manifest, into: str, watch: Watch | None, *, resume: bool
) -> dict[str, TableCopy]:
    """By a session that has seen nothing of the database from before it was filled."""
    with connected(into, INTO) as session:
        native = timescale.wanted(manifest) is None
        with nullcontext() if native else timescale.readable(session, resume=resume):
            session.execute("ANALYZE")
            return copies(session, watch)


def _way(tool: Tool, server: int, manifest: Manifest) -> Way:
    """All or nothing where that can be; where a complaint is usual, the comparison judges.

    A pg_restore from 17 on sets a parameter that servers before 17 do not know, and the catalogue
    of TimescaleDB is refilled beside rows that are there already.
    """
    plain = ("--no-owner", "--no-privileges")
    tolerant = timescale.wanted(manifest) is not None or server < 17 <= tool.major
    return (plain, True) if tolerant else ((*plain, "--single-transaction"), False)
