"""A namespace per test on the session's broker, removed afterwards."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from deploy.topics import delete_namespace
from tests.sinks.running import Log


@pytest.fixture
def log(kafka_bootstrap: str) -> Iterator[Log]:
    made = Log(kafka_bootstrap, f"sinks-{uuid4().hex[:8]}")
    yield made
    delete_namespace(made.kafka)
