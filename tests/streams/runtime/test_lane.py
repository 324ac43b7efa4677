"""The lane: chunks of one partition, carried by one message each."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.runtime.exits import RefusedToStartError
from streams.runtime.lane import Chunk, check_lanes, chunks, lanes
from tests.streams.runtime.taped import TOPIC, ZERO, corrected, on_tape, read, records


def lane_app(folder: Path, size: int = 3) -> Any:
    app = corrected(folder, chunk_records=size)
    lanes(app, app.topic(TOPIC, key_type=bytes, value_type=bytes))
    return app


async def test_a_fetch_becomes_chunks_of_at_most_the_limit(tmp_path: Path) -> None:
    consumer, client = on_tape(lane_app(tmp_path))
    client.tape = [{ZERO: records(10, 11, 12, 13, 15)}]
    carriers = [message.value for message in await read(consumer)]
    assert [(chunk.first, chunk.last, len(chunk)) for chunk in carriers] == [
        (10, 12, 3),
        (13, 15, 2),
    ]


async def test_a_carrier_in_flight_stands_for_its_first_record(tmp_path: Path) -> None:
    consumer, client = on_tape(lane_app(tmp_path))
    client.committed = {ZERO: 10}
    await consumer.perform_seek()
    client.tape = [{ZERO: records(10, 11, 12, 13, 14)}]
    first, second = await read(consumer)
    second.ack(consumer)
    assert not await consumer.commit()
    first.ack(consumer)
    await consumer.commit()
    assert client.committed == {ZERO: 15}


async def test_holes_inside_and_between_chunks_never_stall_the_commit(tmp_path: Path) -> None:
    consumer, client = on_tape(lane_app(tmp_path))
    client.committed = {ZERO: 10}
    await consumer.perform_seek()
    client.tape = [{ZERO: records(12, 14, 17)}, {ZERO: records(20)}]
    for message in [*await read(consumer), *await read(consumer)]:
        message.ack(consumer)
    await consumer.commit()
    assert client.committed == {ZERO: 21}


async def test_after_a_seek_everything_from_the_commit_on_comes_again_and_nothing_below(
    tmp_path: Path,
) -> None:
    consumer, client = on_tape(lane_app(tmp_path))
    client.tape = [{ZERO: records(0, 1, 2, 3)}]
    early, late = await read(consumer)
    early.ack(consumer)
    await consumer.commit()
    late.ack(consumer)
    await consumer.perform_seek()
    client.tape = [{ZERO: records(1, 2, 3, 4)}]
    (again,) = await read(consumer)
    assert [record.offset for record in again.value.records] == [3, 4]
    assert not await consumer.commit()
    again.ack(consumer)
    await consumer.commit()
    assert client.committed == {ZERO: 5}


async def test_a_late_ack_from_before_a_seek_does_not_speak_for_what_is_read_again(
    tmp_path: Path,
) -> None:
    consumer, client = on_tape(lane_app(tmp_path, size=2))
    client.tape = [{ZERO: records(0, 1, 2, 3)}]
    _, late = await read(consumer)
    await consumer.perform_seek()
    late.ack(consumer)
    consumer.app.chunk_records = 4
    client.tape = [{ZERO: records(0, 1, 2, 3)}]
    await read(consumer)
    assert not await consumer.commit()
    assert client.committed == {}


@settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    holes=st.sets(st.integers(0, 39)),
    cuts=st.lists(st.integers(1, 15), min_size=1, max_size=5),
    size=st.integers(1, 7),
)
async def test_every_record_is_in_exactly_one_chunk_in_order(
    tmp_path: Path, holes: set[int], cuts: list[int], size: int
) -> None:
    consumer, client = on_tape(lane_app(tmp_path, size))
    there = left = [offset for offset in range(40) if offset not in holes]
    while left:
        cut = cuts[len(client.tape) % len(cuts)]
        client.tape.append({ZERO: records(*left[:cut])})
        left = left[cut:]
    got: list[int] = []
    for _ in range(len(client.tape)):
        for message in await read(consumer):
            assert len(message.value) <= size
            assert message.offset == message.value.last
            got += [record.offset for record in message.value.records]
    assert got == there


async def test_a_held_partition_commits_up_to_the_held_offset(tmp_path: Path) -> None:
    app = lane_app(tmp_path)
    consumer, client = on_tape(app)
    client.tape = [{ZERO: records(0, 1, 2, 3, 4, 5)}]
    for message in await read(consumer):
        message.ack(consumer)
    app.hold.at(ZERO, 4)
    await consumer.commit()
    assert client.committed == {ZERO: 4}
    app.hold.at(ZERO, 6)
    await consumer.commit()
    assert client.committed == {ZERO: 6}


async def test_giving_a_partition_up_releases_its_hold(tmp_path: Path) -> None:
    app = lane_app(tmp_path)
    consumer, client = on_tape(app)

    async def nothing(revoked: set[Any]) -> None: ...

    async def taken(assigned: set[Any], generation: int) -> None: ...

    consumer._on_partitions_revoked = nothing
    client.tape = [{ZERO: records(0, 1, 2)}]
    for message in await read(consumer):
        message.ack(consumer)
    app.hold.at(ZERO, 2)
    await consumer.on_partitions_revoked({ZERO})
    assert client.committed == {ZERO: 2}
    assert app.hold.cap(ZERO, 99) == 99
    assert app.given_up
    consumer._on_partitions_assigned = taken
    await consumer.on_partitions_assigned({ZERO}, 2)
    assert not app.given_up


async def test_a_topic_that_is_no_lane_passes_record_by_record(tmp_path: Path) -> None:
    consumer, client = on_tape(corrected(tmp_path))
    client.tape = [{ZERO: records(0, 1)}]
    assert [message.value for message in await read(consumer)] == [b"v", b"v"]


async def test_chunks_of_a_topic_that_is_no_lane_are_refused() -> None:
    class Stream:
        async def __aiter__(self) -> Any:
            yield b"a record"

    with pytest.raises(TypeError, match="declare its topic with lanes"):
        await anext(chunks(Stream()))  # type: ignore[arg-type]


async def test_a_lane_of_anything_but_bytes_is_refused(tmp_path: Path) -> None:
    app = corrected(tmp_path)
    with pytest.raises(RefusedToStartError, match=r"key_type and value_type are bytes"):
        lanes(app, app.topic(TOPIC, value_type=str))


@pytest.mark.parametrize(
    ("agents", "concurrency", "complaint"),
    [(0, 1, "has 0 agents"), (2, 1, "has 2 agents"), (1, 2, "concurrency 1")],
)
async def test_a_lane_needs_one_agent_of_concurrency_one(
    tmp_path: Path, agents: int, concurrency: int, complaint: str
) -> None:
    app = corrected(tmp_path)
    topic = app.topic(TOPIC, key_type=bytes, value_type=bytes)
    lanes(app, topic)

    async def agent(stream: Any) -> None: ...

    for number in range(agents):
        app.agent(topic, name=f"reader-{number}", concurrency=concurrency)(agent)
    with pytest.raises(RefusedToStartError, match=complaint):
        check_lanes(app)


def test_a_chunk_says_where_it_begins_and_ends() -> None:
    chunk = Chunk(ZERO, list(records(3, 4, 9)))
    assert (chunk.first, chunk.last, len(chunk)) == (3, 9, 3)
