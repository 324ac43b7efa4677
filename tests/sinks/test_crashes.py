"""Killed, cut off, restarted: the table is the topic all the same."""

import random
import threading
from pathlib import Path

import psycopg
import pytest

from tests.sinks.builders import mention
from tests.sinks.conftest import OwnServer
from tests.sinks.running import (
    Log,
    SinkProcess,
    assert_true_copy,
    caught_up,
    wait_until,
)

SLICE = 500


def row_count(dsn: str) -> int:
    try:
        with psycopg.connect(dsn) as session:
            found = session.execute("SELECT count(*) FROM mentions").fetchone()
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
        return 0
    return int(found[0]) if found else 0


def feed(log: Log, dsn: str, count: int) -> threading.Thread:
    """Mentions in slices, never far ahead of the table, so that every kill meets a busy sink."""

    def append() -> None:
        for first in range(0, count, SLICE):
            wait_until(lambda f=first: row_count(dsn) >= f - 8 * SLICE, "the sink to follow", 120)
            log.append("mentions", map(mention, range(first, first + SLICE)))

    thread = threading.Thread(target=append, name="feed")
    thread.start()
    return thread


def survive(log: Log, server: OwnServer, folder: Path, count: int, kills: int, seed: int) -> None:
    """SIGKILL the sink at random rows; crash the server once, in the middle."""
    chance = random.Random(seed)
    moments = sorted(chance.sample(range(count // 20, count * 19 // 20), kills))
    feeding = feed(log, server.dsn, count)
    for number, moment in enumerate(moments):
        with SinkProcess(log.kafka, server.dsn, folder, "mentions") as sink:
            wait_until(lambda m=moment: row_count(server.dsn) >= m, f"row {moment}", 120)
            if number == kills // 2:
                server.crash()
                log.append("mentions", [mention(count)])  # an idle sink would miss nothing
                wait_until(lambda: sink.health()["status"] == "degraded", "the outage to be told")
                assert sink.child.poll() is None
                server.start()
                wait_until(lambda: sink.health()["status"] == "ok", "the sink to recover")
            threading.Event().wait(chance.uniform(0, 0.3))  # Into any part of a transaction.
    with SinkProcess(log.kafka, server.dsn, folder, "mentions") as sink:
        feeding.join(180)
        assert not feeding.is_alive()
        wait_until(lambda: caught_up(log, server.dsn), "the rest to be written", 120)
        assert sink.stop() == 0
    assert len(log.mention_ids()) == count + 1
    assert_true_copy(log, server.dsn)


def test_killed_at_random_moments_and_the_database_crashed_between(
    log: Log, own_server: OwnServer, tmp_path: Path
) -> None:
    survive(log, own_server, tmp_path, count=24_000, kills=2, seed=7)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(3))
def test_killed_many_times(log: Log, own_server: OwnServer, tmp_path: Path, seed: int) -> None:
    survive(log, own_server, tmp_path, count=200_000, kills=12, seed=seed)


def test_an_outage_pauses_and_keeps_the_membership(
    log: Log, own_server: OwnServer, tmp_path: Path
) -> None:
    log.append("mentions", map(mention, range(1000)))
    with SinkProcess(log.kafka, own_server.dsn, tmp_path, "mentions") as sink:
        wait_until(lambda: caught_up(log, own_server.dsn), "the first rows")
        own_server.crash()
        log.append("mentions", map(mention, range(1000, 30_000)))
        wait_until(lambda: sink.health()["status"] == "degraded", "the outage to be told")
        wait_until(lambda: sink.health()["lag"] == 29_000, "the true lag during the outage")
        wait_until(lambda: "Connection refused" in sink.health()["detail"], "its reason")
        assert sorted(sink.partitions()) == [0, 1, 2, 3]
        own_server.start()
        wait_until(lambda: caught_up(log, own_server.dsn), "the backlog to be written")
        wait_until(lambda: sink.health()["lag"] == 0, "no lag in the health file")
        assert sink.stop() == 0
    assert_true_copy(log, own_server.dsn)
