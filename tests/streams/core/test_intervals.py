"""However a log is cut, laid out, interrupted or repeated, the events are the reference's."""

import random
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.clock import tick_of
from schemas.codec import encode
from schemas.records import Heat, Mention, Proposal, Record, Tick
from streams.core.config import configure
from streams.core.intervals import MentionPartition
from tests.streams.core.worlds import FIRST, SOURCES, World, mention, reference, world

CONFIG = configure({"gates.min_authors": 3, "velocity.clock": "known"})
Log = list[Mention | Tick]


def events(records: list[Record]) -> dict[str, bytes]:
    """By id; one id never has two payloads."""
    found: dict[str, bytes] = {}
    for record in records:
        payload = encode(record)
        assert found.setdefault(record.id, payload) == payload  # type: ignore[attr-defined]
    return found


def differing(found: list[Record], expected: list[Record]) -> list[str]:
    """What is missing, extra or other than expected, a line each."""
    one, other = events(found), events(expected)
    return [
        f"{'missing' if key not in one else 'extra' if key not in other else 'differs'} {key}"
        for key in sorted(one.keys() | other.keys()) if one.get(key) != other.get(key)
    ]


def layout(told: World, raw: int, keyed: int, rnd: random.Random) -> list[Log]:
    """The mentions partitions that `raw` origins per source would write, interleaved at random."""
    origins = {f"{s}-{p}": p for s in SOURCES for p in range(raw)}
    logs: list[list[Log]] = [[] for _ in range(keyed)]
    for origin, number in origins.items():
        source = origin.rsplit("-", 1)[0]
        streams: list[Log] = [[] for _ in range(keyed)]
        mine = [m for m in told.mentions if m.source == source and int(m.id) % raw == number]
        at = 0
        for n in range(FIRST, told.last + 1):
            while at < len(mine) and tick_of(mine[at].known_time) <= n:
                streams[crc32(mine[at].entity_id.encode()) % keyed].append(mine[at])
                at += 1
            changes = told.present(n, raw) != told.present(n + 1, raw)
            if changes or n == told.last or rnd.random() < 0.2:  # ticks may be left out
                for stream in streams:
                    stream.append(told.tick(n, origin, raw))
        for k in range(keyed):
            logs[k].append(streams[k])
    return [interleave(streams, rnd) for streams in logs]


def interleave(streams: list[Log], rnd: random.Random) -> Log:
    """A random merge that keeps the order of each."""
    turns = [k for k, stream in enumerate(streams) for _ in stream]
    rnd.shuffle(turns)
    readers = [iter(stream) for stream in streams]
    return [next(readers[k]) for k in turns]


def run_with_crashes(log: Log, rnd: random.Random, crashes: int) -> list[Record]:
    """Chunks of any size; a crash loses what was not stored and reads again from the commit."""
    rows: dict[bytes, bytes] = {}
    out: list[Record] = []
    committed = at = 0
    partition = MentionPartition(CONFIG, rows)
    falls = sorted(rnd.sample(range(len(log)), min(crashes, len(log))))
    while at < len(log):
        end = min(at + rnd.randrange(1, 60), len(log))
        for offset in range(at, end):
            record = log[offset]
            if isinstance(record, Tick):
                partition.tick(record)
            else:
                partition.mention(record, offset)
        crash = bool(falls) and end > falls[0]
        while True:
            out += partition.close(most=rnd.choice([1, 5, 10_000]))
            written = partition.take_rows()
            if crash and falls.pop(0) >= 0:
                written = written[: rnd.randrange(len(written) + 1)]  # cut short within the rows
            for row in written:
                if row.value is None:
                    rows.pop(row.key, None)
                else:
                    rows[row.key] = row.value
            if crash:
                partition, at = MentionPartition(CONFIG, rows), committed
                break
            if not partition.closable:
                committed = min(max(committed, end), partition.hold())
                at = end
                break
    return out


def test_the_reference_world_has_something_to_find() -> None:
    found = reference(world(1), CONFIG)
    assert sum(isinstance(e, Heat) for e in found) > 100
    steps = [e.alert.kind if e.alert else "evidence" for e in found if isinstance(e, Proposal)]
    assert {"opened", "cooled", "evidence"} <= set(steps)


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000), raw=st.integers(1, 3), keyed=st.integers(1, 4),
       crashes=st.integers(0, 6))
def test_layout_chunks_and_crashes_change_no_event(
    seed: int, raw: int, keyed: int, crashes: int
) -> None:
    told, rnd = world(seed % 50, hours=34, entities=4), random.Random(seed)
    out: list[Record] = []
    for log in layout(told, raw, keyed, rnd):
        out += run_with_crashes(log, rnd, crashes)
    assert differing(out, reference(told, CONFIG)) == []


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10_000), keyed=st.integers(1, 3))
def test_mentions_of_an_absent_source_wait_for_its_return(seed: int, keyed: int) -> None:
    absent = range(27 * 60, 29 * 60)
    told, rnd = world(seed % 50, hours=34, entities=4, absent=absent), random.Random(seed)
    out: list[Record] = []
    for log in layout(told, 2, keyed, rnd):
        out += run_with_crashes(log, rnd, 2)
    assert differing(out, reference(told, CONFIG)) == []


def test_a_mention_of_a_closed_interval_is_a_copy() -> None:
    partition = MentionPartition(CONFIG, {})
    one = mention(1, "nova", (FIRST + 1) * 60_000)
    told = World((one,), FIRST + 10)
    partition.mention(one, 0)
    for n in (FIRST, FIRST + 5):
        for source in SOURCES:
            partition.tick(told.tick(n, f"{source}-0", 1))
    partition.close()
    state = partition.state("nova")
    assert state is not None
    folded = state.folded
    partition.mention(one, 7)
    assert partition.hold() > 7
    assert state.folded == folded == 1


def test_nothing_closes_before_every_upstream_has_passed() -> None:
    partition = MentionPartition(CONFIG, {})
    told = World((), FIRST + 10)
    partition.tick(told.tick(FIRST + 5, "reddit-0", 2))
    partition.tick(told.tick(FIRST + 5, "google-news-0", 2))
    partition.tick(told.tick(FIRST + 5, "google-news-1", 2))
    assert not partition.closable
    partition.tick(told.tick(FIRST + 3, "reddit-1", 2))
    assert partition.closable
    partition.close()
    assert partition.progress.closed == FIRST + 3


def test_the_commit_waits_for_the_oldest_pending_mention() -> None:
    partition = MentionPartition(CONFIG, {})
    partition.mention(mention(1, "nova", (FIRST + 9) * 60_000), 41)
    partition.mention(mention(2, "orin", (FIRST + 2) * 60_000), 57)
    assert partition.hold() == 41
    told = World((), FIRST + 20)
    for source in SOURCES:
        partition.tick(told.tick(FIRST + 10, f"{source}-0", 1))
    partition.close()
    assert partition.hold() > 57


@pytest.mark.parametrize("kept", [0, 1])
def test_a_row_of_another_version_is_refused(kept: int) -> None:
    partition = MentionPartition(CONFIG, {})
    partition.mention(mention(1, "nova", (FIRST + 1) * 60_000), 0)
    for source in SOURCES:
        partition.tick(World((), FIRST + 9).tick(FIRST + 5, f"{source}-0", 1))
    partition.close()
    rows = {row.key: row.value for row in partition.take_rows() if row.value}
    broken = rows[b"nova"].replace(b"\x01", bytes([kept + 77]), 1)
    with pytest.raises(ValueError, match="version"):
        MentionPartition(CONFIG, {**rows, b"nova": broken})
