"""Three sources through real topics, a fifth of it told twice: two workers of each role that share
nothing but the broker, one of them killed; then what the topics hold, recorded, proved, counted."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from typer.testing import CliRunner

from deploy import topics
from deploy.backtest.run import backtest
from deploy.cli.main import build
from deploy.replay.kept import Cache
from deploy.replay.plan import Plan
from deploy.replay.recording.from_topics import record_topics
from deploy.replay.run import in_process, on_kafka, summary
from deploy.replay.verify import Wanted, verify
from producers.base.publisher import KafkaPublisher
from schemas.records import Action
from schemas.settings import KafkaSection
from tests.deploy.replay.small_recording import record_world
from tests.integration.killing import killer

DUPLICATES = "duplicates:0.2"
pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Live:
    """A namespace in which everything was computed, and the recording that went in."""

    kafka: KafkaSection
    sealed: Path
    told: dict[str, Any]
    killed: list[str]
    folder: Path


@pytest.fixture(scope="module")
def live(kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("several")
    record_world(folder / "sealed", [])
    plan = Plan(folder / "sealed", workers=2, raw_partitions=2, keyed_partitions=5, keep=True,
                faults=(DUPLICATES,))
    kafka = KafkaSection(bootstrap=kafka_bootstrap, namespace=f"replay-{uuid4().hex[:8]}",
                         raw_partitions=2, keyed_partitions=5)
    try:
        with pytest.MonkeyPatch.context() as shell, killer(folder, ["measure"]) as killed:
            shell.setenv("HEAT_STREAM__OVERRIDES", '{"gates.min_types": 9}')  # of another's work
            told = summary(*on_kafka(plan, kafka, folder, lambda words: None), plan)
        yield Live(kafka, folder / "sealed", told, killed, folder)
    finally:
        topics.delete_namespace(kafka)


@pytest.fixture(scope="module")
def recorded(live: Live) -> Path:
    """What the topics hold, with the votes of two people."""
    publisher = KafkaPublisher(live.kafka)
    for vote in votes(live):
        publisher.send("actions", vote.alert_id, vote)
    publisher.settle()
    out = live.folder / "recorded"
    record_topics(live.kafka, out, Plan(live.sealed).core)
    return out


def votes(live: Live) -> list[Action]:
    opened = live.told["alert_list"][0]
    alert_id, at = opened["alert_id"], 1_800_000_000_000
    said = (("ana", "useful"), ("bo", "noise"), ("bo", "useful"))  # bo thinks again
    return [
        Action(id=f"vote-{n}", alert_id=alert_id, action="vote", actor=actor, source="slack",
               known_time=at + n, event_time=at + n, attributes={"vote": vote})
        for n, (actor, vote) in enumerate(said)
    ]


def test_live_gives_the_events_of_the_process(live: Live) -> None:
    plan = Plan(live.sealed, faults=(DUPLICATES,))
    expected = summary(*in_process(plan), plan)
    assert live.killed == ["measure"], "the fault was not injected"
    assert expected["alerts"] >= 1
    for name in ("events", "digest", "resolved", "unresolved", "missing", "alert_list", "hottest"):
        assert live.told[name] == expected[name], name
    (fault,) = live.told["faults"]
    assert fault == expected["faults"][0]
    assert fault["fired"] > 10
    clean = summary(*in_process(Plan(live.sealed)), Plan(live.sealed))
    assert clean["events"]["mentions"] < expected["events"]["mentions"]
    for name in ("alert_list", "hottest", "published"):
        assert live.told[name] == clean[name], name


def test_workers_share_nothing_but_the_broker(live: Live) -> None:
    """What a worker writes is in a home of its own, which no other was told of."""
    homes = sorted(path.name for path in (live.folder / "homes").iterdir())
    assert homes == sorted([f"{role}-{n}" for role in ("resolve", "measure", "discover")
                            for n in (1, 2)] + ["stories-1"])


def test_what_the_topics_held_gives_the_same_events_and_proves_every_alert(
    live: Live, recorded: Path
) -> None:
    again = summary(*in_process(Plan(recorded)), Plan(recorded))
    assert (again["events"], again["digest"]) == (live.told["events"], live.told["digest"])
    verdict = verify(recorded, Plan(recorded), Wanted())
    assert verdict.proves
    assert verdict.recomputed == live.told["events"]["alerts"] > 1


def test_kpis_of_the_topics_are_those_of_a_backtest_of_their_recording(
    live: Live, recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEAT_KAFKA__BOOTSTRAP", live.kafka.bootstrap)
    monkeypatch.setenv("HEAT_KAFKA__NAMESPACE", live.kafka.namespace)
    done = CliRunner().invoke(build("kpis"), ["kpis", "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    found = backtest(Plan(recorded), Cache(tmp_path)).kpis
    assert told == json.loads(msgspec.json.encode(found))
    assert (told["useful"]["hits"], told["useful"]["n"]) == (1, 1)
