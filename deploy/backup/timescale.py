"""What a restore owes TimescaleDB: the version of the backup, and no job before the comparison.

Read in its source of 2.2x. A session that has loaded the library of one version may not create
another version there, so that dropping and creating are for two sessions. In restoring mode no
scheduler runs a job, but rows of compressed chunks cannot be read either: the mode is a setting of
the database, which a single session may leave, and only that one then reads as always.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import sql

from deploy.backup.contents import extensions
from deploy.backup.manifest import Manifest
from schemas.errors import FatalError

NAME: Final = "timescaledb"
OFFERED: Final = "SELECT version FROM pg_available_extension_versions WHERE name = %s ORDER BY 1"


def wanted(manifest: Manifest) -> str | None:
    """The version that the backup needs; None for a backup of PostgreSQL alone."""
    return manifest.extensions.get(NAME)


def refuse_unavailable(session: psycopg.Connection[Any], manifest: Manifest) -> None:
    """Raises FatalError when the server cannot create the version that the backup has."""
    version = wanted(manifest)
    offered = [found for (found,) in session.execute(OFFERED, (NAME,)).fetchall()]
    if version is not None and version not in offered:
        raise FatalError(
            f"backup {manifest.name} needs {NAME} {version}, and the server offers"
            f" {', '.join(offered) or 'none'}; install {version} there. Nothing was touched"
        )


def clash(session: psycopg.Connection[Any], manifest: Manifest) -> str | None:
    """What stands in the way in a database that is empty but for what its template gave it."""
    version, there = wanted(manifest), extensions(session).get(NAME)
    if version is None or there in (None, version):
        return None
    return f"has {NAME} {there}, not {version}"


def prepare(session: psycopg.Connection[Any], version: str) -> None:
    """As its documentation has it: the extension in the same version, then the dump."""
    session.execute(
        sql.SQL("CREATE EXTENSION IF NOT EXISTS timescaledb VERSION {}").format(
            sql.Literal(version)
        )
    )
    session.execute("SELECT timescaledb_pre_restore()")


@contextmanager
def readable(session: psycopg.Connection[Any], *, resume: bool) -> Iterator[None]:
    """Every row can be read and no job runs; jobs run afterwards where they are to `resume`.

    They do even when the reading failed: in restoring mode a sink would write beside the chunks.
    """
    session.execute("SET timescaledb.restoring TO off")
    try:
        yield
    finally:
        if resume:
            session.execute("SELECT timescaledb_post_restore()")
