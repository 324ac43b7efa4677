"""The embedded servers: real starts, real stops, the same contents on the second run."""

import socket
from pathlib import Path

import psutil
import psycopg
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic
from redis import Redis

from deploy.local import ports
from deploy.local.errors import PartUnreachableError
from deploy.local.home import Home
from deploy.local.stack import Stack, port_of

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
    # A deep home with a blank and letters beyond ASCII, as people have them.
    home = tmp_path / ("deep" * 25) / "José's 热 files"
    with Stack(home, usual_ports=False) as stack:
        _create(stack.kafka_bootstrap, "kept")
        _publish(stack.kafka_bootstrap, "kept", [b"one", b"two"])
        with psycopg.connect(stack.postgres_dsn) as session:
            session.execute("CREATE TABLE kept AS SELECT 7 AS n")
        with Redis.from_url(stack.redis_url) as client:
            client.set("kept", "yes")
        pids = [child.pid for child in stack.children.values()]
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert Home(home).read() is None

    with Stack(home, usual_ports=False) as stack:
        assert (home / "logs" / "kafka.log").stat().st_size > 0
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


def test_server_of_the_settings_is_asked_not_started(
    tmp_path: Path, redis_url: str, postgres_dsn: str
) -> None:
    external = {"redis": redis_url, "postgres": postgres_dsn}
    with Stack(tmp_path, parts={"redis", "postgres"}, external=external) as stack:
        assert stack.children == {}
        assert (stack.redis_url, stack.postgres_dsn) == (redis_url, postgres_dsn)


def test_silent_server_of_the_settings_is_named_without_its_password(tmp_path: Path) -> None:
    (port,) = ports.any_free()
    silent = {"postgres": f"postgresql://heat:hush@127.0.0.1:{port}/heat"}
    with (
        pytest.raises(PartUnreachableError, match="HEAT_DATABASE__DSN") as refusal,
        Stack(tmp_path, parts={"postgres"}, external=silent),
    ):
        pass
    assert "hush" not in str(refusal.value)


def test_server_that_lost_its_port_gets_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as thief:
        taken = thief.getsockname()[1]
        offered = iter([taken])
        honest = ports.choose
        monkeypatch.setattr(ports, "choose", lambda default: next(offered, 0) or honest(0))
        with Stack(tmp_path, parts={"redis"}) as stack:
            assert port_of(stack.redis_url) != taken
            with Redis.from_url(stack.redis_url) as client:
                assert client.ping()
