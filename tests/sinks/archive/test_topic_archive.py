"""A topic into its archive: every message once, whatever happens on the way."""

from contextlib import suppress
from pathlib import Path

import pytest

from schemas.clock import HOUR_MS
from schemas.codec import decode
from schemas.errors import FatalError, UndecodableError
from schemas.records import Record
from sinks.archive.chain import Chain, OvertakenError
from sinks.archive.segment import Message
from sinks.archive.store import Store
from sinks.archive.topic_archive import Extent, SealPolicy
from tests.builders import NOON, raw
from tests.sinks.archive.building import (
    LATER,
    TOPIC,
    KilledError,
    MortalStore,
    archive_of,
    archived,
    contents,
    extent,
    feed,
    message,
    problems,
    section,
    some_log,
)


def expected(log: list[Message]) -> list[tuple[int, int, Record | None]]:
    def record(value: bytes | None) -> Record | None:
        try:
            return decode(value)
        except UndecodableError:
            return None

    found = [(one.partition, one.offset, record(one.value)) for one in log]
    return sorted(found, key=lambda one: one[:2])


def test_what_was_on_the_topic_is_in_the_archive_in_files_of_their_hour(tmp_path: Path) -> None:
    log = some_log(40)
    store = Store(section(tmp_path))
    archived(store, log)
    assert contents(store) == expected(log)
    assert problems(store) == []
    folders = {path.rpartition("/")[0] for path in store.names(TOPIC) if path.endswith(".avro")}
    assert folders == {
        f"{TOPIC}/{kind}/date=2026-03-14/hour={hour}"
        for kind in ("raw-mention", "tick")
        for hour in range(12, 19)
    }


def test_what_is_no_record_of_ours_is_kept_with_its_bytes_and_the_reason(tmp_path: Path) -> None:
    log = [message(0, raw()), message(1, b"noise"), message(2, None, key=None), message(3, b"")]
    store = Store(section(tmp_path))
    archived(store, log)
    assert contents(store) == expected(log)
    assert problems(store) == []
    [file] = [f for f in Chain(store, TOPIC).holding().files.values() if f.kind == "unreadable"]
    assert file.records == 3


@pytest.mark.parametrize("behind", [False, True], ids=["alone", "with a second one behind it"])
def test_killed_at_every_change_of_the_store_nothing_is_lost_and_nothing_is_there_twice(
    tmp_path: Path, behind: bool
) -> None:
    log, lives = some_log(30), 0
    whole = MortalStore(section(tmp_path / "whole"))
    archived(whole, log)
    while True:
        folder = tmp_path / str(lives)
        try:
            archived(MortalStore(section(folder), lives), log)
        except KilledError:
            lives += 1
        else:
            break
        if behind:
            with suppress(KilledError):
                archived(MortalStore(section(folder), lives // 2), log)
        store = Store(section(folder))
        archived(store, log)
        assert contents(store) == expected(log)
        assert [p for p in problems(store) if "_pending" not in p] == []
    assert lives == whole.changes >= 25


def test_a_file_that_came_to_nothing_is_seen_by_nobody_and_removed_later(tmp_path: Path) -> None:
    log = some_log(6, every_ms=1)
    with pytest.raises(KilledError):
        archived(MortalStore(section(tmp_path), 1), log)
    store = Store(section(tmp_path))
    assert [p for p in store.names("") if p.endswith(".avro")] != []
    assert all("/_pending/" in path for path in store.names(""))
    (tmp_path / TOPIC / "_pending" / "notes.txt").write_text("somebody's own")
    made = archive_of(store)
    put_at = max(at for _, at in store.dated(TOPIC))
    made.begin(extent(log), put_at + HOUR_MS)
    assert len(store.names(TOPIC)) == 2
    made.begin(extent(log), put_at + 7 * HOUR_MS)
    assert store.names(TOPIC) == [f"{TOPIC}/_pending/notes.txt"]


def test_of_two_archives_of_a_topic_one_writes_and_the_other_reads_on_behind_it(
    tmp_path: Path,
) -> None:
    log, store = some_log(30), Store(section(tmp_path))
    first, second = archive_of(store), archive_of(store)
    for one in (first, second):
        one.begin(extent(log), LATER)
        for each in log[:12]:
            one.take(each, LATER, 0.0)
    assert first.settle(LATER, 0.0, all_of_it=True) > 0
    with pytest.raises(OvertakenError):
        second.settle(LATER + 1, 0.0, all_of_it=True)
    second.begin(extent(log), LATER)
    assert second.places == {0: 6, 1: 6}
    feed(second, log)
    assert contents(store) == expected(log)
    assert problems(store) == []


def test_a_file_that_grows_is_sealed_at_its_age_and_at_its_size(tmp_path: Path) -> None:
    store = Store(section(tmp_path))
    made = archive_of(store, policy=SealPolicy(max_age_s=60, max_bytes=1 << 40))
    log = some_log(4, every_ms=1)
    made.begin(extent(log), NOON + 1)
    for one in log:
        made.take(one, NOON + 1, clock=5.0)
    assert made.settle(NOON + 1, 64.9) == 0
    assert made.settle(NOON + 1, 65.0) == 1
    small = archive_of(store, "raw.x", SealPolicy(max_age_s=1e9, max_bytes=1))
    small.begin(extent(log), NOON + 1)
    small.take(log[0], NOON + 1, 0.0)
    assert small.settle(NOON + 1, 0.0) == 1


def test_an_open_hour_waits_for_the_partition_that_is_behind(tmp_path: Path) -> None:
    store = Store(section(tmp_path))
    made = archive_of(store)
    now = NOON + 2 * HOUR_MS
    made.begin(Extent("one", {0: 0, 1: 0}, {0: 2, 1: 2}), now)
    made.take(message(0, raw(), 1, NOON), now, 0.0)
    made.take(message(0, raw(), 0, NOON), now, 0.0)
    made.take(message(1, raw(), 0, NOON + HOUR_MS), now, 0.0)
    assert made.settle(now, 0.0) == 0
    made.ended(1, 1)
    assert made.settle(now, 0.0) == 1


def test_a_clock_that_is_ahead_does_not_open_hours_to_come(tmp_path: Path) -> None:
    store = Store(section(tmp_path))
    log = [message(0, raw(), 0, NOON + 10_000 * HOUR_MS), message(1, raw(), 0, NOON)]
    archived(store, log, now=NOON + 2 * HOUR_MS)
    made = archive_of(store)
    made.begin(extent(log), LATER)
    feed(made, log)
    paths = [path for path in store.names(TOPIC) if path.endswith(".avro")]
    assert {path.split("/")[3] for path in paths} == {"hour=14"}


def test_a_log_that_lost_its_end_stops_and_one_that_was_made_anew_goes_on(tmp_path: Path) -> None:
    log, store = some_log(6), Store(section(tmp_path))
    archived(store, log)
    with pytest.raises(FatalError, match="has lost its end"):
        archive_of(store).begin(extent(log[:2]), LATER)
    anew = archive_of(store)
    anew.begin(extent(log[:2], "two"), LATER)
    assert anew.places == {0: 0, 1: 0}
    feed(anew, log[:2])
    assert problems(store) == []
    assert contents(store) == expected(log[:2])  # of the topic as it is now


def test_what_expired_before_it_was_sealed_is_told_for_ever(tmp_path: Path) -> None:
    store = Store(section(tmp_path))
    archived(store, some_log(6))
    made = archive_of(store)
    made.begin(Extent("one", {0: 5, 1: 3}, {0: 6, 1: 3}), LATER)
    feed(made, [message(5, raw(), 0, LATER - HOUR_MS)])
    made.settle(LATER, 0.0, all_of_it=True)
    assert problems(store) == [
        f"{TOPIC}-0: offsets 3 to 4 had expired before entry {made._head.number} could have them"
    ]
