"""What the topics tell the role: how late it is, what is done, and what a day is judged by."""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any, Final, NamedTuple, TypeVar

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from deploy.replay.topic_reader import read_places
from schemas.broker import confluent_options
from schemas.clock import DAY_MS, Millis, end_of
from schemas.codec import decode, is_tick
from schemas.errors import RetriableError, UndecodableError
from schemas.records import Audit, Kpi, Record, Tick, TrainingRun
from schemas.settings import KafkaSection
from schemas.topics import qualified
from streams.kpis.day import REACH_MS, Judgement
from streams.kpis.material import Material

TOLD: Final = ("mentions", "entities.candidates", "alerts", "actions")
ANSWER_S: Final = 4.0  # it is asked every minute; an outage is noticed here
TICKS_WITHIN_S: Final = 5.0
LAST_TICKS: Final = 20  # transactions leave marks between the records
R = TypeVar("R", bound=Record)


class Moment(NamedTuple):
    """The time of the deployment, and when it began."""

    at: Millis
    begun: Millis


def moment(kafka: KafkaSection) -> Moment:
    """By the newest tick. Raises RetriableError while there is none."""
    name = qualified(kafka.namespace, "ticks")
    consumer = Consumer({
        **confluent_options(kafka), "group.id": qualified(kafka.namespace, "daily"),
        "enable.auto.commit": False, "isolation.level": "read_committed",
        "fetch.wait.max.ms": 50, "log_level": 2, "enable.partition.eof": True,
    })
    try:
        place = TopicPartition(name, 0)
        low, high = consumer.get_watermark_offsets(place, timeout=ANSWER_S)
        place.offset = max(low, high - LAST_TICKS)
        consumer.assign([place])
        found = list(_ticks(consumer))
    except KafkaException as error:
        raise RetriableError(f"{name}: the broker: {error.args[0].str()}") from error
    finally:
        consumer.close()
    if not found:
        raise RetriableError(f"{name}: waiting for the first tick")
    newest = max(found, key=lambda tick: tick.n)
    return Moment(end_of(newest.n), end_of(newest.first - 1))


def _ticks(consumer: Consumer) -> Iterator[Tick]:
    """Those up to the end of the partition that is assigned."""
    deadline = monotonic() + TICKS_WITHIN_S
    while monotonic() < deadline:
        message = consumer.poll(0.25)
        if message is None:
            continue
        problem = message.error()
        if problem is not None:
            if problem.code() == KafkaError._PARTITION_EOF:
                return
            raise KafkaException(problem)
        record = _decoded(message.value())
        if isinstance(record, Tick):
            yield record


def judged(kafka: KafkaSection) -> dict[str, str]:
    """The state of each day that was told, by name."""
    records = sorted(_all(kafka, "kpis", Kpi), key=lambda kpi: kpi.known_time)
    return {kpi.day: kpi.state for kpi in records}


def training_runs(kafka: KafkaSection) -> list[TrainingRun]:
    return _all(kafka, "training.runs", TrainingRun)


def material_of(kafka: KafkaSection, judgement: Judgement) -> Material:
    """What was known when the day is judged, as far back as that needs. Settled."""
    material = Material()
    seen: set[str] = set()

    def take(record: Any) -> None:
        known: Millis = record.known_time
        if judgement.end - REACH_MS < known <= judgement.as_of and record.id not in seen:
            seen.add(record.id)  # a resolver that was killed may have said it twice
            material.add(record)

    for topic in TOLD:
        _each(kafka, topic, take)
    material.settle()
    return material


def spent_usd(kafka: KafkaSection, judgement: Judgement) -> float | None:
    """What the day's calls cost; None when no call was told. Other units have no price."""
    calls: dict[str, float] = {}

    def take(record: Any) -> None:
        within = judgement.end - DAY_MS <= record.known_time < judgement.end
        if isinstance(record, Audit) and within and not record.test:
            calls[record.id] = record.cost if record.cost_unit == "usd" else 0.0

    _each(kafka, "ops.audit", take)
    return round(sum(calls.values()), 6) if calls else None


def _all(kafka: KafkaSection, topic: str, kind: type[R]) -> list[R]:
    found: list[R] = []

    def take(record: Any) -> None:
        if isinstance(record, kind):
            found.append(record)

    _each(kafka, topic, take)
    return found


def _each(kafka: KafkaSection, topic: str, take: Callable[[Any], None]) -> None:
    """Every readable record but ticks. What is unreadable has its dead letter elsewhere."""

    def read(_place: object, value: bytes) -> None:
        record = None if is_tick(value) else _decoded(value)
        if record is not None:
            take(record)

    read_places(kafka, topic, read)


def _decoded(value: bytes | None) -> Record | None:
    try:
        return decode(value)
    except UndecodableError:
        return None
