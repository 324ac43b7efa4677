"""Two databases of one server, and a folder for backups of one in the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.backup.target import Target
from schemas.settings import BackupSection
from tests.databases import database
from tests.gateway.filled import fill_table
from tests.sinks.builders import alert, mention


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
