"""What the resolver may still do for a partition that is given up while its ticks are sent."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from schemas.codec import decode, encode
from schemas.records import Tick
from streams.agents.resolve import Resolver
from streams.runtime import exits
from streams.runtime.fence import Pulse
from streams.runtime.hold import Hold
from streams.runtime.lane import Chunk
from streams.runtime.outbox import Output
from streams.settings import StreamSettings
from tests.streams.runtime.taped import Record

RAW = TP("raw.newsapi", 0)
TICK = Tick(n=7, first=1, present={"newsapi": 1}, catalogue=(0, 0))


class LeftError(BaseException):
    """The process would have ended here."""


@dataclass
class App:
    """What the agent needs of an app; its partitions are given up at a delivery of one's choice."""

    given_up_at: int
    delivered: list[list[Output]] = field(default_factory=list)
    hold: Hold = field(default_factory=Hold)
    pulse: Pulse = field(default_factory=lambda: Pulse(monotonic()))
    conf: Any = field(default_factory=lambda: SimpleNamespace(broker_session_timeout=15.0))
    consumer_generation_id: int = 3

    @property
    def outbox(self) -> "App":
        return self

    @property
    def given_up(self) -> bool:
        return len(self.delivered) >= self.given_up_at

    async def deliver(self, outputs: Iterable[Output]) -> None:
        self.delivered.append(list(outputs))


def chunk() -> Chunk:
    taken = Chunk(RAW, [Record(RAW.topic, RAW.partition, 40, value=encode(TICK))])
    taken.began, taken.generation = monotonic(), 3
    return taken


@pytest.mark.parametrize("given_up_at", [1, 2])
async def test_a_partition_that_was_given_up_is_not_held_nor_acknowledged(
    monkeypatch: pytest.MonkeyPatch, given_up_at: int
) -> None:
    def leave(code: int) -> None:
        assert code == exits.RESTART_ME
        raise LeftError

    monkeypatch.setattr(exits, "leave", leave)
    monkeypatch.setattr(exits.logging, "shutdown", lambda: None)
    app: Any = App(given_up_at)
    with pytest.raises(LeftError):
        await Resolver(app, StreamSettings.load()).take("newsapi", chunk())
    assert len(app.delivered) == given_up_at
    assert app.hold.cap(RAW, 99) == 99


async def test_ticks_go_to_every_partition_before_the_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEAT_KAFKA__KEYED_PARTITIONS", "2")
    app: Any = App(given_up_at=9)
    await Resolver(app, StreamSettings.load()).take("newsapi", chunk())
    sent = {(topic, where): decode(value) for topic, where, _, value in app.delivered[1] if value}
    assert sent.keys() == {
        (topic, where) for topic in ("mentions", "entities.candidates") for where in (0, 1)
    }
    assert {(tick.n, tick.origin) for tick in sent.values() if isinstance(tick, Tick)} == {
        (7, "newsapi-0")
    }
    assert app.hold.cap(RAW, 99) == 40


async def test_a_catalogue_that_took_long_to_read_fences_nobody_off() -> None:
    app: Any = App(given_up_at=9)
    late = chunk()
    late.began -= 1_000
    await Resolver(app, StreamSettings.load()).take("newsapi", late)
    assert app.hold.cap(RAW, 99) == 40
