"""One figure for a run: order is nothing, content is all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import FatalError
from streams.replay.digest import Digest

events = st.lists(
    st.tuples(st.sampled_from(["heat", "alerts"]), st.text("abc", min_size=1, max_size=4),
              st.binary(max_size=6)),
    unique_by=lambda e: (e[0], e[1]), max_size=20,
)


def of(told: list[tuple[str, str, bytes]], fold: bool = False) -> str:
    digest = Digest(fold)
    for event in told:
        digest.add(*event)
    return digest.hex


@given(events)
def test_order_is_not_to_be_seen(told: list[tuple[str, str, bytes]]) -> None:
    assert of(told) == of(told[::-1]) == of(told, fold=True)


@given(events, st.integers(0, 19))
def test_events_sent_again_count_once(told: list[tuple[str, str, bytes]], at: int) -> None:
    again = told + told[at:]
    folded = Digest(fold=True)
    assert [folded.add(*event) for event in again].count(True) == len(told)
    assert folded.hex == of(told)
    assert folded.again == len(told[at:])


def test_another_byte_is_another_digest() -> None:
    one = [("heat", "a", b"1"), ("heat", "b", b"2")]
    assert of(one) != of([("heat", "a", b"1"), ("heat", "b", b"3")])
    assert of(one) != of([("heat", "a", b"1"), ("alerts", "b", b"2")])
    assert of(one) != of(one[:1])


def test_one_id_with_two_payloads_is_a_broken_promise() -> None:
    digest = Digest(fold=True)
    digest.add("heat", "a", b"1")
    with pytest.raises(FatalError, match="event a has two payloads"):
        digest.add("heat", "a", b"2")
