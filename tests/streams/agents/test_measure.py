"""From mentions to alerts through both agents, cut short at what they await and begun again."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from faust.types import TP

from schemas.codec import decode, encode
from schemas.records import Alert, Mention, Proposal, Record, Tick
from streams.agents import folding
from streams.agents import measure as measuring
from streams.agents import stories as telling
from streams.core.config import CoreConfig
from streams.core.storybook import Storybook
from streams.runtime.hold import Hold
from streams.runtime.lane import Chunk
from streams.runtime.outbox import Output
from streams.settings import StreamSettings
from tests.streams.core.test_intervals import layout
from tests.streams.core.worlds import reference, world

KEYED = 2
PROPOSED = "alerts.proposed"
Agent = measuring.Measurer | telling.Storyteller
Start = Callable[[Any, Any], Agent]  # of an app and a table


class CutError(Exception):
    """The process ends where it awaits."""


@dataclass
class Broker:
    """Takes what is delivered; the process ends behind delivery n, or before it where -n is told.

    Deliveries are counted over all lives, so each cut happens once.
    """

    cuts: frozenset[int] = frozenset()
    written: list[Output] = field(default_factory=list)
    deliveries: int = 0

    async def deliver(self, outputs: list[Output]) -> None:
        self.deliveries += 1
        if -self.deliveries in self.cuts:
            raise CutError
        self.written += outputs
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
    # Nobody else owns a partition here.
    monkeypatch.setattr(folding, "fence", lambda app, chunk: None)
    return StreamSettings.load()


def drive(
    start: Start, tp: TP, log: list[bytes], broker: Broker, rnd: random.Random
) -> None:
    """Chunks of any size to the end of the log; whoever is cut begins anew at the commit."""
    table: dict[bytes, bytes] = {}
    app = App(broker)
    agent, at, committed = start(app, table), 0, 0
    while at < len(log):
        end = min(at + rnd.randrange(1, len(log) // 10 + 2), len(log))
        records = [Fetched(tp.topic, tp.partition, n, log[n]) for n in range(at, end)]
        try:
            asyncio.run(agent.take(Chunk(tp, records)))
        except CutError:
            app = App(broker)
            agent, at = start(app, table), committed
        else:
            committed, at = max(committed, app.hold.cap(tp, end)), end


def measured(settings: StreamSettings, seed: int, cut_every: int = 0) -> list[list[bytes]]:
    """What the measure role proposes about a random world, by partition of mentions."""
    rnd, proposed = random.Random(seed), []
    for number, log in enumerate(layout(world(seed, hours=34, entities=4), 2, KEYED, rnd)):
        encoded = [encode(record) for record in log]
        broker = run_twice(
            lambda app, table: measuring.Measurer(app, table, settings),
            TP("mentions", number), encoded, seed, cut_every,
        )
        proposed.append([v for topic, _, _, v in broker.written if v and topic == PROPOSED])
    return proposed


def run_twice(start: Start, tp: TP, log: list[bytes], seed: int, cut_every: int) -> Broker:
    """Once to count the deliveries; then with every so many-th cut, and the last before it."""
    plain = Broker()
    drive(start, tp, log, plain, random.Random(seed))
    if not cut_every:
        return plain
    last, rnd = plain.deliveries, random.Random(seed)
    cuts = {rnd.choice([1, -1]) * n for n in range(1, last, cut_every)} | {-last}
    broker = Broker(frozenset(cuts))
    drive(start, tp, log, broker, random.Random(seed))
    assert broker.deliveries > last
    return broker


def folded(records: list[Record]) -> dict[str, bytes]:
    """By id; one id never has two payloads."""
    found: dict[str, bytes] = {}
    for record in records:
        known: Any = record
        assert found.setdefault(known.id, encode(record)) == encode(record)
    return found


def merged(logs: list[list[bytes]], rnd: random.Random) -> list[bytes]:
    """One log of all, at random, that keeps the order of each."""
    turns = [k for k, log in enumerate(logs) for _ in log]
    rnd.shuffle(turns)
    readers = [iter(log) for log in logs]
    return [next(readers[k]) for k in turns]


def expected(config: CoreConfig, seed: int) -> list[Alert]:
    """The alerts of the world, from all its proposals at once."""
    told = [e for e in reference(world(seed, hours=34, entities=4), config)
            if isinstance(e, Proposal)]
    book, out = Storybook(), []
    for n in sorted({p.tick for p in told}):
        mine = [p for p in told if p.tick == n]
        out += book.fold(n, sorted(mine, key=lambda p: (
            p.entity_id, p.alert.step if p.alert else -1)), config)
    return out


@pytest.mark.parametrize(("seed", "cut_every"), [
    (1, 0), (1, 5), pytest.param(2, 3, marks=pytest.mark.soak),
])
def test_alerts_are_those_of_the_reference_wherever_a_worker_is_cut(
    settings: StreamSettings, seed: int, cut_every: int
) -> None:
    log = merged(measured(settings, seed, cut_every), random.Random(seed))
    broker = run_twice(
        lambda app, table: telling.Storyteller(app, table, settings),
        TP(PROPOSED, 0), log, seed, cut_every,
    )
    told = [decode(value) for topic, _, _, value in broker.written if topic == "alerts"]
    wanted = expected(settings.core, seed)
    assert wanted
    assert folded(told) == folded(list(wanted))


def test_a_partition_says_how_far_it_is_behind_what_it_proposes(settings: StreamSettings) -> None:
    logs = [[decode(value) for value in log] for log in measured(settings, 1)]
    for number, log in enumerate(logs):
        passed = -1
        for record in log:
            if isinstance(record, Tick):
                assert record.origin == f"mentions-{number}"
                assert record.present == {"mentions": KEYED}
                assert record.n > passed
                passed = record.n
            elif isinstance(record, Proposal):
                assert record.tick > passed
    assert all(isinstance(log[-1], Tick) for log in logs)
    assert any(isinstance(record, Proposal) for log in logs for record in log)


def test_what_is_no_proposal_is_set_aside(settings: StreamSettings) -> None:
    stray = next(r for r in world(1, hours=34, entities=4).mentions if isinstance(r, Mention))
    broker = Broker()
    drive(lambda app, table: telling.Storyteller(app, table, settings),
          TP(PROPOSED, 0), [encode(stray), b"noise"], broker, random.Random(1))
    assert [topic for topic, _, _, _ in broker.written] == [f"{PROPOSED}.dlq"] * 2
