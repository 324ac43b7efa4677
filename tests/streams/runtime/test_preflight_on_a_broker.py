"""The checks before the start, against a real broker's answers."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from schemas.errors import RetriableError
from streams.runtime.app import HeatApp, build_app
from streams.runtime.exits import RefusedToStartError
from streams.runtime.lane import lanes
from streams.runtime.preflight import Needed, preflight


class World:
    """One app with a lane and a table, and the topics of both."""

    def __init__(self, bootstrap: str, folder: Path) -> None:
        self.name = f"preflight-{uuid4().hex[:8]}"
        self.source = f"{self.name}.in"
        self.bootstrap, self.folder = bootstrap, folder
        self.admin = AdminClient({"bootstrap.servers": bootstrap})

    def make(self, topic: str, partitions: int = 2, cleanup: str = "delete") -> None:
        made = NewTopic(topic, partitions, 1, config={"cleanup.policy": cleanup})
        self.admin.create_topics([made])[topic].result(30)

    def make_all(self) -> None:
        self.make(self.source)
        self.make(f"{self.name}-state-changelog", cleanup="compact")

    def app(self) -> HeatApp:
        app = build_app(self.name, self.bootstrap, 2, datadir=self.folder)
        topic = app.topic(self.source, key_type=bytes, value_type=bytes)
        app.Table("state", key_type=bytes, value_type=bytes, partitions=2)
        lanes(app, topic)

        async def agent(stream: Any) -> None: ...

        app.agent(topic, name="reader")(agent)
        return app

    def check(self) -> None:
        preflight(self.app(), Needed(self.source, 2))


@pytest.fixture
def world(kafka_bootstrap: str, tmp_path: Path) -> World:
    return World(kafka_bootstrap, tmp_path)


def until_gone(admin: AdminClient, topic: str) -> None:
    """Deletion is done when the broker no longer tells of the topic."""
    for _ in range(1000):
        if topic not in admin.list_topics(timeout=10).topics:
            return
    raise AssertionError(f"{topic} is still there")


def test_topics_as_wanted_pass_twice(world: World) -> None:
    world.make_all()
    world.check()
    world.check()


def test_missing_topics_are_all_named_with_the_remedy(world: World) -> None:
    with pytest.raises(RefusedToStartError) as refusal:
        world.check()
    for name in (world.source, f"{world.name}-state-changelog"):
        assert f"topic {name} does not exist: run `heat topics apply`" in str(refusal.value)


def test_a_changelog_that_is_not_compacted_is_refused(world: World) -> None:
    world.make(world.source)
    world.make(f"{world.name}-state-changelog")
    with pytest.raises(RefusedToStartError, match=r"cleanup\.policy=delete and needs compact"):
        world.check()


def test_a_topic_made_anew_is_refused(world: World) -> None:
    world.make_all()
    world.check()
    world.admin.delete_topics([world.source])[world.source].result(30)
    until_gone(world.admin, world.source)
    world.make(world.source)
    with pytest.raises(RefusedToStartError, match="was deleted and made anew"):
        world.check()


def test_no_broker_is_worth_another_try(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.runtime.preflight.ANSWER_WITHIN", 1.0)
    with pytest.raises(RetriableError, match=r"no answer from the broker at 127\.0\.0\.1:1"):
        World("127.0.0.1:1", tmp_path).check()
