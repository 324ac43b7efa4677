"""From candidates on the log to entities in the catalogue, and from a person's pick to an alias."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Producer
from typer.testing import CliRunner

from deploy import topics
from deploy.cli.main import build
from deploy.local.settings import child_environment
from gateway.questions import ActionLog, Pick, pick_action
from producers.base.reading import LogReader, whole
from producers.catalogue.held import HeldCatalogue
from producers.catalogue.keeper import Keeper
from producers.catalogue.wikipedia import Encyclopedia
from schemas.clock import HOUR_MS, MINUTE_MS, tick_of
from schemas.codec import decode, encode
from schemas.records import Candidate, Discovery, Question, Record, Tick
from schemas.settings import KafkaSection
from schemas.topics import qualified
from streams.core.naming import name_of
from tests.producers.upstream import Reply, serving
from tests.streams.core.test_discovery import FIRST, NOON, SOURCES, asked, burst

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]
WITHIN_S = 60.0
PARTITIONS = 2


@pytest.fixture
def kafka(kafka_bootstrap: str) -> Iterator[KafkaSection]:
    section = KafkaSection(bootstrap=kafka_bootstrap, namespace=f"loop-{uuid4().hex[:8]}",
                           raw_partitions=1, keyed_partitions=PARTITIONS)
    topics.apply(section)
    yield section
    topics.delete_namespace(section)


def publish(kafka: KafkaSection, candidates: list[Candidate], until: int) -> None:
    """What a resolver would: candidates by their name, a copy of each tick to each partition."""
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "partitioner": "murmur2_random",
                         "linger.ms": 20})
    topic = qualified(kafka.namespace, "entities.candidates")
    waiting = sorted(candidates, key=lambda candidate: candidate.known_time)
    for n in [n for n in range(FIRST, tick_of(until)) if not n % 5]:
        while waiting and tick_of(waiting[0].known_time) <= n:
            candidate = waiting.pop(0)
            producer.produce(topic, encode(candidate), name_of(candidate).encode())
        producer.flush(30)
        for source in SOURCES:
            tick = Tick(n=n, first=FIRST, present=dict.fromkeys(SOURCES, 1), catalogue=(0, 0),
                        origin=f"{source}-0")
            for partition in range(PARTITIONS):
                producer.produce(topic, encode(tick), b"", partition)
    producer.flush(30)


@contextmanager
def discover_worker(kafka: KafkaSection, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    env = child_environment({
        "HEAT_KAFKA__BOOTSTRAP": kafka.bootstrap, "HEAT_KAFKA__NAMESPACE": kafka.namespace,
        "HEAT_KAFKA__KEYED_PARTITIONS": str(PARTITIONS), "HEAT_STREAM__DATA": str(folder),
        "HEAT_STREAM__OVERRIDES": json.dumps({"velocity.clock": "known"}),
    })
    with (folder / "worker.log").open("ab") as out:
        child = subprocess.Popen([sys.executable, "-m", "streams", "discover"], env=env,
                                 stdout=out, stderr=out)
    try:
        yield child
    finally:
        child.kill()
        child.wait(30)


def on(kafka: KafkaSection, topic: str) -> list[Record]:
    with LogReader(kafka) as reader:
        return [decode(message.value()) for message in whole(reader, topic)]


def until(done: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + WITHIN_S
    while not (found := done()):
        assert time.monotonic() < deadline, f"still waiting for {what}"
        time.sleep(0.2)
    return found


def heat(kafka: KafkaSection, monkeypatch: pytest.MonkeyPatch, *words: str) -> list[Any]:
    monkeypatch.setenv("HEAT_KAFKA__BOOTSTRAP", kafka.bootstrap)
    monkeypatch.setenv("HEAT_KAFKA__NAMESPACE", kafka.namespace)
    done = CliRunner().invoke(build("entities"), ["entities", *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_name_becomes_an_entity_and_a_pick_becomes_an_alias(
    kafka: KafkaSection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heat(kafka, monkeypatch, "add", "Glass Harbor", "--type", "film", "--id", "harbor-a", "--json")
    waiting = [asked(NOON + n * MINUTE_MS, f"a-{n}") for n in range(4)]
    publish(kafka, [*burst(NOON), *waiting], NOON + 2 * HOUR_MS)
    with discover_worker(kafka, tmp_path) as first:
        until(lambda: on(kafka, "resolve.queue"), "a question")
        first.kill()  # no row of its last chunk may be stored: all of it comes again
        first.wait(30)
    with discover_worker(kafka, tmp_path):
        until(lambda: on(kafka, "discoveries"), "a discovery")
    found = {record.id: record for record in on(kafka, "discoveries")}
    (discovery,) = found.values()
    assert isinstance(discovery, Discovery)
    question = on(kafka, "resolve.queue")[-1]
    assert isinstance(question, Question)
    pick = Pick(entity_id="harbor-a", actor="kim")
    ActionLog(kafka).write("q", pick_action(question, pick, NOON))
    page = b'{"title": "Lantern Parade", "type": "standard", "description": "Rock band"}'
    with serving(Lantern_Parade=[Reply(body=page)]) as upstream, HeldCatalogue(kafka) as held:
        keeper = Keeper(kafka, held, Encyclopedia(upstream.url("/"), "tests", lambda: NOON))
        until(lambda: keeper.turn() and len(on(kafka, "entities")) >= 3, "both to be kept")
        until(lambda: not keeper.turn(), "nothing more to keep")
        keeper.close()
    (band,) = heat(kafka, monkeypatch, "search", "lantern", "--json")
    assert (band["entity_type"], band["verified"], band["provenance"]) == (
        "group", True, "discovery",
    )
    (film,) = heat(kafka, monkeypatch, "show", "harbor-a", "--json")
    assert (film["aliases"], film["alias_sources"]) == (["Harbor"], {"Harbor": "kim"})
    assert [r.kind for r in on(kafka, "discoveries") if isinstance(r, Discovery)][-1] == "verified"
    settled = [q for q in on(kafka, "resolve.queue") if isinstance(q, Question)][-1]
    assert (settled.state, settled.picked) == ("settled", "harbor-a")


def test_the_catalogue_is_changed_and_goes_out_and_in_by_command(
    kafka: KafkaSection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "mine.tsv"
    table.write_text("a\tperson\t0.9\tAda Example\tAddy\tactor\nb\tfilm\t0.4\tAda\t\t\n", "utf-8")
    assert len(heat(kafka, monkeypatch, "import", str(table), "--json")) == 2
    assert heat(kafka, monkeypatch, "import", str(table), "--json") == []
    heat(kafka, monkeypatch, "merge", "b", "a", "--by", "kim", "--json")
    heat(kafka, monkeypatch, "alias", "a", "@ada", "--json")
    for ending in ("tsv", "jsonl"):
        out = tmp_path / f"out.{ending}"
        CliRunner().invoke(build("entities"), ["entities", "export", str(out), "--all"])
        assert heat(kafka, monkeypatch, "import", str(out), "--json") == [], ending
    (ada,) = heat(kafka, monkeypatch, "show", "b", "--json")
    assert (ada["id"], ada["aliases"]) == ("a", ["Addy", "Ada", "@ada"])
