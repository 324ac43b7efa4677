"""The least that any stage can do: consume, decode, encode, produce, flush, commit.

No state, no promises beyond acknowledged output before the commit.
"""

import os
import time
from typing import Final

from confluent_kafka import Consumer, Message, Producer

from schemas.broker import confluent_options
from schemas.codec import decode, encode
from schemas.settings import KafkaSection
from schemas.topics import qualified
from tests.bench.parts.figures import Figures, timed

BATCH: Final = 2000
COMMIT_EVERY_S: Final = 1.0
SILENCE_S: Final = 60.0
OUTPUT: Final = "predictions"  # a keyed topic that no stage under test writes


def bare_loop(kafka: KafkaSection, topic: str, events: int, messages: int, broker: int) -> Figures:
    """Copy all `messages` of a topic; timed from the first batch in hand to the last commit."""
    options = confluent_options(kafka)
    consumer = Consumer({
        **options, "group.id": qualified(kafka.namespace, f"bare-{topic}"),
        "enable.auto.commit": False, "auto.offset.reset": "earliest", "fetch.wait.max.ms": 50,
    })
    producer = Producer({
        **options, "acks": "all", "enable.idempotence": True, "linger.ms": 5,
        "partitioner": "murmur2_random", "queue.buffering.max.messages": 1_000_000,
    })
    consumer.subscribe([qualified(kafka.namespace, topic)])
    try:
        batch = _batch(consumer)
        with timed(events, {"loop": os.getpid(), "broker": broker}) as figures:
            _copy(consumer, producer, qualified(kafka.namespace, OUTPUT), batch, messages)
    finally:
        consumer.close()
    return figures


def _batch(consumer: Consumer) -> list[Message]:
    until = time.monotonic() + SILENCE_S
    while time.monotonic() < until:
        batch = consumer.consume(BATCH, 0.1)
        if batch:
            return list(batch)
    raise SystemExit(f"the bare loop got nothing for {SILENCE_S:g} s")


def _copy(
    consumer: Consumer, producer: Producer, output: str, batch: list[Message], messages: int
) -> None:
    left, committed = messages, time.monotonic()
    while True:
        for message in batch:
            if message.error():
                raise SystemExit(f"the bare loop: {message.error()}")
            producer.produce(output, encode(decode(message.value())), message.key())
        if producer.flush(SILENCE_S):
            raise SystemExit("the bare loop: the broker did not take its records")
        left -= len(batch)
        if left <= 0 or time.monotonic() - committed >= COMMIT_EVERY_S:
            consumer.commit(asynchronous=False)
            committed = time.monotonic()
        if left <= 0:
            return
        batch = _batch(consumer)
