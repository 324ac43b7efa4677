"""However proposals are laid out, cut, interrupted or repeated, the alerts are the reference's."""

import random
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codec import decode, encode
from schemas.records import Alert, Proposal, Tick
from streams.core.intervals import NOTHING_PENDING
from streams.core.stories import BOOK, CLOCK, StoryPartition
from streams.core.storybook import Storybook
from tests.builders import POLL
from tests.streams.core.openings import CONFIG, day, proposal, tick

Log = list[Proposal | Tick]
LAST = 200  # polls; later than any proposal


def payloads(alerts: list[Alert]) -> dict[str, bytes]:
    """By id; one id never has two payloads."""
    found: dict[str, bytes] = {}
    for alert in alerts:
        payload = encode(alert)
        assert found.setdefault(alert.id, payload) == payload
    return found


def reference(told: list[Proposal]) -> list[Alert]:
    """Poll by poll, from all proposals at once."""
    book, out = Storybook(), []
    for n in sorted({p.tick for p in told}):
        mine = [p for p in told if p.tick == n]
        ordered = sorted(mine, key=lambda p: (p.entity_id, p.alert.step if p.alert else -1))
        out += book.fold(n, ordered, CONFIG)
    return out


def log_of(told: list[Proposal], partitions: int, rnd: random.Random) -> Log:
    """What that many partitions of mentions would write, interleaved at random, with copies."""
    streams: list[Log] = [[] for _ in range(partitions)]
    for poll in range(LAST):
        for p in told:
            if p.tick == POLL + 5 * poll:
                stream = streams[crc32(p.entity_id.encode()) % partitions]
                stream.append(p)
        for k, stream in enumerate(streams):
            if poll == LAST - 1 or rnd.random() < 0.6:  # one close may pass several polls
                again = [r for r in stream[-3:] if isinstance(r, Proposal) and rnd.random() < 0.2]
                stream += [tick(poll, k, partitions), *again]
    turns = [k for k, stream in enumerate(streams) for _ in stream]
    rnd.shuffle(turns)
    readers = [iter(stream) for stream in streams]
    return [next(readers[k]) for k in turns]


def run_with_crashes(log: Log, rnd: random.Random, crashes: int) -> list[Alert]:
    """Chunks of any size; a crash loses what was not stored and reads again from the commit."""
    rows: dict[bytes, bytes] = {}
    out: list[Alert] = []
    committed = at = 0
    partition = StoryPartition(CONFIG, rows)
    falls = sorted(rnd.sample(range(len(log)), min(crashes, len(log))))
    while at < len(log):
        end = min(at + rnd.randrange(1, 40), len(log))
        for offset in range(at, end):
            record = log[offset]
            if isinstance(record, Tick):
                partition.tick(record)
            else:
                partition.proposal(record, offset)
        out += partition.close()
        written = partition.take_rows()
        crash = bool(falls) and end > falls[0]
        if crash and falls.pop(0) >= 0:
            written = written[: rnd.randrange(len(written) + 1)]  # cut short within the rows
        rows |= {row.key: row.value for row in written if row.value is not None}
        if crash:
            partition, at = StoryPartition(CONFIG, rows), committed
        else:
            committed, at = min(max(committed, end), partition.hold()), end
    return out


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), partitions=st.integers(1, 5), crashes=st.integers(0, 8))
def test_partitions_chunks_copies_and_crashes_change_no_alert(
    seed: int, partitions: int, crashes: int
) -> None:
    told, rnd = day(seed), random.Random(seed)
    found = run_with_crashes(log_of(told, partitions, rnd), rnd, crashes)
    assert payloads(found) == payloads(reference(told))


def test_random_days_hold_every_kind_of_step_and_names_that_join() -> None:
    found = [alert for seed in range(30) for alert in reference(day(seed))]
    assert {a.kind for a in found} == {"opened", "updated", "confirmed", "cooled", "retracted"}
    assert any(len(a.entities) > 1 for a in found if a.kind == "opened")
    assert any(a.told_by != a.entity_id for a in found)


def test_a_poll_waits_for_every_partition_of_mentions() -> None:
    partition = StoryPartition(CONFIG, {})
    partition.proposal(proposal("nova", poll=1), 7)
    partition.tick(tick(4, 0, 2))
    assert partition.close() == []
    assert partition.hold() == 7
    partition.tick(tick(0, 1, 2))
    assert partition.close() == []
    partition.tick(tick(1, 1, 2))
    assert [alert.entity_id for alert in partition.close()] == ["nova"]
    assert partition.hold() == NOTHING_PENDING


def test_a_proposal_of_a_closed_poll_is_a_copy() -> None:
    partition = StoryPartition(CONFIG, {})
    partition.proposal(proposal("nova", poll=1), 0)
    partition.tick(tick(2, 0, 1))
    assert len(partition.close()) == 1
    partition.proposal(proposal("nova", poll=1), 2)
    assert partition.hold() == NOTHING_PENDING


def test_the_stories_alone_say_what_was_told_when_the_clock_was_not_written() -> None:
    partition = StoryPartition(CONFIG, {})
    partition.proposal(proposal("nova", poll=1), 0)
    partition.tick(tick(2, 0, 1))
    partition.close()
    rows = {row.key: row.value for row in partition.take_rows() if row.value is not None}
    assert rows.keys() == {BOOK, CLOCK}
    again = StoryPartition(CONFIG, {BOOK: rows[BOOK]})
    again.proposal(proposal("nova", poll=1), 0)
    again.tick(tick(2, 0, 1))
    assert again.close() == []


def test_a_clock_that_only_moves_writes_no_stories() -> None:
    partition = StoryPartition(CONFIG, {})
    partition.tick(tick(1, 0, 1))
    partition.close()
    assert [row.key for row in partition.take_rows()] == [CLOCK]
    assert partition.take_rows() == []


def test_stories_of_another_version_are_refused() -> None:
    partition = StoryPartition(CONFIG, {})
    partition.proposal(proposal("nova"), 0)
    partition.tick(tick(0, 0, 1))
    partition.close()
    rows = {row.key: row.value for row in partition.take_rows() if row.value is not None}
    with pytest.raises(ValueError, match="version 77"):
        StoryPartition(CONFIG, {BOOK: rows[BOOK].replace(b"\x01", b"\x4d", 1)})


def test_a_proposal_travels_whole() -> None:
    one = proposal("nova", words=(1, 2))
    assert decode(encode(one)) == one
