"""One recording in process, on one worker, on two, and while workers are killed: equal events."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from deploy import topics
from deploy.replay.plan import Plan
from deploy.replay.run import in_process, on_kafka, summary
from schemas.settings import KafkaSection
from tests.integration.killing import ROLES, killer
from tests.integration.recordings import plan_of, write_recording

pytestmark = [pytest.mark.integration, pytest.mark.timeout(420)]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    path = tmp_path_factory.mktemp("recording") / "articles.jsonl"
    return path, write_recording(path)


@pytest.fixture(scope="module")
def reference(recording: tuple[Path, int]) -> dict[str, Any]:
    plan = plan_of(recording[0])
    return summary(*in_process(plan), plan)


def on_broker(
    plan: Plan, bootstrap: str, folder: Path, say: Callable[[str], None] = lambda words: None
) -> dict[str, Any]:
    kafka = KafkaSection(
        bootstrap=bootstrap, namespace=f"replay-{uuid4().hex[:8]}",
        raw_partitions=plan.raw_partitions, keyed_partitions=plan.keyed_partitions,
    )
    try:
        return summary(*on_kafka(plan, kafka, folder, say), plan)
    finally:
        topics.delete_namespace(kafka)


def equal_in_all_but_layout(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for name in ("digest", "events", "articles", "resolved", "unresolved", "rejected",
                 "alert_list", "hottest"):
        assert found[name] == expected[name], name


def test_every_article_is_accounted_for(
    recording: tuple[Path, int], reference: dict[str, Any]
) -> None:
    assert reference["articles"] == recording[1]
    assert reference["missing"] == 0
    assert reference["rejected"].keys() == {
        "a copy of another row", "missing known_time (column 'seen')", "removed upstream",
    }
    assert reference["resolved"] > 300
    assert reference["alerts"] >= 1
    assert reference["events"]["discoveries"] >= 1
    assert reference["events"]["alerts.proposed"] > reference["events"]["alerts"]
    told = {step["entity"] for step in reference["alert_list"]}
    assert len(told & {"Harbor & Vine", "Odalys Finch"}) == 1, "one story under two names"


@pytest.mark.soak
def test_one_worker_gives_the_events_of_the_process(
    recording: tuple[Path, int], reference: dict[str, Any], kafka_bootstrap: str, tmp_path: Path
) -> None:
    plan = plan_of(recording[0], workers=1, raw_partitions=1, keyed_partitions=3)
    equal_in_all_but_layout(on_broker(plan, kafka_bootstrap, tmp_path), reference)


def test_two_workers_that_are_killed_give_the_same_events(
    recording: tuple[Path, int], reference: dict[str, Any], kafka_bootstrap: str, tmp_path: Path
) -> None:
    plan = plan_of(recording[0], workers=2, raw_partitions=2, keyed_partitions=4)
    with killer(tmp_path) as killed:
        found = on_broker(plan, kafka_bootstrap, tmp_path)
    assert sorted(killed) == sorted(ROLES), "the fault was not injected"
    equal_in_all_but_layout(found, reference)
