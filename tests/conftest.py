"""Real servers for tests: a broker, a PostgreSQL, a Redis per session, started when asked for."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import settings
from redis import Redis

from deploy.local.home import Home
from deploy.local.stack import Stack
from tests.databases import database

STACK_FIXTURES = {"kafka_bootstrap", "postgres_server", "redis_url"}
PREFIX = "heat-test-"
# A broker of a minute compiles for an hour: half of its time. Every Java below us reads this.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")
# An example that was slow on a busy machine found no fault.
settings.register_profile("unhurried", settings(), deadline=None)
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for a server is an integration test."""
    for test in items:
        if STACK_FIXTURES & set(getattr(test, "fixturenames", ())):
            test.add_marker(pytest.mark.integration)


@contextmanager
def _running(part: str) -> Iterator[Stack]:
    """Any free port, a folder of its own; children die with pytest, whatever ends it."""
    _remove_homes_of_killed_sessions()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        with Stack(folder, parts={part}, usual_ports=False, durable=False) as stack:
            yield stack
            for child in stack.children.values():  # what they would save is thrown away
                os.kill(child.pid, child.program.orphan_signal)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_homes_of_killed_sessions() -> None:
    """A state file that nobody holds the lock of tells of a session that could not clean up."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        home = Home(folder)
        if home.state_file.exists() and not home.is_held():
            home.mend()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def kafka_bootstrap() -> Iterator[str]:
    """host:port of a real broker, shared by the session: take a namespace of your own in it."""
    with _running("kafka") as stack:
        yield stack.kafka_bootstrap


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A DSN of the session's database server, for making databases."""
    with _running("postgres") as stack:
        yield stack.postgres_dsn


@pytest.fixture
def postgres_dsn(postgres_server: str) -> Iterator[str]:
    """A fresh empty database."""
    with database(postgres_server) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def tables_template(postgres_server: str) -> Iterator[str]:
    """The name of a database that was migrated once, and that nobody connects to."""
    from sinks.migrate import migrate  # most tests need no database

    with database(postgres_server) as dsn:
        migrate(dsn)
        yield urlsplit(dsn).path.removeprefix("/")


@pytest.fixture
def migrated_dsn(postgres_server: str, tables_template: str) -> Iterator[str]:
    """A fresh database with all tables, empty."""
    with database(postgres_server, tables_template) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """The session's Redis."""
    with _running("redis") as stack:
        yield stack.redis_url


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """An empty Redis."""
    with Redis.from_url(redis_server) as client:
        client.flushall()
    return redis_server


@pytest.fixture
def heat_here(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`heat` in this process, with these settings alone: one of its own takes seconds to start."""
    from deploy.cli.main import main  # most tests need no command

    def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        with monkeypatch.context() as shell:
            for name in filter(lambda name: name.startswith("HEAT_"), tuple(os.environ)):
                shell.delenv(name)
            for name, value in settings.items():
                shell.setenv(name, value)
            shell.setattr(sys, "argv", ["heat", *words])
            capsys.readouterr()
            try:
                main()
                code = 0
            except SystemExit as ended:
                code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
            told = capsys.readouterr()
        return subprocess.CompletedProcess(words, code, told.out, told.err)

    return run
