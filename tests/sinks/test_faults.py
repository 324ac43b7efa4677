"""Servers that fail in every way they can: the table is the topic all the same."""

import random
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.bench.sink_rows import real_shaped
from tests.sinks.builders import mention
from tests.sinks.conftest import OwnServer
from tests.sinks.running import (
    Log,
    SinkProcess,
    assert_true_copy,
    caught_up,
    offsets,
    wait_until,
)

# Statements are refused as by a full disk. A sequence outlives the rollback, so it can count them.
FULL = """
    CREATE SEQUENCE IF NOT EXISTS refusals;
    CREATE OR REPLACE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM nextval('refusals');
        RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full';
    END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON mentions_ids
        FOR EACH STATEMENT EXECUTE FUNCTION disk_is_full();
"""
ROOM_AGAIN = "DROP TRIGGER IF EXISTS full_disk ON mentions_ids"
REFUSALS = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM refusals"
CUT = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend'
"""


def asked(dsn: str, statement: str) -> int:
    with psycopg.connect(dsn, autocommit=True) as session:
        row = session.execute(statement).fetchone()
    return int(row[0]) if row else 0


def told(dsn: str, statement: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as session:
        session.execute(statement)


def read(log: Log, dsn: str) -> int:
    """How many messages are behind the table's offsets."""
    try:
        return sum(offsets(dsn, log.name("sink-mentions")).values())
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
        return 0


def test_a_full_disk_pauses_the_sink_and_loses_nothing(
    log: Log, migrated_dsn: str, tmp_path: Path
) -> None:
    told(migrated_dsn, FULL)
    log.append("mentions", map(mention, range(3_000)))
    with SinkProcess(log.kafka, migrated_dsn, tmp_path, "mentions") as sink:
        wait_until(lambda: asked(migrated_dsn, REFUSALS) >= 2, "two writes to be refused")
        wait_until(lambda: "No space left" in sink.health()["detail"], "the reason to be told")
        assert sink.health()["status"] == "degraded"
        assert read(log, migrated_dsn) == 0
        told(migrated_dsn, ROOM_AGAIN)
        wait_until(lambda: caught_up(log, migrated_dsn), "the backlog to be written")
        assert sink.stop() == 0
    assert log.dead_letters("mentions") == []
    assert_true_copy(log, migrated_dsn)


@pytest.mark.soak  # every run: test_crashes cuts them all, with the database
def test_connections_cut_at_any_moment_cost_nothing(
    log: Log, migrated_dsn: str, tmp_path: Path
) -> None:
    log.append("mentions", map(mention, range(40_000)))
    cuts = 0
    with SinkProcess(log.kafka, migrated_dsn, tmp_path, "mentions") as sink:
        wait_until(lambda: read(log, migrated_dsn) > 0, "the first rows")
        while not caught_up(log, migrated_dsn):
            cuts += asked(migrated_dsn, CUT)
            before = read(log, migrated_dsn)
            wait_until(
                lambda b=before: read(log, migrated_dsn) > b or caught_up(log, migrated_dsn),
                "the sink to go on",
            )
        assert cuts > 0
        assert sink.stop() == 0
    assert log.dead_letters("mentions") == []
    assert_true_copy(log, migrated_dsn)


class Trouble:
    """A sink and its database, and what may befall them. Each returns when it has happened."""

    def __init__(self, log: Log, server: OwnServer, folder: Path, chance: random.Random) -> None:
        self._log, self._server, self._folder, self._chance = log, server, folder, chance
        self.sink = SinkProcess(log.kafka, server.dsn, folder, "mentions")
        self.fired: dict[str, int] = {}

    def strike(self) -> None:
        kinds: list[Callable[[], None]] = [self.kill, self.crash, self.cut, self.fill_disk]
        befallen = self._chance.choice(kinds)
        threading.Event().wait(self._chance.uniform(0, 0.3))  # Into any part of a transaction.
        befallen()
        self.fired[befallen.__name__] = self.fired.get(befallen.__name__, 0) + 1

    def kill(self) -> None:
        self.sink.kill()
        self.sink = SinkProcess(self._log.kafka, self._server.dsn, self._folder, "mentions")

    def crash(self) -> None:
        self._server.crash()
        wait_until(lambda: self.sink.health()["status"] == "degraded", "the outage to be told")
        self._server.start()

    def cut(self) -> None:
        wait_until(lambda: asked(self._server.dsn, CUT) > 0, "a connection to cut")

    def fill_disk(self) -> None:
        told(self._server.dsn, FULL)
        before = asked(self._server.dsn, REFUSALS)
        wait_until(lambda: asked(self._server.dsn, REFUSALS) > before, "a write to be refused")
        told(self._server.dsn, ROOM_AGAIN)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [11])
def test_a_million_mentions_through_every_trouble(
    log: Log, own_server: OwnServer, tmp_path: Path, seed: int
) -> None:
    count, strikes = 1_000_000, 24
    chance = random.Random(seed)
    log.append("mentions", real_shaped(count))
    trouble = Trouble(log, own_server, tmp_path, chance)
    try:
        for moment in sorted(chance.sample(range(count // 50, count * 49 // 50), strikes)):
            wait_until(lambda m=moment: read(log, own_server.dsn) >= m, f"row {moment}", 600)
            trouble.strike()
        wait_until(lambda: caught_up(log, own_server.dsn), "the rest to be written", 600)
        assert trouble.sink.stop() == 0
    finally:
        trouble.sink.kill()
    assert sum(trouble.fired.values()) == strikes
    assert set(trouble.fired) == {"kill", "crash", "cut", "fill_disk"}
    assert log.dead_letters("mentions") == []
    assert len(log.mention_ids()) == count
    assert_true_copy(log, own_server.dsn)
