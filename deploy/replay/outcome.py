"""Read what a replay left in its topics, each event once."""

from confluent_kafka import Consumer, TopicPartition

from schemas.broker import confluent_options
from schemas.codec import decode, is_tick
from schemas.errors import FatalError
from schemas.settings import KafkaSection
from schemas.topics import qualified
from streams.replay.account import Account
from streams.replay.digest import Digest

OUTPUTS = ("mentions", "entities.candidates", "velocity", "heat", "alerts.proposed",
           "alerts", "discoveries", "resolve.queue")
SILENCE_S = 30.0


def read_outcome(kafka: KafkaSection) -> Account:
    """The account of a namespace. Raises FatalError for an id with two payloads."""
    account = Account(Digest(fold=True))
    for topic in OUTPUTS:
        _read(kafka, topic, account)
    return account


def _read(kafka: KafkaSection, topic: str, account: Account) -> None:
    name = qualified(kafka.namespace, topic)
    consumer = Consumer({
        **confluent_options(kafka), "group.id": qualified(kafka.namespace, "outcome"),
        "enable.auto.commit": False, "auto.offset.reset": "earliest",
        "fetch.wait.max.ms": 50, "log_level": 2,
    })
    try:
        partitions = consumer.list_topics(name, timeout=20).topics[name].partitions
        left = 0
        for partition in partitions:
            low, high = consumer.get_watermark_offsets(TopicPartition(name, partition), timeout=20)
            left += high - low
        consumer.assign([TopicPartition(name, partition, 0) for partition in partitions])
        while left:
            messages = consumer.consume(min(left, 5000), SILENCE_S)
            if not messages:
                raise FatalError(f"{name}: {left} records are missing")
            for message in messages:
                if message.error():
                    raise FatalError(f"{name}: {message.error()}")
                left -= 1
                value = message.value() or b""
                if not is_tick(value):
                    account.add(topic, decode(value), value)
    finally:
        consumer.close()
