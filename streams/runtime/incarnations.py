"""Which topics an app's commits and stamps speak of: those, and not others of the same name.

A topic that is deleted and made anew begins at offset 0 again, and everything in it would be taken
for a replay of what was counted long ago, in silence.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from confluent_kafka import Consumer, KafkaException, TopicPartition

from schemas.errors import RetriableError

ANSWER_WITHIN: Final = 20.0
MEMORY: Final = "topic-ids.json"
REMEDY: Final = "use a new app id, or remove the app's group, its changelogs and its topic-ids.json"

Partition = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A topic as the broker has it; its id is new whenever it is made anew."""

    partitions: int
    cleanup: str
    topic_id: str


def made_anew(remembered: Mapping[str, str], found: Mapping[str, Found]) -> list[str]:
    """A sentence for every topic that is another one than it was."""
    return [
        f"topic {name} was deleted and made anew since this app last ran, and what the app has "
        f"committed and counted speaks of the old one: {REMEDY}"
        for name, topic_id in sorted(remembered.items())
        if name in found and found[name].topic_id != topic_id
    ]


def cut_short(committed: Mapping[Partition, int], ends: Mapping[Partition, int]) -> list[str]:
    """A sentence for every partition that ends before what is committed of it."""
    return [
        f"{topic}-{partition} ends at offset {ends[topic, partition]} while {offset} is committed, "
        f"so it was made anew or cut: {REMEDY}"
        for (topic, partition), offset in sorted(committed.items())
        if offset > ends[topic, partition]
    ]


def faults(app: Any, found: Mapping[str, Found]) -> list[str]:
    told = made_anew(recall(_memory(app)), found)
    if told:
        return told
    partitions = [
        (name, number)
        for name in sorted(app.lane_topics & found.keys())
        for number in range(found[name].partitions)
    ]
    return cut_short(*_offsets(app, partitions)) if partitions else []


def recall(memory: Path) -> dict[str, str]:
    """The topic ids of the last run; none on a machine that never ran the app."""
    try:
        told = json.loads(memory.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def remember(app: Any, found: Mapping[str, Found]) -> None:
    memory = _memory(app)
    memory.parent.mkdir(parents=True, exist_ok=True)
    ids = recall(memory) | {name: topic.topic_id for name, topic in found.items()}
    draft = memory.with_suffix(".draft")
    draft.write_text(json.dumps(ids, indent=1, sort_keys=True), encoding="utf-8")
    draft.replace(memory)


def _memory(app: Any) -> Path:
    return Path(app.conf.datadir) / f"{app.conf.id}-{MEMORY}"


def _offsets(
    app: Any, partitions: list[Partition]
) -> tuple[dict[Partition, int], dict[Partition, int]]:
    """What the app has committed, and where those partitions end."""
    asker = Consumer({"log_level": 0, **app.kafka, "group.id": app.conf.id})
    try:
        asked = [TopicPartition(topic, number) for topic, number in partitions]
        told = asker.committed(asked, timeout=ANSWER_WITHIN)
        committed = {(tp.topic, tp.partition): tp.offset for tp in told if tp.offset >= 0}
        ends = {
            (topic, number): asker.get_watermark_offsets(
                TopicPartition(topic, number), timeout=ANSWER_WITHIN
            )[1]
            for topic, number in committed
        }
    except KafkaException as error:
        raise RetriableError(f"the broker tells no offsets: {error.args[0].str()}") from error
    finally:
        asker.close()
    return committed, ends
