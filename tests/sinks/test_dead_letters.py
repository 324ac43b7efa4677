import pytest

from schemas.codec import decode, encode
from sinks.base.dead_letters import FloodGauge, dead_letter
from sinks.base.errors import FloodError
from tests.sinks.builders import NOON


class Delivered:
    """A message at a place, with bytes."""

    def __init__(self, value: bytes | None) -> None:
        self._value = value

    def topic(self) -> str:
        return "mentions"

    def partition(self) -> int:
        return 3

    def offset(self) -> int:
        return 42

    def key(self) -> bytes | None:
        return None

    def value(self) -> bytes | None:
        return self._value


def read(gauge: FloodGauge, *messages: str) -> None:
    for message in messages:
        gauge.seen += 1
        if message == "unreadable":
            gauge.note_unreadable("bytes of noise")


def test_as_many_as_the_limit_is_no_flood() -> None:
    gauge = FloodGauge(limit=3, window=10)
    read(gauge, *["unreadable"] * 3, *["fine"] * 10)
    assert gauge.seen == 13


def test_one_more_than_the_limit_is_a_flood_and_says_why() -> None:
    gauge = FloodGauge(limit=3, window=10)
    with pytest.raises(FloodError, match=r"over 3 of 10 messages .* bytes of noise"):
        read(gauge, *["unreadable"] * 4)


def test_old_ones_are_forgotten() -> None:
    gauge = FloodGauge(limit=3, window=10)
    for _ in range(20):
        read(gauge, "unreadable", "fine", "fine", "fine")
    assert len(gauge.unreadable_at) == 3


def test_a_dead_letter_names_place_reason_and_schema_and_keeps_the_bytes() -> None:
    value = bytes([0, 0, 0, 0, 99, 1, 2])
    letter = dead_letter(Delivered(value), "sink-mentions", "unknown schema id 99", lambda: NOON)
    assert (letter.topic, letter.partition, letter.offset) == ("mentions", 3, 42)
    assert (letter.reason, letter.schema_id) == ("unknown schema id 99", 99)
    assert (letter.value, letter.key, letter.known_time) == (value, None, NOON)
    assert decode(encode(letter)) == letter


def test_the_same_message_has_the_same_dead_letter_id() -> None:
    first = dead_letter(Delivered(None), "sink-mentions", "empty", lambda: NOON)
    again = dead_letter(Delivered(None), "sink-mentions", "empty", lambda: NOON + 5)
    other = dead_letter(Delivered(None), "sink-heat", "empty", lambda: NOON)
    assert first.id == again.id != other.id
