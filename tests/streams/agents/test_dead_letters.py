"""What cannot be read is set aside with its coordinates; a flood stops the worker."""

from dataclasses import dataclass

import pytest

from schemas.codec import decode
from schemas.records import DeadLetter
from streams.agents import dead_letters
from streams.agents.dead_letters import FLOOD, WINDOW, DeadLetters


@dataclass
class Arrived:
    topic: str = "raw.newsapi"
    partition: int = 2
    offset: int = 41
    timestamp: int = 1_700_000_000_000
    timestamp_type: int = 1
    key: bytes | None = b"k"
    value: bytes | None = b"\x00\x00\x00\x00\x07rest"


class StoppedError(Exception):
    """Stands for the end of the process."""


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> DeadLetters:
    def stop(why: str) -> None:
        raise StoppedError(why)

    monkeypatch.setattr(dead_letters, "fail_stop", stop)
    return DeadLetters("heat-resolve")


def test_a_letter_holds_where_it_came_from_why_and_its_bytes(letters: DeadLetters) -> None:
    topic, _, key, value = letters.reject(Arrived(), "unknown schema id 7")
    letter = decode(value)
    assert topic == "raw.newsapi.dlq"
    assert key == b"raw.newsapi-2-41"
    assert isinstance(letter, DeadLetter)
    assert (letter.topic, letter.partition, letter.offset) == ("raw.newsapi", 2, 41)
    assert (letter.reason, letter.schema_id) == ("unknown schema id 7", 7)
    assert letter.value == Arrived().value


def test_the_same_record_gives_the_same_letter(letters: DeadLetters) -> None:
    assert letters.reject(Arrived(), "x") == letters.reject(Arrived(), "x")


def test_a_flood_stops_the_worker_and_says_why(letters: DeadLetters) -> None:
    for offset in range(FLOOD):
        letters.reject(Arrived(offset=offset), "bad")
    with pytest.raises(StoppedError, match=r"over 100 of 1000.*raw.newsapi-2-100: bad"):
        letters.reject(Arrived(offset=FLOOD), "bad")


def test_a_trickle_goes_on(letters: DeadLetters) -> None:
    for turn in range(5 * FLOOD):
        letters.reject(Arrived(offset=turn), "bad")
        letters.passed(WINDOW // 50)
