"""From mentions to alerts through both agents, cut short at what they await and begun again."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import pytest
from faust.types import TP

from schemas.codec import decode, encode
from schemas.records import Alert, Mention, Proposal, Record, Tick
from streams.agents import measure as measuring
from streams.agents import stories as telling
from streams.core.storybook import Storybook
from streams.runtime.hold import Hold
from streams.runtime.lane import Chunk
from streams.runtime.outbox import Output
from streams.settings import StreamSettings
from tests.streams.core.test_intervals import CONFIG, layout
from tests.streams.core.worlds import reference, world

KEYED = 2
Agent = measuring.Measurer | telling.Storyteller


class CutError(Exception):
    """The process ends behind an acknowledgement, before what comes next."""


@dataclass
class Broker:
    """Takes what is delivered; `cuts` are the deliveries behind which the process ends."""

    cuts: frozenset[int] = frozenset()
    written: list[Output] = field(default_factory=list)
    deliveries: int = 0

    async def deliver(self, outputs: list[Output]) -> None:
        self.written += outputs
        self.deliveries += 1
        if self.deliveries in self.cuts:
            raise CutError


@dataclass
class App:
    """What the agents need of an app."""

    outbox: Broker
    hold: Hold = field(default_factory=Hold)


@dataclass
class Fetched:
    topic: str
    partition: int
    offset: int
    value: bytes
    key: bytes = b""
    timestamp: int = 0
    timestamp_type: int = 1


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> StreamSettings:
    monkeypatch.setenv("HEAT_KAFKA__KEYED_PARTITIONS", str(KEYED))
    monkeypatch.setenv("HEAT_STREAM__OVERRIDES",
                       '{"gates.min_authors": 3, "velocity.clock": "known"}')
    for agent in (measuring, telling):  # nobody else owns a partition here
        monkeypatch.setattr(agent, "fence", lambda app, chunk: None)
    loaded = StreamSettings.load()
    assert loaded.core == CONFIG
    return loaded


def drive(
    start: Callable[[App, dict[bytes, bytes]], Agent], tp: TP, log: list[bytes], broker: Broker,
    rnd: random.Random,
) -> None:
    """Chunks of any size to the end of the log; whoever is cut begins anew at the commit."""
    table: dict[bytes, bytes] = {}
    app = App(broker)
    agent, at, committed = start(app, table), 0, 0
    while at < len(log):
        end = min(at + rnd.randrange(20, 200), len(log))
        records = [Fetched(tp.topic, tp.partition, n, log[n]) for n in range(at, end)]
        try:
            asyncio.run(agent.take(Chunk(tp, records)))
        except CutError:
            app = App(broker)
            agent, at = start(app, table), committed
        else:
            committed, at = max(committed, app.hold.cap(tp, end)), end


def measured(settings: StreamSettings, seed: int, cuts: frozenset[int]) -> list[Output]:
    """What the measure role writes about a random world in two partitions."""
    broker, rnd = Broker(cuts), random.Random(seed)
    for number, log in enumerate(layout(world(seed, hours=34, entities=4), 2, KEYED, rnd)):
        drive(lambda app, table: measuring.Measurer(app, table, settings),  # type: ignore[arg-type]
              TP("mentions", number), [encode(record) for record in log], broker, rnd)
    assert broker.deliveries > max(cuts, default=0)
    return broker.written


def proposals(outputs: list[Output]) -> list[bytes]:
    return [value for topic, _, _, value in outputs if topic == "alerts.proposed" and value]


def folded(records: list[Record]) -> dict[str, bytes]:
    """By id; one id never has two payloads."""
    found: dict[str, bytes] = {}
    for record in records:
        known: Any = record
        assert found.setdefault(known.id, encode(record)) == encode(record)
    return found


def expected(seed: int) -> list[Alert]:
    """The alerts of the world, from all its proposals at once."""
    told = [e for e in reference(world(seed, hours=34, entities=4), CONFIG)
            if isinstance(e, Proposal)]
    book, out = Storybook(), []
    for n in sorted({p.tick for p in told}):
        mine = [p for p in told if p.tick == n]
        out += book.fold(n, sorted(mine, key=lambda p: (
            p.entity_id, p.alert.step if p.alert else -1)), CONFIG)
    return out


@pytest.mark.parametrize(("seed", "cuts"), [
    (1, frozenset()), (1, frozenset({3, 8, 9, 14})), (2, frozenset(range(2, 40, 5))),
])
def test_alerts_are_those_of_the_reference_wherever_a_worker_is_cut(
    settings: StreamSettings, seed: int, cuts: frozenset[int]
) -> None:
    log = proposals(measured(settings, seed, cuts))
    broker, rnd = Broker(cuts), random.Random(seed)
    drive(lambda app, table: telling.Storyteller(app, table, settings),  # type: ignore[arg-type]
          TP("alerts.proposed", 0), log, broker, rnd)
    told = [decode(value) for topic, _, _, value in broker.written if topic == "alerts"]
    assert expected(seed)
    assert folded(told) == folded(list(expected(seed)))


def test_a_partition_says_how_far_it_is_behind_what_it_proposes(settings: StreamSettings) -> None:
    told = [decode(value) for value in proposals(measured(settings, 1, frozenset()))]
    passed: dict[str, int] = {}
    for record in told:
        if isinstance(record, Tick):
            assert record.present == {"mentions": KEYED}
            assert record.n > passed.get(record.origin, -1)
            passed[record.origin] = record.n
        elif isinstance(record, Proposal):
            owner = f"mentions-{crc32(record.entity_id.encode()) % KEYED}"
            assert record.tick > passed.get(owner, -1)
    assert passed.keys() == {"mentions-0", "mentions-1"}
    assert any(isinstance(record, Proposal) for record in told)


def test_what_is_no_proposal_is_set_aside(settings: StreamSettings) -> None:
    stray = next(r for r in world(1, hours=34, entities=4).mentions if isinstance(r, Mention))
    broker = Broker()
    drive(lambda app, table: telling.Storyteller(app, table, settings),  # type: ignore[arg-type]
          TP("alerts.proposed", 0), [encode(stray), b"noise"], broker, random.Random(1))
    assert [topic for topic, _, _, _ in broker.written] == ["alerts.proposed.dlq"] * 2
