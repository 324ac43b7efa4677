"""Where a client begins, or why it cannot."""

import pytest

from gateway.cursor import begin, begin_since, parse_since
from gateway.ring import Ring
from gateway.subscription import RefusedError
from schemas.clock import HOUR_MS, MINUTE_MS, iso
from tests.gateway.test_ring import ring_of


@pytest.fixture
def ring() -> Ring:
    """Floor 0, events 1, 3, 4, 7, tip 9."""
    ring = ring_of([0, 1, 3, 4, 7])
    ring.reach(9)
    return ring


@pytest.mark.parametrize(
    ("cursor", "seq"), [(None, 9), ("latest", 9), ("earliest", 0), ("0", 0), ("2", 2), ("9", 9)]
)
def test_a_served_cursor(ring: Ring, cursor: str | None, seq: int) -> None:
    assert begin(ring, cursor) == seq


def test_a_cursor_beyond_the_tip_is_of_another_feed(ring: Ring) -> None:
    with pytest.raises(RefusedError) as refusal:
        begin(ring, "10")
    assert refusal.value.name == "CursorUnknown"


def test_a_cursor_below_the_floor_is_refused_with_the_floor(ring: Ring) -> None:
    ring.floor = 5
    with pytest.raises(RefusedError) as refusal:
        begin(ring, "4")
    assert refusal.value.body()["error"] == "CursorTooOld"
    assert refusal.value.body()["floor_seq"] == 5


def test_an_age_counts_back_from_the_newest_event(ring: Ring) -> None:
    newest = ring.newest_time() or 0
    assert parse_since("2h", newest) == newest - 2 * HOUR_MS
    assert parse_since(iso(newest), 0) == newest
    assert begin_since(ring, "3m") == 3  # The events are a minute apart: 4 and 7 are within.


@pytest.mark.parametrize("text", ["yesterday", "2 h", "-2h", "2020-01-01T00:00:00", "1w", ""])
def test_a_time_that_says_nothing_certain_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="since"):
        parse_since(text, 0)


def test_a_time_that_is_no_longer_held_is_refused_rather_than_served_in_part(ring: Ring) -> None:
    with pytest.raises(RefusedError) as refusal:
        begin_since(ring, "2h")
    assert refusal.value.name == "CursorTooOld"


def test_a_feed_that_is_held_from_its_first_event_serves_any_time() -> None:
    ring = ring_of([0, 1, 2])
    assert begin_since(ring, "9d") == -1
    first = ring.at(ring.place_after(-1)).known_time
    assert begin_since(ring, iso(first + MINUTE_MS)) == 0
