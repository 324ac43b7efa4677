"""Resolved once and measured later: the events of a whole run, under any settings."""

import io

import pytest

from schemas.codec import encode
from streams.core.config import CoreConfig, configure
from streams.core.pipeline import Emitted
from streams.replay.blocks import END, DamagedKeptError
from streams.replay.digest import Digest
from streams.replay.reel import log_of
from streams.replay.resolved import measured, resolve_once, resolved
from streams.replay.share import Task
from tests.streams.replay.small_world import CATALOGUE_AT, SOURCES, events, mentions, reel

MEASURED = ("velocity", "heat", "alerts.proposed", "alerts")


@pytest.fixture(scope="module", params=[1, 2])
def kept(request: pytest.FixtureRequest) -> bytes:
    """By one process and by two."""
    out = io.BytesIO()
    task = Task(SOURCES, CATALOGUE_AT, CoreConfig(), request.param)
    count = resolve_once(task, log_of(reel()), out)
    assert count == len(mentions())
    return out.getvalue()


def digests(found: list[Emitted]) -> dict[str, str]:
    sums = {topic: Digest() for topic in MEASURED}
    for topic, record in found:
        if topic in sums:
            sums[topic].add(topic, getattr(record, "id", ""), encode(record))
    return {topic: one.hex for topic, one in sums.items() if one.events}


@pytest.mark.parametrize("overrides", [
    {}, {"gates.min_types": 1, "velocity.clock": "known", "gates.detection": 2.0},
])
def test_measured_later_gives_the_events_of_a_whole_run(
    kept: bytes, overrides: dict[str, object]
) -> None:
    config = configure(overrides)
    again = digests(list(measured(resolved(io.BytesIO(kept)), config)))
    assert again.keys() == set(MEASURED)
    assert again == digests([Emitted(*event) for event in events(reel(), config)])


@pytest.mark.parametrize("lost", [1, len(END), 60])
def test_a_file_that_was_cut_short_is_refused(kept: bytes, lost: int) -> None:
    with pytest.raises(DamagedKeptError, match="is not what was written"):
        list(resolved(io.BytesIO(kept[:-lost])))
