"""The outbox on a real broker."""

from uuid import uuid4

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from streams.runtime.outbox import ANY_PARTITION, Outbox


@pytest.fixture
def topic(kafka_bootstrap: str) -> str:
    name = f"outbox-{uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": kafka_bootstrap})
    for made in admin.create_topics([NewTopic(name, 5, 1)]).values():
        made.result(30)
    return name


def ends(bootstrap: str, topic: str) -> list[int]:
    asker = Consumer({"bootstrap.servers": bootstrap, "group.id": "outbox-ends"})
    found = [asker.get_watermark_offsets(TopicPartition(topic, n), timeout=10)[1] for n in range(5)]
    asker.close()
    return found


async def test_delivered_means_on_the_broker(kafka_bootstrap: str, topic: str) -> None:
    outbox = Outbox({"bootstrap.servers": kafka_bootstrap})
    await outbox.deliver((topic, ANY_PARTITION, b"k%d" % n, b"v") for n in range(100))
    assert sum(ends(kafka_bootstrap, topic)) == 100


async def test_a_partition_that_is_named_is_kept(kafka_bootstrap: str, topic: str) -> None:
    outbox = Outbox({"bootstrap.servers": kafka_bootstrap})
    await outbox.deliver([(topic, 3, b"k", b"v"), (topic, 3, None, b"v")])
    assert ends(kafka_bootstrap, topic) == [0, 0, 0, 2, 0]


async def test_keys_land_where_faust_would_put_them(kafka_bootstrap: str, topic: str) -> None:
    from aiokafka.partitioner import DefaultPartitioner

    everywhere = list(range(5))
    keys = [b"entity-%d" % n for n in range(60)]
    expected = [0] * 5
    for key in keys:
        expected[DefaultPartitioner()(key, everywhere, everywhere)] += 1
    outbox = Outbox({"bootstrap.servers": kafka_bootstrap})
    await outbox.deliver((topic, ANY_PARTITION, key, b"v") for key in keys)
    assert ends(kafka_bootstrap, topic) == expected


async def test_one_refused_record_among_many_ends_the_process(
    kafka_bootstrap: str, topic: str, leaving: type[BaseException]
) -> None:
    outbox = Outbox({"bootstrap.servers": kafka_bootstrap})
    with pytest.raises(leaving, match="70"):
        await outbox.deliver([(topic, 0, b"k", b"v"), (topic, 1, b"k", b"v" * 2_000_000)])


async def test_an_unreachable_broker_ends_the_process_when_the_deadline_passes(
    leaving: type[BaseException],
) -> None:
    unreachable = {"bootstrap.servers": "127.0.0.1:1", "delivery.timeout.ms": 300}
    outbox = Outbox({**unreachable, "log_level": 0})
    with pytest.raises(leaving, match="70"):
        await outbox.deliver([("anywhere", 0, b"k", b"v")])


async def test_nothing_to_deliver_is_delivered_at_once() -> None:
    await Outbox({"bootstrap.servers": "127.0.0.1:1", "log_level": 0}).deliver([])
