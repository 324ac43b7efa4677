"""Connections to a database that is dumped or restored, with errors that quote no secret."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg

from schemas.errors import RetriableError, SettingsError

CONNECT_WITHIN_S: Final = 5


@contextmanager
def connected(dsn: str, setting: str) -> Iterator[psycopg.Connection[Any]]:
    """A session that commits each statement. `setting` is named when the string is none."""
    try:
        session = psycopg.connect(
            dsn, autocommit=True, connect_timeout=CONNECT_WITHIN_S, application_name="heat-backup"
        )
    except psycopg.ProgrammingError:
        # The parser's complaint may quote the whole string, password and all.
        raise SettingsError(f"{setting}: not a PostgreSQL connection string") from None
    except psycopg.Error as error:
        raise told(error) from None
    try:
        with session:
            session.execute("SET client_min_messages = 'error'")
            yield session
    except psycopg.Error as error:
        raise told(error) from None


def told(error: psycopg.Error) -> RetriableError:
    return RetriableError(f"the database: {' '.join(str(error).split()) or type(error).__name__}")


def version(session: psycopg.Connection[Any]) -> str:
    """Such as `18.4`, whatever the distribution writes behind it."""
    found = session.execute("SHOW server_version").fetchone()
    return str(found[0]).split()[0] if found else ""
