"""The ring of recent events."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.events import to_event
from gateway.ring import OvertakenError, Ring
from tests.gateway.builders import TICK, heat


def ring_of(seqs: list[int], capacity: int = 4) -> Ring:
    ring = Ring(capacity)
    ring.restart(0)
    for seq in seqs:
        ring.append(to_event(seq, heat(tick=TICK + seq)))
    return ring


def test_an_empty_ring_stands_before_its_first_event() -> None:
    ring = ring_of([])
    assert (ring.floor, ring.tip, ring.newest_time()) == (-1, -1, None)


def test_the_floor_rises_to_the_event_that_was_overwritten() -> None:
    ring = ring_of([0, 1, 3, 4, 7])
    assert (ring.floor, ring.tip) == (0, 7)
    assert [e.seq for e in ring.read(ring.place_after(0), 10)] == [1, 3, 4, 7]


def test_holes_in_the_numbers_do_not_matter() -> None:
    ring = ring_of([0, 1, 3, 7])
    assert [e.seq for e in ring.read(ring.place_after(2), 10)] == [3, 7]
    assert ring.read(ring.place_after(7), 10) == []


def test_what_was_overwritten_cannot_be_read() -> None:
    ring = ring_of([0, 1])
    place = ring.place_after(0)
    for seq in range(2, 8):
        ring.append(to_event(seq, heat()))
    with pytest.raises(OvertakenError):
        ring.read(place, 10)


def test_markers_move_the_tip_but_never_back() -> None:
    ring = ring_of([0])
    ring.reach(5)
    ring.reach(3)
    assert ring.tip == 5


def test_a_restart_overtakes_every_place_of_before() -> None:
    ring = ring_of([0, 1, 2])
    place = ring.place_after(1)
    ring.restart(50)
    assert (ring.floor, ring.tip) == (49, 49)
    with pytest.raises(OvertakenError):
        ring.read(place, 10)
    ring.append(to_event(50, heat()))
    assert [e.seq for e in ring.read(ring.place_after(49), 10)] == [50]


def test_a_time_finds_the_cursor_before_its_first_event() -> None:
    ring = ring_of([0, 1, 2, 3])
    second = ring.at(ring.place_after(1)).known_time
    assert ring.seq_before_time(second) == 1
    assert ring.seq_before_time(second + 10**9) == ring.tip
    assert ring.seq_before_time(0) == ring.floor


@given(st.lists(st.integers(0, 60), unique=True, max_size=30).map(sorted), st.integers(1, 8))
def test_reading_from_any_served_cursor_gives_exactly_what_follows(
    seqs: list[int], capacity: int
) -> None:
    ring = ring_of(seqs, capacity)
    for cursor in range(ring.floor, ring.tip + 1):
        told = [event.seq for event in ring.read(ring.place_after(cursor), 100)]
        assert told == [seq for seq in seqs if seq > cursor]
