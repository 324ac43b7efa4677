"""Trains the table for heat on what the heat topic still holds, and tells the run to the roles."""

from collections import defaultdict
from hashlib import blake2b
from time import monotonic
from typing import Final

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from schemas.broker import confluent_options
from schemas.clock import Millis, now
from schemas.codec import decode, encode
from schemas.errors import RetriableError, SettingsError, UndecodableError
from schemas.records import Heat, TrainingRun
from schemas.settings import KafkaSection
from schemas.topics import qualified
from streams.training.boards import train

READ_WITHIN_S: Final = 300.0
ANSWER_WITHIN_S: Final = 20.0
Steps = dict[str, list[tuple[Millis, float]]]


def train_live(kafka: KafkaSection) -> TrainingRun:
    """Raises SettingsError when the topic does not hold enough to fit and to measure."""
    steps = read_heat(kafka)
    digest = blake2b(repr(sorted(steps.items())).encode(), digest_size=8).hexdigest()
    try:
        found = train(steps)
    except ValueError as reason:
        raise SettingsError(f"topic heat: {reason}") from None
    return found.record(
        ended=now(), trained_on="topic heat", series=len(steps), input_hash=digest
    )


def read_heat(kafka: KafkaSection) -> Steps:
    """Every entity's heat by known time, from the first record to what was the last at the start.

    Raises RetriableError when the topic is not there or cannot be read in five minutes.
    """
    topic = qualified(kafka.namespace, "heat")
    consumer = Consumer({
        **confluent_options(kafka), "group.id": f"{topic}.training", "enable.auto.commit": False,
        "auto.offset.reset": "earliest", "enable.partition.eof": True,
        "isolation.level": "read_committed",
    })
    told = consumer.list_topics(topic, timeout=ANSWER_WITHIN_S).topics[topic]
    if told.error is not None:
        raise RetriableError(f"topic {topic} is not there; `heat topics apply` makes it")
    open_ones = set(told.partitions)
    consumer.assign([TopicPartition(topic, partition, 0) for partition in open_ones])
    steps: Steps = defaultdict(list)
    deadline = monotonic() + READ_WITHIN_S
    try:
        while open_ones:
            if monotonic() > deadline:
                raise RetriableError(f"{topic}: partitions {sorted(open_ones)} have no end in time")
            for message in consumer.consume(2000, 0.5):
                problem = message.error()
                if problem is None:
                    _keep(steps, message.value())
                elif problem.code() == KafkaError._PARTITION_EOF:
                    open_ones.discard(message.partition())
    finally:
        consumer.close()
    return {name: sorted(set(told)) for name, told in steps.items()}


def _keep(steps: Steps, value: bytes | None) -> None:
    try:
        heat = decode(value)
    except UndecodableError:
        return  # the sink sets it aside
    if isinstance(heat, Heat) and not heat.test:
        steps[heat.entity_id].append((heat.known_time, heat.heat))


def publish(run: TrainingRun, kafka: KafkaSection) -> None:
    """Tell the run. Raises RetriableError when the broker does not take it in time."""
    producer = Producer({**confluent_options(kafka), "enable.idempotence": True,
                         "partitioner": "murmur2_random"})
    topic = qualified(kafka.namespace, "training.runs")
    producer.produce(topic, encode(run), run.model.encode())
    if producer.flush(ANSWER_WITHIN_S):
        raise RetriableError(f"{topic}: the broker did not take the training run in time")
