"""A namespace per test on the session's broker, and a database server that a test may crash."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.local.child import Child
from deploy.local.stack import Stack
from deploy.topics import delete_namespace
from tests.databases import database
from tests.sinks.running import Log


@pytest.fixture
def log(kafka_bootstrap: str) -> Iterator[Log]:
    made = Log(kafka_bootstrap, f"sinks-{uuid4().hex[:8]}")
    yield made
    made.close()
    delete_namespace(made.kafka)


@pytest.fixture(scope="module")
def tables_dsn(postgres_server: str, tables_template: str) -> Iterator[str]:
    """A database with all tables for the tests of one file; whoever writes a table empties it."""
    with database(postgres_server, tables_template) as dsn:
        yield dsn


class OwnServer:
    """A PostgreSQL of this test alone, which it may crash and bring back."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.dsn = stack.postgres_dsn

    def crash(self) -> None:
        child = self._stack.children["postgres"]
        os.kill(child.pid, signal.SIGQUIT)  # "immediate": no checkpoint, sessions cut
        child.wait_stopped(30)

    def start(self) -> None:
        self._stack.children["postgres"] = Child(self._stack.children["postgres"].program)
        self._stack.children["postgres"].wait_ready()


@pytest.fixture
def own_server() -> Iterator[OwnServer]:
    # The folders above must let the server's own account through, which pytest's do not.
    folder = Path(tempfile.mkdtemp(prefix="heat-test-"))
    try:
        with Stack(folder, parts={"postgres"}, usual_ports=False, durable=False) as stack:
            yield OwnServer(stack)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
