"""A namespace that is recorded while it runs: its alerts are proved from what its topics held."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from deploy import topics
from deploy.cli.main import build
from deploy.replay.plan import Plan
from deploy.replay.recording import manifest as seals
from deploy.replay.recording.from_topics import record_topics
from deploy.replay.recording.reading import recorded
from deploy.replay.verify import Wanted, verify
from producers.base.publisher import KafkaPublisher
from producers.catalogue.publish import publish_entities
from producers.file.publish import publish_sequence, recording_plan
from producers.ticks import ticks_for_recording
from schemas.clock import end_of, tick_of
from schemas.records import Alert
from schemas.settings import KafkaSection
from streams.core.config import CoreConfig
from streams.core.pipeline import run
from streams.replay.in_process import catalogue_of
from streams.replay.reel import log_of
from streams.settings import StreamSettings
from tests.streams.replay.small_world import BEGINS, ENTITIES, SOURCES, TAIL, mentions

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def kafka(kafka_bootstrap: str) -> Iterator[KafkaSection]:
    """What producers, the ticker and the workers have written; two partitions of each source."""
    section = KafkaSection(bootstrap=kafka_bootstrap, namespace=f"rec-{uuid4().hex[:8]}",
                           raw_partitions=2, keyed_partitions=2)
    topics.apply(section)
    try:
        publish_entities(ENTITIES, section)
        present, catalogue = recording_plan(section, SOURCES)
        sequence = ticks_for_recording(mentions(), present, catalogue, TAIL)
        publisher = KafkaPublisher(section)
        publish_sequence(sequence, publisher, present)
        for alert in told():
            publisher.send("alerts", alert.entity_id, alert)
        publisher.send_bytes("raw.reddit", "poison", b"no record of ours", 0)
        publisher.settle()
        yield section
    finally:
        topics.delete_namespace(section)


def told() -> list[Alert]:
    log = ticks_for_recording(mentions(), dict.fromkeys(SOURCES, 1), len(ENTITIES), TAIL)
    core = StreamSettings().core
    found = run(log, SOURCES, catalogue_of(ENTITIES), core)
    return [record for _, record in found if isinstance(record, Alert)]


def test_alerts_are_proved_from_what_the_topics_held(
    kafka: KafkaSection, tmp_path: Path
) -> None:
    made = record_topics(kafka, tmp_path / "rec", StreamSettings().core)
    assert made.mentions == len(mentions())
    assert made.unreadable == 1, "a message that nobody can read is counted, not kept"
    assert set(made.sources) == set(SOURCES)
    assert {f.file for f in made.files} >= {"raw.reddit-0.avro", "raw.reddit-1.avro"}
    verdict = verify(tmp_path / "rec", Plan(tmp_path), Wanted())
    assert (verdict.holds, verdict.not_recomputed) == (True, "")
    assert verdict.recomputed == len(told()) > 1


def test_settings_that_are_not_those_of_the_alerts_are_not_vouched_for(
    kafka: KafkaSection, tmp_path: Path
) -> None:
    made = record_topics(kafka, tmp_path / "rec", CoreConfig(), topics=["raw.reddit", "alerts"])
    assert made.config is None
    assert made.config_hash == StreamSettings().core.hash
    assert [f.topic for f in made.files if f.topic.startswith("raw.youtube")] == []


def test_until_ends_the_recording_with_an_interval(kafka: KafkaSection, tmp_path: Path) -> None:
    until = end_of(tick_of(BEGINS))
    made = record_topics(kafka, tmp_path / "rec", StreamSettings().core, until=until)
    assert made.last_tick == tick_of(BEGINS)
    assert not [f for f in made.files if f.topic == "alerts"]
    folder = recorded(tmp_path / "rec")
    heard = [r.id for r in log_of(folder.reel()) if hasattr(r, "native_id")]
    assert sorted(heard) == sorted(m.id for m in mentions() if m.known_time < until)


def test_the_commands_find_the_namespace_that_the_settings_name(
    kafka: KafkaSection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEAT_KAFKA__BOOTSTRAP", kafka.bootstrap)
    monkeypatch.setenv("HEAT_KAFKA__NAMESPACE", kafka.namespace)
    out = tmp_path / "rec"
    done = CliRunner().invoke(build("record"), ["record", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert f"seal {seals.read(out).seal}" in done.stdout
    done = CliRunner().invoke(build("verify"), ["verify", "--all"])
    assert done.exit_code == 0, done.output
    assert f"{len(told())} steps recomputed, 0 differ" in done.stdout


def test_a_recording_that_begins_later_says_that_it_proves_nothing(
    kafka: KafkaSection, tmp_path: Path
) -> None:
    """The broker got all of it at once, just now; so trim the head away, as retention does."""
    from confluent_kafka import TopicPartition
    from confluent_kafka.admin import AdminClient

    from schemas.broker import confluent_options
    from schemas.topics import qualified

    admin = AdminClient(confluent_options(kafka))
    cut = TopicPartition(qualified(kafka.namespace, "raw.reddit"), 0, 500)
    for future in admin.delete_records([cut]).values():
        future.result(20)
    made = record_topics(kafka, tmp_path / "rec", StreamSettings().core)
    folder = recorded(tmp_path / "rec")
    assert folder.first_tick > made.first_tick
    first = next(folder.reel())
    assert (first.said, first.tick.n) == ([], folder.first_tick)
    verdict = verify(tmp_path / "rec", Plan(tmp_path), Wanted())
    assert "begins after the deployment did" in verdict.not_recomputed
