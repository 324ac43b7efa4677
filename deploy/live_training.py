"""Trains the table for heat on what the heat topic still holds, and tells the run to the roles."""

from collections import defaultdict
from hashlib import blake2b
from typing import Final

from confluent_kafka import Producer

from deploy.replay.topic_reader import read_places
from schemas.broker import confluent_options
from schemas.clock import Millis, now
from schemas.codec import decode, encode
from schemas.errors import RetriableError, SettingsError, UndecodableError
from schemas.records import Heat, Record, TrainingRun
from schemas.settings import KafkaSection
from schemas.topics import qualified
from streams.guests import NamedGuest
from streams.training.boards import train
from streams.training.guests import train_guest

ANSWER_WITHIN_S: Final = 20.0
LIVE: Final = "topic heat"
Steps = dict[str, list[tuple[Millis, float]]]


def train_live(
    kafka: KafkaSection, ended: Millis | None = None, guest: NamedGuest | None = None
) -> TrainingRun:
    """Ours, or an installed model, trained and judged alike.

    Raises SettingsError when the topic does not hold enough to fit and to measure. `ended` is the
    time of the deployment, where that is not the wall clock's.
    """
    steps = read_heat(kafka)
    digest = blake2b(repr(sorted(steps.items())).encode(), digest_size=8).hexdigest()
    at = now() if ended is None else ended
    try:
        if guest:
            return train_guest(guest, steps, ended=at, trained_on=LIVE, input_hash=digest)
        found = train(steps)
    except ValueError as reason:
        raise SettingsError(f"topic heat: {reason}") from None
    return found.record(ended=at, trained_on=LIVE, series=len(steps), input_hash=digest)


def read_heat(kafka: KafkaSection) -> Steps:
    """Every entity's heat by known time, from the first record to what was the last at the start.

    Raises FatalError when the topic cannot be read.
    """
    steps: Steps = defaultdict(list)
    read_places(kafka, "heat", lambda _place, value: _keep(steps, value))
    return {name: sorted(set(told)) for name, told in steps.items()}


def _keep(steps: Steps, value: bytes) -> None:
    try:
        heat = decode(value)
    except UndecodableError:
        return  # the sink sets it aside
    if isinstance(heat, Heat) and not heat.test:
        steps[heat.entity_id].append((heat.known_time, heat.heat))


def publish(run: TrainingRun, kafka: KafkaSection) -> None:
    """Tell the run. Raises RetriableError when the broker does not take it in time."""
    tell(kafka, "training.runs", run.model, run)


def tell(kafka: KafkaSection, name: str, key: str, record: Record) -> None:
    """Write one record. Raises RetriableError when the broker does not take it in time."""
    producer = Producer({**confluent_options(kafka), "enable.idempotence": True,
                         "partitioner": "murmur2_random"})
    topic = qualified(kafka.namespace, name)
    producer.produce(topic, encode(record), key.encode())
    if producer.flush(ANSWER_WITHIN_S):
        raise RetriableError(f"{topic}: the broker did not take a {record.schema_name} in time")
