"""A restored database and the topics: sinks read on from the restored offsets, and lose nothing."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.backup.dump import back_up
from deploy.backup.restore import restore
from deploy.backup.target import Target
from deploy.topics import delete_namespace
from tests.sinks.builders import NOON, mention
from tests.sinks.running import (
    Log,
    SinkProcess,
    assert_true_copy,
    caught_up,
    ids,
    offsets,
    wait_until,
)


@pytest.fixture
def log(kafka_bootstrap: str) -> Iterator[Log]:
    made = Log(kafka_bootstrap, f"backup-{uuid4().hex[:8]}")
    yield made
    made.close()
    delete_namespace(made.kafka)


@pytest.mark.soak
def test_sinks_catch_up_from_the_restored_offsets(
    log: Log, postgres_dsn: str, empty: str, target: Target, tmp_path: Path
) -> None:
    log.append("mentions", map(mention, range(2000)))
    with SinkProcess(log.kafka, postgres_dsn, tmp_path, "mentions") as sink:
        wait_until(lambda: caught_up(log, postgres_dsn), "the first rows")
        log.append("mentions", map(mention, range(2000, 8_000)))
        made = back_up(postgres_dsn, target, NOON)  # beside a sink that writes
        wait_until(lambda: caught_up(log, postgres_dsn), "all rows")
        assert sink.stop() == 0
    assert restore(target, made.name, empty).differences == []
    group = log.name("sink-mentions")
    behind = sum(log.ends("mentions").values()) - sum(offsets(empty, group).values())
    assert behind == 8_000 - made.tables["mentions"].rows == 8_000 - len(ids(empty))
    log.append("mentions", map(mention, range(7_000, 9_000)))
    with SinkProcess(log.kafka, empty, tmp_path, "mentions") as sink:
        wait_until(lambda: caught_up(log, empty), "the restored table to catch up")
        assert sink.stop() == 0
    assert behind > 0
    assert_true_copy(log, empty)
    assert len(ids(empty)) == 9_000
