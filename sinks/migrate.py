"""The tables, step by step: numbered SQL files, each applied once.

To change a table, add a file with the next number to `sinks/sql/`; a released file never changes
(a test holds its SHA-256). Two processes that start at once queue on an advisory lock, which the
server drops with the connection: a killed migration blocks nobody.

Between the tables and the views that people read, large tables are cut by time and their sums are
set up, with TimescaleDB or without: `sinks/storage`. A table by time that comes with a later file
is cut when all files are through.
"""

import logging
from collections.abc import Callable
from importlib.resources import as_file, files
from typing import Any, Final

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from yoyo import read_migrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import DatabaseURI

from schemas.errors import RetriableError, SettingsError
from sinks.storage.arrange import arrange
from sinks.storage.way import load_extension, way

LOCK: Final = 0x48454154  # "HEAT"; any number nobody else locks
LOCK_WAIT_MS: Final = 60_000
RECORD_OF_STEPS: Final = "_yoyo_migration"
FIRST_VIEW: Final = "0030"  # steps from here on read what `arrange` makes


def migrate(dsn: str, tell: Callable[[str], None] = lambda words: None) -> list[str]:
    """Apply what is missing; return the names of the applied files, oldest first.

    `tell` hears in which way the tables are cut by time, and why TimescaleDB was refused.
    """
    logging.getLogger("yoyo.migrations").setLevel(logging.WARNING)
    try:
        with psycopg.connect(dsn, autocommit=True, connect_timeout=5) as guard:
            guard.execute(sql.SQL("SET lock_timeout = {}").format(sql.Literal(LOCK_WAIT_MS)))
            guard.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
            refusal = load_extension(dsn)
            if refusal:
                tell(f"TimescaleDB could not be loaded: {refusal}")
            applied = _apply(dsn, guard)
            tell(way(guard).words)
    except psycopg.ProgrammingError as error:
        raise _misconfigured(error) from None
    except psycopg.OperationalError as error:
        raise RetriableError(f"the database cannot be migrated: {error}") from error
    return applied


def _misconfigured(error: psycopg.ProgrammingError) -> Exception:
    """Refusals of the server tell no secret; a parser's complaint may quote the whole string."""
    if error.sqlstate is None:
        return SettingsError("HEAT_DATABASE__DSN: not a PostgreSQL connection string")
    return error


def _apply(dsn: str, guard: psycopg.Connection[Any]) -> list[str]:
    tables = apply_steps(dsn, lambda step: step < FIRST_VIEW)
    arrange(guard)
    views = apply_steps(dsn, lambda step: step >= FIRST_VIEW)
    if views:
        arrange(guard)
    return tables + views


def apply_steps(dsn: str, wanted: Callable[[str], bool]) -> list[str]:
    """Of the steps whose name is wanted, those that are missing; nothing is cut by time here."""
    backend = PostgresqlPsycopgBackend(_address(dsn), RECORD_OF_STEPS)
    with backend:
        backend.init_database()
        with as_file(files("sinks").joinpath("sql")) as folder:
            steps = read_migrations(str(folder)).filter(lambda step: wanted(step.id))
            missing = backend.to_apply(steps)
            backend.apply_migrations(missing)
    return [step.id for step in missing]


def _address(dsn: str) -> DatabaseURI:
    """Every part of the string as the driver reads it: sockets, options and services included."""
    parts = conninfo_to_dict(dsn)
    return DatabaseURI(
        scheme="postgresql+psycopg",
        username=None,
        password=None,
        hostname=None,
        port=None,
        database=parts.pop("dbname", None),
        args={**parts, "connect_timeout": 5},
    )
