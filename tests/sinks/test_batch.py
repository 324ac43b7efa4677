from dataclasses import dataclass

from sinks.base.batch import Batch, BatchPolicy, Place

ZERO, ONE = ("mentions", 0), ("mentions", 1)
POLICY = BatchPolicy(max_records=3, max_bytes=100, max_age_s=5.0)


@dataclass
class Delivered:
    """A message nobody looks into."""

    def topic(self) -> str:
        return "mentions"

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return 0

    def key(self) -> bytes | None:
        return None

    def value(self) -> bytes | None:
        return None


def batch(replaces: bool = True) -> Batch:
    return Batch({ZERO: 10, ONE: 20}, replaces)


def deal_with(gathered: Batch, place: Place, next_offset: int, size: int, now: float) -> None:
    gathered.count(1, size)
    gathered.advance(place, next_offset, now)


def test_empty_batch_is_never_due() -> None:
    assert not batch().due(POLICY, now=1e9)


def test_batch_is_due_at_its_age_and_not_before() -> None:
    gathered = batch()
    deal_with(gathered, ZERO, 11, 1, 100.0)
    deal_with(gathered, ZERO, 12, 1, 104.0)
    assert not gathered.due(POLICY, now=104.9)
    assert gathered.due(POLICY, now=105.0)


def test_batch_is_due_when_it_holds_enough_records() -> None:
    gathered = batch()
    for offset in (11, 12):
        deal_with(gathered, ZERO, offset, 1, 0.0)
    assert not gathered.due(POLICY, now=0.0)
    deal_with(gathered, ZERO, 13, 1, 0.0)
    assert gathered.due(POLICY, now=0.0)


def test_batch_is_due_when_it_holds_enough_bytes() -> None:
    gathered = batch()
    deal_with(gathered, ZERO, 11, 100, 0.0)
    assert gathered.due(POLICY, now=0.0)


def test_records_without_rows_move_the_offset_all_the_same() -> None:
    gathered = batch()
    deal_with(gathered, ONE, 21, 1, 0.0)
    assert gathered.next_offsets == {ONE: 21}
    assert gathered.next_offset(ZERO) == 10
    assert gathered.due(POLICY, now=5.0)


def test_the_last_row_of_an_id_speaks_where_rows_are_replaced() -> None:
    gathered = batch(replaces=True)
    gathered.add(b"a", b"1", Delivered())
    gathered.add(b"b", b"1", Delivered())
    gathered.add(b"a", b"2", Delivered())
    assert [entry[:2] for entry in gathered.entries.values()] == [(b"a", b"2"), (b"b", b"1")]


def test_the_first_row_of_an_id_stands_where_rows_are_kept() -> None:
    gathered = batch(replaces=False)
    gathered.add(b"a", b"1", Delivered())
    gathered.add(b"a", b"2", Delivered())
    assert [entry[:2] for entry in gathered.entries.values()] == [(b"a", b"1")]


def test_a_follower_expects_what_the_batch_before_it_reached() -> None:
    first = batch()
    deal_with(first, ZERO, 15, 1, 0.0)
    follower = first.follower()
    assert follower.expected == {ZERO: 15, ONE: 20}
    assert not follower.next_offsets
    assert not follower.due(POLICY, now=1e9)
