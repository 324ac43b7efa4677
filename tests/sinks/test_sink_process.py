"""The sinks as a user runs them: a process between a real broker and a real PostgreSQL."""

import math
import signal
from pathlib import Path

import psycopg
import pytest

from deploy.topics import apply, delete_namespace
from schemas.codec import encode
from sinks.catalogue import SINKS
from tests.schemas.examples import newest_examples
from tests.sinks.builders import heat, mention, raw_mention, tick
from tests.sinks.running import (
    Log,
    SinkProcess,
    assert_true_copy,
    caught_up,
    ids,
    offsets,
    wait_until,
)

ROOMY = 5_000_000
UNKNOWN_SCHEMA = bytes([0, 0, 0x0F, 0x42, 0x3F, 1, 2, 3])


def test_records_of_every_topic_become_rows_and_ticks_do_not(
    log: Log, postgres_dsn: str, tmp_path: Path
) -> None:
    examples = {record.schema_name: record for record in newest_examples()}
    for table in SINKS:
        record = examples[table.record.schema_name]
        log.append(table.topics[-1], [record, *([tick()] if table.carries_ticks else [])])
    log.append("mentions", [mention(1), tick(), mention(2, title="nul \0 inside"), tick()])
    log.append("raw.reddit", [raw_mention(1), tick(), raw_mention(2)])
    log.append("raw.reddit", [raw_mention(1, deleted=True)])
    with SinkProcess(log.kafka, postgres_dsn, tmp_path) as sink:
        for table in SINKS:
            name = table.name
            wait_until(lambda t=name: caught_up(log, postgres_dsn, t), f"{name} to be written")
        wait_until(lambda: sink.health()["status"] == "ok", "an ok in the health file")
        wait_until(lambda: sink.health()["rows"] >= len(SINKS) + 4, "the rows to be told")
        wait_until(lambda: sink.health()["lag"] == 0, "the lag to be told as gone")
        assert sink.health()["pid"] == sink.child.pid
        assert set(sink.health()["tables"]) == {table.name for table in SINKS}
        assert sink.stop() == 0
    extra = {"mentions": 2, "raw_mentions": 2}
    found = {table.name: len(ids(postgres_dsn, table.name)) for table in SINKS}
    assert found == {table.name: 1 + extra.get(table.name, 0) for table in SINKS}
    with psycopg.connect(postgres_dsn) as session:
        told = "SELECT id FROM raw_mentions WHERE deleted AND title = '' AND author IS NULL"
        assert session.execute(told).fetchall() == [("raw-00000001",)]


def test_what_cannot_be_a_row_is_set_aside_with_its_place_and_reason(
    log: Log, migrated_dsn: str, tmp_path: Path
) -> None:
    unindexable = "".join(f"{number:x}" for number in range(5000))
    poison = [
        (b"noise", "no Confluent frame"),
        (UNKNOWN_SCHEMA, "unknown schema id 999999"),
        (None, "no Confluent frame"),
        (b"", "no Confluent frame"),
        (encode(heat(1)), "a heat, not a mention"),
        (encode(mention(3))[:-4], "EOFError"),
        (b"\0" * ROOMY, "unknown schema id 0"),
        (encode(mention(4, event_time=2**60)), "years 1 to 9999"),
        (encode(mention(4, sentiment=math.nan)), "sentiment: nan is not a finite number"),
        (encode(mention(4, score=-math.inf)), "score: -inf is not a finite number"),
        (encode(mention(4, id="")), "id: it is empty"),
        (encode(mention(5, id=unindexable)), "refused as a row"),
    ]
    for value, _ in poison:
        log.append_bytes("mentions", value, b"key", 1)
        log.append_bytes("mentions", encode(mention(1)), None, 1)
    log.append_bytes("mentions", encode(mention(2, title="x" * ROOMY)), None, 1)
    with SinkProcess(log.kafka, migrated_dsn, tmp_path, "mentions") as sink:
        wait_until(lambda: caught_up(log, migrated_dsn), "the topic to be written")
        assert sink.stop() == 0
    assert sorted(ids(migrated_dsn)) == ["mention-00000001", "mention-00000002"]
    letters = {letter.offset: letter for letter in log.dead_letters("mentions")}
    assert sorted(letters) == [2 * number for number in range(len(poison))]
    for number, (value, reason) in enumerate(poison):
        letter = letters[2 * number]
        assert reason in letter.reason
        assert (letter.topic, letter.partition) == (log.name("mentions"), 1)
        assert (letter.value, letter.key) == (value, b"key")
        assert letter.group == log.name("sink-mentions")
    assert letters[2].schema_id == 999_999


def test_a_flood_stops_the_sink_and_leaves_the_offset_before_it(
    log: Log, migrated_dsn: str, tmp_path: Path
) -> None:
    log.append_bytes("mentions", encode(mention(1)), None, 0)
    for _ in range(101):
        log.append_bytes("mentions", UNKNOWN_SCHEMA, None, 0)
    with SinkProcess(log.kafka, migrated_dsn, tmp_path, "mentions") as sink:
        assert sink.ended() == 70
    assert "over 100 of 1000 messages cannot be read" in sink.words()
    assert "unknown schema id 999999" in sink.words()
    assert "Traceback" not in sink.words()
    assert offsets(migrated_dsn, log.name("sink-mentions"))[0] == 0
    with SinkProcess(log.kafka, migrated_dsn, tmp_path, "mentions", "--past-flood") as sink:
        wait_until(lambda: caught_up(log, migrated_dsn), "the flood to be set aside")
        assert sink.stop() == 0
    assert len(log.dead_letters("mentions")) == 101
    assert ids(migrated_dsn) == ["mention-00000001"]


def test_a_recreated_topic_is_refused_until_its_offsets_are_forgotten(
    log: Log, migrated_dsn: str, tmp_path: Path
) -> None:
    log.append("mentions", [mention(1)])
    with SinkProcess(log.kafka, migrated_dsn, tmp_path, "mentions") as sink:
        wait_until(lambda: caught_up(log, migrated_dsn), "the first topic to be written")
        assert sink.stop() == 0
    delete_namespace(log.kafka)
    apply(log.kafka)
    log.append("mentions", [mention(1), mention(2)])
    with SinkProcess(log.kafka, migrated_dsn, tmp_path, "mentions") as sink:
        assert sink.ended() == 70
    assert f"topic {log.name('mentions')} was recreated" in sink.words()
    assert "heat sink reset mentions" in sink.words()
    with psycopg.connect(migrated_dsn) as session:
        session.execute("DELETE FROM sink_offsets")
    with SinkProcess(log.kafka, migrated_dsn, tmp_path, "mentions") as sink:
        wait_until(lambda: caught_up(log, migrated_dsn), "the second topic to be written")
    assert_true_copy(log, migrated_dsn)


@pytest.mark.soak
def test_a_frozen_sink_that_lost_its_partitions_writes_nothing_on_waking(
    log: Log, migrated_dsn: str, tmp_path: Path
) -> None:
    """first: reads all ---- frozen ............ wakes, rejoins, shares with second
    second:                     joins, reads all ----"""
    log.append("mentions", map(mention, range(2000)))
    with SinkProcess(log.kafka, migrated_dsn, tmp_path, "mentions") as first:
        wait_until(lambda: caught_up(log, migrated_dsn), "the first thousand rows")
        log.append("mentions", map(mention, range(2000, 8000)), flush=False)
        first.signal(signal.SIGSTOP)
        with SinkProcess(log.kafka, migrated_dsn, tmp_path, "mentions") as second:
            log.append("mentions", map(mention, range(8000, 12_000)))
            wait_until(lambda: caught_up(log, migrated_dsn), "the second to take over")
            first.signal(signal.SIGCONT)
            log.append("mentions", map(mention, range(12_000, 16_000)))
            wait_until(
                lambda: len(first.partitions()) == 2 and len(second.partitions()) == 2,
                "the two to share the partitions",
            )
            log.append("mentions", map(mention, range(16_000, 20_000)))
            # The group may need another session's length to notice that nobody is away any more.
            wait_until(lambda: caught_up(log, migrated_dsn), "both to catch up", within_s=150.0)
            assert second.stop() == 0
            log.append("mentions", map(mention, range(20_000, 21_000)))
            wait_until(lambda: caught_up(log, migrated_dsn), "the first to take all back")
            assert first.stop() == 0
    assert_true_copy(log, migrated_dsn)
