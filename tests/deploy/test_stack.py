"""The embedded servers: real starts, real stops, the same contents on the second run."""

from pathlib import Path

import psutil
import psycopg
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from redis import Redis

from deploy.local.home import Home
from deploy.local.stack import Stack

pytestmark = pytest.mark.integration


def _create(bootstrap: str, topic: str) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(timeout=20)


def _publish(bootstrap: str, topic: str, values: list[bytes]) -> None:
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all"})
    for value in values:
        producer.produce(topic, value)
    assert producer.flush(20) == 0


def _read(bootstrap: str, topic: str, count: int) -> list[bytes | None]:
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "reader"})
    try:
        consumer.assign([TopicPartition(topic, 0, 0)])
        return [message.value() for message in consumer.consume(count, timeout=20)]
    finally:
        consumer.close()


def test_second_run_finds_what_the_first_left(tmp_path: Path) -> None:
    with Stack(tmp_path, usual_ports=False) as stack:
        _create(stack.kafka_bootstrap, "kept")
        _publish(stack.kafka_bootstrap, "kept", [b"one", b"two"])
        with psycopg.connect(stack.postgres_dsn) as session:
            session.execute("CREATE TABLE kept AS SELECT 7 AS n")
        with Redis.from_url(stack.redis_url) as client:
            client.set("kept", "yes")
        pids = [child.pid for child in stack.children.values()]
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert Home(tmp_path).read() is None

    with Stack(tmp_path, usual_ports=False) as stack:
        assert _read(stack.kafka_bootstrap, "kept", 2) == [b"one", b"two"]
        with psycopg.connect(stack.postgres_dsn) as session:
            assert session.execute("SELECT n FROM kept").fetchone() == (7,)
        with Redis.from_url(stack.redis_url) as client:
            assert client.get("kept") == b"yes"


def test_fixtures_give_an_empty_database_and_redis(postgres_dsn: str, redis_url: str) -> None:
    with psycopg.connect(postgres_dsn) as session:
        tables = session.execute("SELECT count(*) FROM pg_stat_user_tables").fetchone()
        assert tables == (0,)
    with Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


def test_a_topic_nobody_made_is_refused(kafka_bootstrap: str) -> None:
    known = AdminClient({"bootstrap.servers": kafka_bootstrap}).list_topics("nobody-made", 10)
    assert known.topics["nobody-made"].error is not None
    assert (
        "nobody-made"
        not in AdminClient({"bootstrap.servers": kafka_bootstrap}).list_topics(timeout=10).topics
    )
