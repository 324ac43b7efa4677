"""Topics on the broker as the catalogue wants them: created, mended, compared, removed.

Partition counts are never changed here: the keys of a topic would land elsewhere. A topic whose
count differs is an error that names both counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Final, Literal

from deploy.broker import DEADLINE_S, Actual, Broker, Wanted
from schemas.clock import DAY_MS, HOUR_MS
from schemas.errors import FatalError
from schemas.settings import KafkaSection
from schemas.topics import BY_NAME, TOPICS, Topic, partitions_of, qualified

CHANGELOGS: Final = (  # app, table, and the topic that fills it
    ("heat-measure", "state", "mentions"),
    ("heat-stories", "stories", "alerts.proposed"),
    ("heat-discover", "names", "entities.candidates"),
)
MIB: Final = 1024 * 1024
LARGEST_RECORD: Final = 6 * MIB
LARGEST_DEAD_LETTER: Final = 8 * MIB  # the largest record and its coordinates
CHANGELOG_CONFIG: Final = {
    "cleanup.policy": "compact",
    "min.cleanable.dirty.ratio": "0.1",
    "segment.ms": str(HOUR_MS),
    "max.compaction.lag.ms": str(6 * HOUR_MS),
    "max.message.bytes": str(LARGEST_RECORD),  # the stories that are out are one row
}
Problem = Literal["missing", "partitions", "config"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between the catalogue and the broker."""

    topic: str
    problem: Problem
    setting: str
    wanted: str
    actual: str

    def __str__(self) -> str:
        if self.problem == "missing":
            return f"{self.topic}: missing"
        return f"{self.topic}: {self.setting} is {self.actual}, should be {self.wanted}"

    def plain(self) -> dict[str, str]:
        return asdict(self)


def changelog_name(app: str, table: str, namespace: str) -> str:
    return qualified(namespace, f"{app}-{table}-changelog")


def config_of(topic: Topic, replication: int) -> dict[str, str]:
    """Retention runs from the append, not from the record: a replayed past must not expire."""
    dead = topic.name.endswith(".dlq")
    config = {
        "cleanup.policy": "compact" if topic.compact else "delete",
        "retention.ms": str(topic.retention_ms),
        "message.timestamp.type": "LogAppendTime",
        "max.message.bytes": str(LARGEST_DEAD_LETTER if dead else LARGEST_RECORD),
        "min.insync.replicas": str(_in_sync(replication)),
    }
    if topic.compact:
        # What raw retention can still replay must meet the catalogue as it was then.
        config["min.compaction.lag.ms"] = str(30 * DAY_MS)
    return config


def _in_sync(replication: int) -> int:
    return max(1, replication - 1)


def wanted_topics(kafka: KafkaSection) -> tuple[Wanted, ...]:
    """Every topic of the catalogue, then the changelogs of the stream tables."""
    copies = kafka.replication
    listed = [
        Wanted(
            qualified(kafka.namespace, topic.name),
            partitions_of(topic, kafka),
            copies,
            config_of(topic, copies),
        )
        for topic in TOPICS
    ]
    logs = [
        Wanted(
            changelog_name(app, table, kafka.namespace),
            partitions_of(BY_NAME[topic_name], kafka),
            copies,
            {**CHANGELOG_CONFIG, "min.insync.replicas": str(_in_sync(copies))},
        )
        for app, table, topic_name in CHANGELOGS
    ]
    return (*listed, *logs)


def differences(wanted: Iterable[Wanted], actual: Mapping[str, Actual]) -> list[Finding]:
    """What `check` reports and `apply` mends. Pure."""
    found: list[Finding] = []
    for topic in wanted:
        there = actual.get(topic.name)
        if there is None:
            found.append(Finding(topic.name, "missing", "", "", ""))
            continue
        if there.partitions != topic.partitions:
            counts = str(topic.partitions), str(there.partitions)
            found.append(Finding(topic.name, "partitions", "partitions", *counts))
        for setting, value in topic.config.items():
            held = there.config.get(setting, "")
            if held != value:
                found.append(Finding(topic.name, "config", setting, value, held))
    return found


def refuse_ambiguous(namespace: str) -> None:
    """Raise FatalError for a namespace whose topics could not be told from live ones."""
    if namespace in {topic.name.split(".", 1)[0] for topic in TOPICS}:
        raise FatalError(f"namespace {namespace!r} is the first word of a live topic; take another")


def check(kafka: KafkaSection, deadline_s: float = DEADLINE_S) -> list[Finding]:
    """Every difference between the catalogue and the broker; empty when all is well."""
    wanted = wanted_topics(kafka)
    return differences(wanted, Broker(kafka, deadline_s).actual(t.name for t in wanted))


def apply(kafka: KafkaSection, deadline_s: float = DEADLINE_S) -> list[str]:
    """Create what is missing, mend what differs; say what was done. Nothing done twice."""
    refuse_ambiguous(kafka.namespace)
    broker, wanted = Broker(kafka, deadline_s), wanted_topics(kafka)
    found = differences(wanted, broker.actual(t.name for t in wanted))
    clashes = [str(f) for f in found if f.problem == "partitions"]
    if clashes:
        raise FatalError("; ".join(clashes) + " (partition counts are fixed for life)")
    missing = {f.topic for f in found if f.problem == "missing"}
    broker.create(t for t in wanted if t.name in missing)
    drifted = [f for f in found if f.problem == "config"]
    changes: dict[str, dict[str, str]] = {}
    for finding in drifted:
        changes.setdefault(finding.topic, {})[finding.setting] = finding.wanted
    broker.configure(changes)
    created = [f"created {t.name} ({t.partitions} partitions)" for t in wanted if t.name in missing]
    return created + [f"set {f.topic} {f.setting} {f.actual} -> {f.wanted}" for f in drifted]


def delete_namespace(kafka: KafkaSection, deadline_s: float = DEADLINE_S) -> list[str]:
    """Remove every topic and idle group of a namespace. The live one, unnamed, is refused."""
    if not kafka.namespace:
        raise FatalError("the live topics have no namespace and are never deleted")
    refuse_ambiguous(kafka.namespace)
    broker, prefix = Broker(kafka, deadline_s), f"{kafka.namespace}."
    topics = sorted(name for name in broker.names() if name.startswith(prefix))
    broker.delete(topics)
    groups = broker.delete_groups(broker.groups(prefix))
    return [f"deleted {name}" for name in (*topics, *groups)]
