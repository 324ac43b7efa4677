"""Whatever a log looks like and whenever files are sealed, the archive is the log."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.clock import HOUR_MS, MINUTE_MS
from sinks.archive.segment import Message
from sinks.archive.store import Store
from sinks.archive.topic_archive import SealPolicy
from tests.builders import NOON, raw, tick
from tests.sinks.archive.building import archive_of, contents, extent, message, problems, section

# A message: its partition, how long after the one before it in any partition, and what it holds.
Step = tuple[int, int, int]
STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(-30, 50), st.integers(0, 3)), min_size=1, max_size=40
)


def log_of(steps: list[Step]) -> list[Message]:
    at, ends, log = NOON, {0: 0, 1: 0, 2: 0}, []
    for number, (partition, minutes, kind) in enumerate(steps):
        at += minutes * MINUTE_MS
        held = (raw(f"t3_{number}"), tick(number), b"noise", None)[kind]
        log.append(message(ends[partition], held, partition, at))
        ends[partition] += 1
    return log


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    steps=STEPS,
    reading=st.permutations(range(3)),
    sealed_after=st.sets(st.integers(0, 39)),
    restarted_after=st.sets(st.integers(0, 39), max_size=3),
    small=st.booleans(),
)
def test_every_message_is_sealed_once_in_its_partition_s_order(
    steps: list[Step],
    reading: list[int],
    sealed_after: set[int],
    restarted_after: set[int],
    small: bool,
) -> None:
    """Partitions may be read one behind the other, or as they were written."""
    written = log_of(steps)
    log = sorted(written, key=lambda one: reading[one.partition]) if small else written
    policy = SealPolicy(max_age_s=1e9, max_bytes=1 if small else 1 << 40)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(section(Path(folder)))
        made = archive_of(store, policy=policy)
        now = NOON + 40 * HOUR_MS
        made.begin(extent(log), now)
        todo, number = list(log), 0
        while todo:
            one = todo.pop(0)
            made.take(one, now, 0.0)
            if number in sealed_after:
                made.settle(now, 0.0)
            if number in restarted_after:
                made.drop()
                made = archive_of(store, policy=policy)
                made.begin(extent(log), now)
                todo = [m for m in log if m.offset >= made.places[m.partition]]
            number += 1
        made.settle(now, 0.0, all_of_it=True)
        made.drop()
        found = [(partition, offset) for partition, offset, _ in contents(store)]
        assert found == sorted((one.partition, one.offset) for one in log)
        assert problems(store) == []
