"""The catalogue of topics: what is on each, who writes it, who reads it.

To add a topic: one line in TOPICS (and its source in `schemas/sources.py` for a raw topic), a
record with a schema file, and a reader. Creation, docs and the orphan test follow from here.

`partitions` is a class, turned into a number by the settings: `raw` topics may differ from `keyed`
ones, and all keyed topics of a deployment have one count, fixed for its life.
"""

from dataclasses import dataclass
from typing import Final, Literal

from schemas.clock import DAY_MS, HOUR_MS, Millis
from schemas.records import (
    Action,
    Alert,
    Audit,
    Budget,
    Candidate,
    DeadLetter,
    Discovery,
    Entity,
    Health,
    Heartbeat,
    Heat,
    Kpi,
    Mention,
    Prediction,
    Proposal,
    Question,
    RawMention,
    Record,
    Tick,
    TrainingRun,
    Velocity,
)
from schemas.settings import KafkaSection
from schemas.sources import SOURCE_TYPES

FOREVER: Final[Millis] = -1
Partitions = Literal["one", "raw", "keyed"]


@dataclass(frozen=True, slots=True)
class Topic:
    """One line of the catalogue. The first of `records` is the one the topic is for."""

    name: str
    records: tuple[type[Record], ...]
    key: str
    partitions: Partitions
    written_by: tuple[str, ...]
    read_by: tuple[str, ...]
    retention_ms: Millis = 7 * DAY_MS
    compact: bool = False


def raw_topic(source: str) -> str:
    return f"raw.{source}"


def partitions_of(topic: Topic, kafka: KafkaSection) -> int:
    """How many a topic has in a deployment."""
    counts = {"one": 1, "raw": kafka.raw_partitions, "keyed": kafka.keyed_partitions}
    return counts[topic.partitions]


def dead_letters_of(topic: str) -> str:
    return f"{topic}.dlq"


def qualified(namespace: str, topic: str) -> str:
    """The name on the broker. A namespace keeps a replay's topics apart from the live ones."""
    return f"{namespace}.{topic}" if namespace else topic


RESOLVE, MEASURE, STORIES = "worker-resolve", "worker-measure", "worker-stories"
DISCOVER = "worker-discover"
FORECAST = "worker-forecast"
DAILY = "daily"


def _raw(source: str) -> Topic:
    return Topic(
        raw_topic(source),
        (RawMention, Tick),
        "mention id",
        "raw",
        written_by=("producers", "ticker"),
        read_by=(RESOLVE, "sinks"),
        retention_ms=30 * DAY_MS,
    )


def _dead(topic: str, writer: str) -> Topic:
    return Topic(
        dead_letters_of(topic),
        (DeadLetter,),
        "topic-partition-offset",
        "one",
        written_by=(writer,),
        read_by=("people",),
        retention_ms=30 * DAY_MS,
    )


_RAW = tuple(_raw(source) for source in SOURCE_TYPES)

TOPICS: Final[tuple[Topic, ...]] = (
    *_RAW,
    *(_dead(topic.name, RESOLVE) for topic in _RAW),
    *(_dead(f"{topic.name}.sink", "sinks") for topic in _RAW),
    Topic("ticks", (Tick,), "tick number", "one", ("ticker",), ("ticker", DAILY), 30 * DAY_MS),
    Topic(
        "entities",
        (Entity,),
        "entity id",
        "one",
        ("catalogue",),
        (RESOLVE, "ticker", "sinks"),
        FOREVER,
        compact=True,
    ),
    Topic(
        "mentions",
        (Mention, Tick),
        "entity id",
        "keyed",
        (RESOLVE,),
        (MEASURE, "sinks", DAILY),
        14 * DAY_MS,
    ),
    Topic(
        "entities.candidates",
        (Candidate, Tick),
        "name",
        "keyed",
        (RESOLVE,),
        (DISCOVER, "sinks", DAILY),
    ),
    Topic(
        "discoveries",
        (Discovery,),
        "entity id",
        "one",
        (DISCOVER, "catalogue"),
        ("catalogue", "sinks", "gateway"),
        90 * DAY_MS,
    ),
    Topic(
        "resolve.queue",
        (Question,),
        "question id, open or settled",
        "one",
        (DISCOVER, "catalogue"),
        ("sinks", "gateway"),
        FOREVER,
        compact=True,
    ),
    Topic("velocity", (Velocity,), "entity id", "keyed", (MEASURE,), ("downstream", "sinks")),
    Topic("heat", (Heat,), "entity id", "keyed", (MEASURE,), ("sinks", "gateway", DAILY)),
    Topic("alerts.proposed", (Proposal, Tick), "entity id", "one", (MEASURE,), (STORIES,)),
    Topic(
        "alerts",
        (Alert,),
        "entity id",
        "keyed",
        (STORIES,),
        ("sinks", "gateway", DAILY),
        90 * DAY_MS,
    ),
    Topic("feed", (Heat, Alert), "entity id", "one", ("gateway",), ("gateway",), 2 * DAY_MS),
    Topic(
        "actions",
        (Action,),
        "episode id",
        "keyed",
        ("gateway",),
        ("catalogue", "sinks", DAILY),
        90 * DAY_MS,
    ),
    Topic("predictions", (Prediction,), "entity id", "one", (FORECAST,), ("sinks", "gateway")),
    Topic(
        "training.runs",
        (TrainingRun,),
        "model",
        "one",
        ("train", DAILY, FORECAST),
        (FORECAST, "sinks", "gateway", DAILY),
        400 * DAY_MS,
    ),
    Topic("kpis", (Kpi,), "day", "one", (DAILY,), ("sinks", "gateway", DAILY), 400 * DAY_MS),
    Topic("ops.audit", (Audit,), "source", "one", ("producers",), ("downstream", "sinks", DAILY)),
    Topic("ops.health", (Health,), "source", "one", ("producers",), ("gateway", "sinks")),
    Topic(
        "ops.heartbeat",
        (Heartbeat,),
        "source",
        "one",
        ("producers",),
        ("downstream", "sinks"),
        6 * HOUR_MS,
    ),
    Topic(
        "ops.budget",
        (Budget,),
        "source",
        "one",
        ("producers",),
        ("producers", "downstream", "sinks"),
        40 * DAY_MS,  # longer than the longest window
    ),
    _dead("mentions", MEASURE),
    _dead("alerts.proposed", STORIES),
    _dead("entities.candidates", DISCOVER),
    _dead("mentions.sink", "sinks"),
    _dead("heat.sink", "sinks"),
    _dead("alerts.sink", "sinks"),
    _dead("discoveries.sink", "sinks"),
    _dead("resolve.queue.sink", "sinks"),
    _dead("predictions.sink", "sinks"),
    _dead("training.runs.sink", "sinks"),
    _dead("kpis.sink", "sinks"),
    _dead("entities.sink", "sinks"),
    _dead("entities.candidates.sink", "sinks"),
    _dead("velocity.sink", "sinks"),
    _dead("actions.sink", "sinks"),
    _dead("ops.audit.sink", "sinks"),
    _dead("ops.health.sink", "sinks"),
    _dead("ops.heartbeat.sink", "sinks"),
    _dead("ops.budget.sink", "sinks"),
    _dead("actions.catalogue", "catalogue"),
    _dead("discoveries.catalogue", "catalogue"),
)

BY_NAME: Final[dict[str, Topic]] = {topic.name: topic for topic in TOPICS}
