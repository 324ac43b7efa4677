"""The end of a replay: when every role has committed all; and what is said of one that hangs."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from deploy import topics
from deploy.replay import finished
from deploy.replay.finished import Left, Progress, wait_finished
from schemas.broker import confluent_options
from schemas.errors import FatalError
from schemas.settings import KafkaSection
from schemas.topics import qualified

STANDS = "measure has committed 3 of 7 in mentions-2"


class SeenError(Exception):
    """The broker has answered."""


class Standing:
    """A replay in which nothing moves."""

    def __init__(self, *answers: Left) -> None:
        self.answers = list(answers)
        self.renewed = 0

    def behind(self) -> Left:
        left = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if left is finished.UNKNOWN:
            raise TimeoutError
        return left

    def where(self) -> list[str]:
        if self.answers == [finished.UNKNOWN]:
            raise TimeoutError
        return [STANDS]

    def renew(self) -> None:
        self.renewed += 1


@pytest.fixture(autouse=True)
def looking_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finished, "LOOK_EVERY_S", 0.0)


def test_who_gives_up_names_what_stands_where() -> None:
    with pytest.raises(FatalError, match=rf"measure 4; {STANDS}; see the logs"):
        wait_finished(Standing({"measure": 4}), lambda left: None, 0.01)


def test_a_broker_that_is_away_at_the_end_is_said_to_be() -> None:
    hanging = Standing(finished.UNKNOWN)
    with pytest.raises(FatalError, match="does not say where"):
        wait_finished(hanging, lambda left: None, 0.01)
    assert hanging.renewed


def test_all_is_done_when_it_is_so_twice_in_a_row() -> None:
    looks: list[Left] = []
    one, none = {"measure": 1}, {"measure": 0}
    wait_finished(Standing(one, none, one, none, none), looks.append, 60)
    assert looks == [one, none, one, none, none]


@pytest.fixture
def kafka(kafka_bootstrap: str) -> Iterator[KafkaSection]:
    kafka = KafkaSection(bootstrap=kafka_bootstrap, namespace=f"finished-{uuid4().hex[:8]}",
                         raw_partitions=1, keyed_partitions=2)
    topics.apply(kafka)
    yield kafka
    topics.delete_namespace(kafka)


def test_every_partition_with_something_left_is_named(kafka: KafkaSection) -> None:
    mentions = qualified(kafka.namespace, "mentions")
    producer = Producer(confluent_options(kafka))
    for _ in range(3):
        producer.produce(mentions, b"m", partition=1)
    assert producer.flush(60) == 0
    progress = Progress(kafka, "newsapi")
    looks: list[Left] = []

    def seen(left: Left) -> None:
        """A broker without groups takes its time for the first answer."""
        looks.append(left)
        if left is not finished.UNKNOWN:
            raise SeenError

    try:
        with pytest.raises(SeenError):
            wait_finished(progress, seen, 120)
        assert looks[-1] == {"resolve": 0, "measure": 3, "stories": 0, "discover": 0}
        assert progress.where() == [f"measure has committed 0 of 3 in {mentions}-1"]
    finally:
        progress.close()
