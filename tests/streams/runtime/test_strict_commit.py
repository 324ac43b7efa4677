"""Books and commits of the corrected consumer beside stock's, on the same tape."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.runtime.corrections.ledger import Ledger
from tests.streams.runtime.taped import ZERO, corrected, on_tape, read, records, stock


async def test_stock_takes_a_hole_of_one_offset_for_compaction(tmp_path: Path) -> None:
    consumer, _ = on_tape(stock(tmp_path))
    consumer._committed_offset[ZERO] = 2585
    consumer._acked[ZERO] = [2586, 2587, 2588, 2589]
    assert consumer._new_offset(ZERO) == 2590


async def test_an_offset_that_was_not_acknowledged_holds_the_commit(tmp_path: Path) -> None:
    consumer, _ = on_tape(corrected(tmp_path))
    consumer._committed_offset[ZERO] = 2585
    consumer._ledgers[ZERO] = Ledger(position=2590, start=2585)
    consumer._acked_index[ZERO] = {2586, 2587, 2588, 2589}
    assert consumer._new_offset(ZERO) is None


async def test_stock_forgets_its_books_when_a_commit_fails(tmp_path: Path) -> None:
    consumer, client = on_tape(stock(tmp_path))
    client.tape = [{ZERO: records(0, 1, 2)}]
    for message in await read(consumer):
        message.ack(consumer)
    client.commits_work = False
    await consumer.commit()
    client.commits_work = True
    await consumer.commit()
    assert client.committed == {}


async def test_after_a_failed_commit_the_next_one_says_the_same(tmp_path: Path) -> None:
    consumer, client = on_tape(corrected(tmp_path))
    client.tape = [{ZERO: records(0, 1, 2)}]
    for message in await read(consumer):
        message.ack(consumer)
    client.commits_work = False
    assert not await consumer.commit()
    client.commits_work = True
    assert await consumer.commit()
    assert client.committed == {ZERO: 3}


@pytest.mark.parametrize("missing", [(100,), (101,), (100, 101), (103,), (100, 102, 103, 104)])
async def test_holes_in_the_log_never_stall_the_commit(
    tmp_path: Path, missing: tuple[int, ...]
) -> None:
    consumer, client = on_tape(corrected(tmp_path))
    client.committed = {ZERO: 100}
    await consumer.perform_seek()
    there = [offset for offset in range(100, 110) if offset not in missing]
    client.tape = [{ZERO: records(*there[:2])}, {ZERO: records(*there[2:])}]
    for message in [*await read(consumer), *await read(consumer)]:
        message.ack(consumer)
    await consumer.commit()
    assert client.committed == {ZERO: 110}


async def test_records_fetched_around_a_seek_are_fetched_again(tmp_path: Path) -> None:
    consumer, client = on_tape(corrected(tmp_path))
    client.committed = {ZERO: 100}
    await consumer.perform_seek()
    client.tape = [{ZERO: records(200, 201)}, {ZERO: records(100, 101)}]
    client.while_fetching = consumer.perform_seek
    assert await consumer._getmany(None, 0.1) == {}
    assert client.seeks == [{ZERO: 100}]
    client.while_fetching = None
    assert await consumer._getmany(None, 0.1) == {ZERO: records(100, 101)}


async def test_a_seek_without_any_commit_goes_back_to_where_the_log_begins(tmp_path: Path) -> None:
    consumer, client = on_tape(corrected(tmp_path))
    client.earliest = 5
    client.tape = [{ZERO: records(7, 8)}]
    await read(consumer)
    await consumer.perform_seek()
    assert client.seeks == [{ZERO: 5}]


async def test_records_below_the_read_position_are_dropped(tmp_path: Path) -> None:
    consumer, client = on_tape(corrected(tmp_path))
    client.tape = [{ZERO: records(0, 1, 2)}, {ZERO: records(1, 2, 3)}]
    await read(consumer)
    assert [message.offset for message in await read(consumer)] == [3]


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    holes=st.sets(st.integers(0, 59)),
    fetches=st.lists(st.integers(1, 20), min_size=1, max_size=6),
    order=st.randoms(use_true_random=False),
    commit_after=st.sets(st.integers(0, 60)),
)
async def test_whatever_the_order_of_acks_no_commit_passes_an_unfinished_record(
    tmp_path: Path, holes: set[int], fetches: list[int], order: object, commit_after: set[int]
) -> None:
    consumer, client = on_tape(corrected(tmp_path))
    there = [offset for offset in range(60) if offset not in holes]
    while there:
        size = fetches[len(client.tape) % len(fetches)]
        client.tape.append({ZERO: records(*there[:size])})
        there = there[size:]
    messages = [message for _ in range(len(client.tape)) for message in await read(consumer)]
    order.shuffle(messages)  # type: ignore[attr-defined]
    unfinished = {message.offset for message in messages}
    for turn, message in enumerate(messages):
        message.ack(consumer)
        unfinished.discard(message.offset)
        if turn in commit_after:
            await consumer.commit()
            assert client.committed.get(ZERO, 0) <= min(unfinished, default=60)
    await consumer.commit()
    last = max((message.offset for message in messages), default=-1)
    assert client.committed.get(ZERO, 0) == last + 1
