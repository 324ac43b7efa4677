"""A recording in a real log: between the right ticks, in the partition its key belongs to."""

from collections.abc import Sequence

import pytest

from producers.base.errors import LogError
from producers.file.publish import publish_recording
from producers.file.recording import sorted_by_known_time
from schemas.clock import INTERVAL_MS, tick_of
from schemas.records import RawMention, Record, Tick
from tests.producers.builders import NOON, raw_mention
from tests.producers.conftest import Log

N = tick_of(NOON)
MENTIONS = sorted_by_known_time(
    raw_mention(str(k), NOON + (k * 7 % 30) * INTERVAL_MS) for k in range(200)
)


def late(records: Sequence[Record]) -> list[str]:
    """Mentions that do not stand between the tick before their interval and its own."""
    last, out = -1, []
    for record in records:
        if isinstance(record, Tick):
            assert last in (-1, record.n - 1)
            last = record.n
        elif isinstance(record, RawMention) and tick_of(record.known_time) != last + 1:
            out.append(record.id)
    return out


def test_recording_stands_between_its_ticks_in_every_partition(log: Log) -> None:
    told: list[int] = []
    published = publish_recording(
        MENTIONS, log.kafka, "newsapi", progress=told.append, tail_ticks=5
    )
    partitions = [log.records("raw.newsapi", p) for p in (0, 1)]
    ticks = log.records("ticks")
    assert [t.n for t in ticks if isinstance(t, Tick)] == list(range(N - 1, N + 35))
    assert (published.mentions, published.ticks) == (200, len(ticks))
    assert (published.first, published.last) == (N - 1, N + 34)
    assert published.present == {"newsapi": 2}
    assert told[-1] == 200
    for records in partitions:
        assert isinstance(records[0], Tick)
        assert [r for r in records if isinstance(r, Tick)] == ticks
        assert late(records) == []
    found = [r for records in partitions for r in records if isinstance(r, RawMention)]
    assert sorted_by_known_time(found) == MENTIONS
    assert all(any(isinstance(r, RawMention) for r in records) for records in partitions)
    assert log.messages("raw.trades") == []


def test_paced_recording_is_the_same_log(log: Log) -> None:
    publish_recording(MENTIONS[:20], log.kafka, "newsapi", speed=6_000, tail_ticks=2)
    for partition in (0, 1):
        assert late(log.records("raw.newsapi", partition)) == []


def test_second_recording_in_one_namespace_is_refused(log: Log) -> None:
    publish_recording(MENTIONS[:2], log.kafka, "newsapi", tail_ticks=0)
    with pytest.raises(LogError, match="ticks is not empty"):
        publish_recording(MENTIONS[:2], log.kafka, "newsapi", tail_ticks=0)
