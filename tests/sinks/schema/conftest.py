"""A migrated database of one's own, in either way, copied from one that was migrated once."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from sinks.migrate import FIRST_VIEW, apply_steps, migrate
from sinks.storage.arrange import arrange
from sinks.storage.way import load_extension
from tests.sinks.schema.standin import FOLDER, StandInSession

Session = psycopg.Connection[Any]


def database(server: str, name: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def template(session: Session, server: str, standin: Path | None) -> str:
    """A migrated database that nobody writes to; its name."""
    name = f"template_{uuid4().hex[:12]}"
    session.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    if standin is None:
        migrate(database(server, name))
    else:
        offer(session, name, standin)
        migrate_to_stand_in(database(server, name))
    return name


def offer(session: Session, name: str, folder: Path) -> None:
    """The database finds the extension in our folder, and the license that it needs."""
    for setting, value in (
        ("extension_control_path", f"{folder}:$system"),
        ("timescaledb.license", "timescale"),
    ):
        session.execute(
            sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                sql.Identifier(name), sql.SQL(setting), sql.Literal(value)
            )
        )


def migrate_to_stand_in(dsn: str) -> None:
    """What `migrate` does, with a session that the stand-in understands."""
    apply_steps(dsn, lambda step: step < FIRST_VIEW)
    assert load_extension(dsn) is None
    with StandInSession.connect(dsn, autocommit=True) as guard:
        assert arrange(guard).timescale
    apply_steps(dsn, lambda step: step >= FIRST_VIEW)


@pytest.fixture(scope="session")
def standin() -> Iterator[Path]:
    """The stand-in's files where the server's own account can read them."""
    folder = Path(tempfile.mkdtemp(prefix="heat-test-standin-"))
    folder.chmod(0o755)
    try:
        shutil.copytree(FOLDER / "extension", folder / "extension")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def templates(postgres_server: str, standin: Path) -> Iterator[Callable[[str], str]]:
    """The migrated database of each way, made when it is first asked for."""
    made: dict[str, str] = {}
    with psycopg.connect(postgres_server, autocommit=True) as session:

        def of(way: str) -> str:
            if way not in made:
                folder = standin if way == "stand-in" else None
                made[way] = template(session, postgres_server, folder)
            return made[way]

        yield of
        for name in made.values():
            session.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def copied(server: str, name: str, folder: Path | None) -> Iterator[str]:
    fresh = f"copy_{uuid4().hex[:12]}"
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with psycopg.connect(server, autocommit=True) as session:
        session.execute(made.format(sql.Identifier(fresh), sql.Identifier(name)))
        if folder is not None:
            offer(session, fresh, folder)
        yield database(server, fresh)
        session.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(fresh)))


@pytest.fixture
def native_dsn(postgres_server: str, templates: Callable[[str], str]) -> Iterator[str]:
    """A migrated database of PostgreSQL alone, dropped afterwards whoever is connected."""
    with copied(postgres_server, templates("postgresql"), None) as dsn:
        yield dsn


@pytest.fixture
def standin_dsn(
    postgres_server: str, templates: Callable[[str], str], standin: Path
) -> Iterator[str]:
    """The same, migrated as with TimescaleDB: hypertables are taken down and stay plain tables."""
    with copied(postgres_server, templates("stand-in"), standin) as dsn:
        yield dsn


@pytest.fixture(params=["native_dsn", "standin_dsn"])
def dsn(request: pytest.FixtureRequest) -> str:
    """Either: what is tested with it holds in both ways."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def session(dsn: str) -> Iterator[Session]:
    with psycopg.connect(dsn, autocommit=True) as opened:
        opened.execute("SET TIME ZONE 'UTC'")
        yield opened
