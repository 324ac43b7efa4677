"""Who may still write a partition's tables."""

import pytest

from streams.runtime.fence import Pulse, doubt, fence
from streams.runtime.lane import Chunk
from tests.streams.runtime.taped import ZERO, records

SURE = {"chunk_age": 1.0, "silence": 0.5, "session": 15.0, "chunk_generation": 3, "generation": 3}


def test_a_fresh_chunk_of_this_generation_is_ours() -> None:
    assert doubt(**SURE) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"generation": 4}, "generation 4"),
        ({"chunk_age": 12.1}, "12.1 s old"),
        ({"silence": 12.1}, "stood still for 12.1 s"),
        ({"given_up": True}, "generation 3 were given up"),
    ],
)
def test_another_generation_an_old_chunk_or_a_frozen_process_is_in_doubt(
    changed: dict[str, float], says: str
) -> None:
    told = doubt(**{**SURE, **changed})  # type: ignore[arg-type]
    assert told is not None
    assert says in told


def test_the_pulse_counts_from_its_last_beat() -> None:
    pulse = Pulse(10.0)
    pulse.beat(20.0)
    assert pulse.silence(25.0) == 5.0


def test_a_chunk_in_doubt_ends_the_process(leaving: type[BaseException]) -> None:
    class App:
        class conf:  # noqa: N801 (Faust's name)
            broker_session_timeout = 15.0

        consumer_generation_id = 2
        given_up = False
        pulse = Pulse(0.0)

    chunk = Chunk(ZERO, list(records(1)))
    chunk.generation = 1
    with pytest.raises(leaving, match="70"):
        fence(App(), chunk)
