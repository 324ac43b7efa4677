"""Two databases of one server, and a folder for backups of one in the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from deploy.backup.target import Target
from schemas.settings import BackupSection
from tests.gateway.filled import fill_table
from tests.sinks.builders import alert, mention


@contextmanager
def database(server: str) -> Iterator[str]:
    name = f"backup_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as session:
        session.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        session.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def filled(postgres_server: str) -> Iterator[str]:
    """A database with rows in it, of every kind of value. Tests leave its mentions as they are."""
    with database(postgres_server) as dsn:
        fill_table(dsn, "mentions", *(mention(n) for n in range(50)))
        fill_table(dsn, "alerts", alert(0), alert(1))
        yield dsn


@pytest.fixture
def empty(postgres_server: str) -> Iterator[str]:
    """A second database with nothing in it."""
    with database(postgres_server) as dsn:
        yield dsn


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return Target(BackupSection(address=str(tmp_path / "backups")))
