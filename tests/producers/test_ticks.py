"""Ticks of a recording: what stands between which, drawn as the log of one partition."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.ticks import TAIL_TICKS, ticks_for_recording
from schemas.clock import INTERVAL_MS, tick_of
from schemas.records import RawMention, Tick
from tests.producers.builders import NOON, raw_mention

N = tick_of(NOON)
PRESENT = {"newsapi": 2}


def drawn(minutes: list[int], tail: int = 1) -> list[str]:
    mentions = [raw_mention(str(m), NOON + m * INTERVAL_MS) for m in minutes]
    return [
        f"t{record.n - N}" if isinstance(record, Tick) else f"m{tick_of(record.known_time) - N}"
        for record in ticks_for_recording(mentions, PRESENT, 7, tail)
    ]


def test_records_of_an_interval_stand_between_the_ticks_around_it() -> None:
    #                            the first tick begins the log ...                   tail
    assert drawn([0, 0, 3]) == ["t-1", "m0", "m0", "t0", "t1", "t2", "m3", "t3", "t4"]


def test_recording_without_mentions_has_no_ticks() -> None:
    assert drawn([]) == []


def test_every_tick_names_the_first_the_partitions_and_the_catalogue() -> None:
    ticks = [
        record
        for record in ticks_for_recording([raw_mention()], PRESENT, 7)
        if isinstance(record, Tick)
    ]
    assert {(t.first, t.catalogue, tuple(t.present.items())) for t in ticks} == {
        (N - 1, (7, 7), (("newsapi", 2),))
    }
    assert len(ticks) == 2 + TAIL_TICKS


def test_mention_of_an_interval_that_is_over_is_refused() -> None:
    with pytest.raises(ValueError, match="out of order"):
        drawn([3, 0])


@given(st.lists(st.integers(0, 40)).map(sorted))
def test_no_number_is_left_out_and_no_mention_is_late(minutes: list[int]) -> None:
    last = None
    mentions = [raw_mention(str(m), NOON + m * INTERVAL_MS) for m in minutes]
    kept = []
    for record in ticks_for_recording(mentions, PRESENT, 0, 3):
        if isinstance(record, RawMention):
            assert last is not None
            assert tick_of(record.known_time) == last + 1
            kept.append(record)
        else:
            assert last is None or record.n == last + 1
            last = record.n
    assert kept == mentions
