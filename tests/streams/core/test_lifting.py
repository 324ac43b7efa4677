"""A raw partition's own ticks tell its time."""

from schemas.clock import INTERVAL_MS
from schemas.records import RawMention, Tick
from streams.core.lifting import RawPartition, lift

FIRST = 28_000_000


def raw(name: str, known_time: int) -> RawMention:
    return RawMention(id=name, event_time=known_time, known_time=known_time, source="reddit",
                      source_type="social", native_id=name, title=name)


def tick(n: int, catalogue: tuple[int, int] = (1, 1), partitions: int = 1) -> Tick:
    return Tick(n=n, first=FIRST, present={"reddit": partitions}, catalogue=catalogue)


def started(*ticks: Tick) -> RawPartition:
    partition = RawPartition("reddit-0")
    for offset, one in enumerate(ticks):
        partition.tick(one, offset)
    return partition


def test_a_record_behind_tick_n_belongs_to_the_next_interval() -> None:
    # tick n ends interval n: behind it the first open moment is (n + 1) T, not n T
    assert lift(0, FIRST) == (FIRST + 1) * INTERVAL_MS
    assert lift((FIRST + 5) * INTERVAL_MS + 7, FIRST) == (FIRST + 5) * INTERVAL_MS + 7


def test_an_interval_uses_the_catalogue_that_the_tick_two_before_named() -> None:
    partition = started(tick(FIRST, (1, 2)))
    soon = partition.take(raw("a", (FIRST + 1) * INTERVAL_MS), 1)
    later = partition.take(raw("b", (FIRST + 2) * INTERVAL_MS), 2)
    assert soon is not None
    assert later is not None
    assert (soon.catalogue_version, later.catalogue_version) == (1, 2)


def test_a_record_whose_catalogue_is_not_named_yet_waits_for_it() -> None:
    partition = started(tick(FIRST, (1, 1)))
    assert partition.take(raw("early", (FIRST + 4) * INTERVAL_MS), 1) is None
    assert partition.tick(tick(FIRST + 1, (1, 1)), 2) == []
    released = partition.tick(tick(FIRST + 2, (1, 9)), 3)
    assert [(r.raw.id, r.catalogue_version) for r in released] == [("early", 9)]


def test_the_commit_is_held_at_the_newest_tick_with_nothing_waiting_before_it() -> None:
    partition = started(tick(FIRST))
    assert partition.hold() == 0
    partition.take(raw("early", (FIRST + 9) * INTERVAL_MS), 1)
    partition.tick(tick(FIRST + 1), 2)
    assert partition.hold() == 0
    for k in range(2, 8):
        partition.tick(tick(FIRST + k), k + 1)
    assert partition.hold() == 8


def test_a_copy_of_a_tick_changes_nothing() -> None:
    partition = started(tick(FIRST), tick(FIRST + 1))
    partition.pass_on()
    assert partition.tick(tick(FIRST), 9) == []
    assert partition.pass_on() == []
    assert partition.last == FIRST + 1


def test_of_a_run_of_equal_ticks_the_last_is_passed_on() -> None:
    partition = started(tick(FIRST), tick(FIRST + 1), tick(FIRST + 2, partitions=2),
                        tick(FIRST + 3, partitions=2))
    passed = partition.pass_on()
    assert [t.n for t in passed] == [FIRST + 1, FIRST + 3]
    assert {t.origin for t in passed} == {"reddit-0"}


def test_replay_from_the_held_tick_gives_the_same_answers() -> None:
    whole = started(tick(FIRST), tick(FIRST + 1, (3, 4)))
    again = RawPartition("reddit-0")
    again.tick(tick(FIRST + 1, (3, 4)), 1)
    one = raw("late", FIRST * INTERVAL_MS)
    assert whole.take(one, 2) == again.take(one, 2)
