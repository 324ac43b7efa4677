"""Topics on a real broker, held against the catalogue."""

import json
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
import typer
from confluent_kafka import Producer
from typer.testing import CliRunner

from deploy.broker import Actual, Broker
from deploy.cli import schema as schema_command
from deploy.cli import topics as topics_command
from deploy.topics import (
    CHANGELOGS,
    apply,
    changelog_name,
    check,
    config_of,
    delete_namespace,
    differences,
    wanted_topics,
)
from schemas.clock import DAY_MS, HOUR_MS
from schemas.errors import FatalError, RetriableError
from schemas.registry import all_versions, latest
from schemas.settings import KafkaSection
from schemas.topics import BY_NAME, TOPICS

NOWHERE = KafkaSection(bootstrap="127.0.0.1:1")


@pytest.fixture
def kafka(kafka_bootstrap: str) -> Iterator[KafkaSection]:
    section = KafkaSection(
        bootstrap=kafka_bootstrap, namespace=f"topics-{uuid4().hex[:8]}", keyed_partitions=2
    )
    yield section
    delete_namespace(section)


def heat_command() -> typer.Typer:
    app = typer.Typer()
    topics_command.register(app)
    schema_command.register(app)
    return app


def as_wanted(kafka: KafkaSection) -> dict[str, Actual]:
    return {t.name: Actual(t.partitions, t.config) for t in wanted_topics(kafka)}


def test_the_catalogue_and_the_changelogs_are_wanted_under_their_full_names() -> None:
    names = [t.name for t in wanted_topics(KafkaSection(namespace="replay-1"))]
    assert names[: len(TOPICS)] == [f"replay-1.{topic.name}" for topic in TOPICS]
    assert names[len(TOPICS) :] == [
        "replay-1.heat-measure-state-changelog", "replay-1.heat-stories-stories-changelog",
        "replay-1.heat-discover-names-changelog",
    ]
    assert changelog_name("heat-measure", "state", "") == "heat-measure-state-changelog"


def test_partitions_follow_the_class_of_the_topic() -> None:
    kafka = KafkaSection(raw_partitions=5, keyed_partitions=7)
    counts = {t.name: t.partitions for t in wanted_topics(kafka)}
    assert counts["raw.reddit"] == 5
    assert counts["ticks"] == counts["entities"] == counts["raw.reddit.dlq"] == 1
    assert counts["mentions"] == counts["heat"] == counts["heat-measure-state-changelog"] == 7
    assert counts["alerts.proposed"] == counts["heat-stories-stories-changelog"] == 1


def test_policies_follow_the_catalogue() -> None:
    kept = config_of(BY_NAME["alerts"], replication=3)
    assert (kept["cleanup.policy"], kept["retention.ms"]) == ("delete", str(90 * DAY_MS))
    assert kept["min.insync.replicas"] == "2"
    compacted = config_of(BY_NAME["entities"], replication=1)
    assert (compacted["cleanup.policy"], compacted["retention.ms"]) == ("compact", "-1")
    assert compacted["min.compaction.lag.ms"] == str(30 * DAY_MS)
    changelog = wanted_topics(KafkaSection())[-1].config
    assert changelog["cleanup.policy"] == "compact"
    assert changelog["min.cleanable.dirty.ratio"] == "0.1"
    assert changelog["segment.ms"] == str(HOUR_MS)
    assert changelog["max.compaction.lag.ms"] == str(6 * HOUR_MS)


def test_no_difference_no_finding() -> None:
    kafka = KafkaSection()
    assert differences(wanted_topics(kafka), as_wanted(kafka)) == []


def test_each_kind_of_difference_is_named() -> None:
    kafka = KafkaSection()
    there = as_wanted(kafka)
    del there["ticks"]
    there["mentions"] = replace(there["mentions"], partitions=3)
    there["heat"] = replace(there["heat"], config={**there["heat"].config, "retention.ms": "1"})
    assert [str(finding) for finding in differences(wanted_topics(kafka), there)] == [
        "ticks: missing",
        "mentions: partitions is 3, should be 12",
        f"heat: retention.ms is 1, should be {7 * DAY_MS}",
    ]


def test_apply_creates_everything_once(kafka: KafkaSection) -> None:
    assert {finding.problem for finding in check(kafka)} == {"missing"}
    assert len(apply(kafka)) == len(TOPICS) + len(CHANGELOGS)
    assert check(kafka) == []
    assert apply(kafka) == []


def test_apply_mends_a_setting_and_leaves_others_alone(kafka: KafkaSection) -> None:
    apply(kafka)
    name = f"{kafka.namespace}.heat"
    Broker(kafka).configure({name: {"retention.ms": "1000", "segment.bytes": "2000000"}})
    assert apply(kafka) == [f"set {name} retention.ms 1000 -> {7 * DAY_MS}"]
    assert check(kafka) == []
    assert Broker(kafka).actual([name])[name].config["segment.bytes"] == "2000000"


def test_another_partition_count_is_refused_naming_both(kafka: KafkaSection) -> None:
    apply(kafka)
    more = kafka.model_copy(update={"keyed_partitions": 6})
    with pytest.raises(FatalError, match=r"mentions: partitions is 2, should be 6"):
        apply(more)
    assert check(kafka) == []


def test_deleting_a_namespace_leaves_its_neighbour(kafka: KafkaSection) -> None:
    neighbour = kafka.model_copy(update={"namespace": f"{kafka.namespace}-b"})
    apply(kafka)
    apply(neighbour)
    delete_namespace(kafka)
    assert {finding.problem for finding in check(kafka)} == {"missing"}
    assert check(neighbour) == []
    delete_namespace(neighbour)


def test_the_live_topics_are_never_deleted() -> None:
    with pytest.raises(FatalError, match="never deleted"):
        delete_namespace(NOWHERE)


@pytest.mark.parametrize("namespace", ["mentions", "raw", "ops", "heat"])
def test_a_namespace_that_looks_like_a_live_topic_is_refused(namespace: str) -> None:
    ambiguous = NOWHERE.model_copy(update={"namespace": namespace})
    with pytest.raises(FatalError, match=f"'{namespace}'"):
        apply(ambiguous)
    with pytest.raises(FatalError, match=f"'{namespace}'"):
        delete_namespace(ambiguous)


def test_records_of_a_distant_past_do_not_expire(kafka: KafkaSection) -> None:
    apply(kafka)
    stamps: list[tuple[int, int]] = []
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    producer.produce(
        f"{kafka.namespace}.mentions",
        b"old",
        timestamp=1_586_000_000_000,
        on_delivery=lambda error, message: stamps.append(message.timestamp()),
    )
    assert producer.flush(20) == 0
    assert stamps[0][1] > 1_700_000_000_000


def test_a_broker_that_is_not_there_is_named() -> None:
    with pytest.raises(RetriableError, match=r"127\.0\.0\.1:1"):
        check(NOWHERE, deadline_s=2)


def test_list_shows_every_topic_in_each_form() -> None:
    run = CliRunner().invoke
    listed = json.loads(run(heat_command(), ["topics", "list", "--json"]).stdout)
    assert [line["name"] for line in listed] == [topic.name for topic in TOPICS]
    table = run(heat_command(), ["topics", "list", "--markdown"]).stdout.splitlines()
    assert len(table) == len(TOPICS) + 2
    assert "| raw.reddit | raw-mention, tick | mention id | raw | 30 d |" in "\n".join(table)
    text = run(heat_command(), ["topics", "list"]).stdout
    assert all(topic.name in text for topic in TOPICS)


def test_check_and_apply_answer_with_exit_codes(
    kafka: KafkaSection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEAT_KAFKA__BOOTSTRAP", kafka.bootstrap)
    monkeypatch.setenv("HEAT_KAFKA__NAMESPACE", kafka.namespace)
    run = CliRunner().invoke
    before = run(heat_command(), ["topics", "check", "--json"])
    assert before.exit_code == 1
    assert len(json.loads(before.stdout)["findings"]) == len(TOPICS) + len(CHANGELOGS)
    assert run(heat_command(), ["topics", "apply"]).exit_code == 0
    after = run(heat_command(), ["topics", "check"])
    assert (after.exit_code, after.stdout) == (
        0,
        f"{len(TOPICS) + len(CHANGELOGS)} topics are as they should be\n",
    )
    delete_namespace(kafka)


def test_schemas_are_listed_and_shown() -> None:
    run = CliRunner().invoke
    listed = json.loads(run(heat_command(), ["schema", "list", "--json"]).stdout)
    assert [line["id"] for line in listed] == [version.id for version in all_versions()]
    shown = run(heat_command(), ["schema", "show", "mention"]).stdout
    assert json.loads(shown) == latest("mention").parsed
    dressed = json.loads(run(heat_command(), ["schema", "show", "mention", "--json"]).stdout)
    assert (dressed["id"], dressed["schema"]) == (latest("mention").id, latest("mention").parsed)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mentoin"], "did you mean mention?"),
        (["mention", "--version", "9.9"], "mention has no version 9.9"),
    ],
)
def test_an_unknown_schema_is_wrong_usage(arguments: list[str], words: str) -> None:
    answer = CliRunner().invoke(heat_command(), ["schema", "show", *arguments])
    assert answer.exit_code == 2
    assert words in " ".join(answer.output.replace("│", " ").split())
