"""What must be true of the broker before a worker takes its first record.

On a missing input Faust idles for ever and exits 0; without its changelog it crashes in a loop that
commits what it did not process; on a missing output it hangs. So a worker looks first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any, Final

import structlog
from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient, ConfigResource  # type: ignore[attr-defined]

from schemas.errors import RetriableError
from streams.runtime import incarnations
from streams.runtime.exits import RefusedToStartError
from streams.runtime.incarnations import Found
from streams.runtime.lane import check_lanes

LOG: Any = structlog.get_logger(__name__)

ANSWER_WITHIN: Final = 20.0
SETTLE_WITHIN: Final = 5.0
REMEDY: Final = "run `heat topics apply`"


@dataclass(frozen=True, slots=True)
class Needed:
    """A topic that a worker reads or writes."""

    name: str
    partitions: int
    compact: bool = False


def faults(needed: Iterable[Needed], found: Mapping[str, Found]) -> list[str]:
    """A sentence for every difference that would cost records."""
    told = []
    for topic in needed:
        actual = found.get(topic.name)
        if actual is None:
            told.append(f"topic {topic.name} does not exist: {REMEDY}")
            continue
        if actual.partitions != topic.partitions:
            told.append(
                f"topic {topic.name} has {actual.partitions} partitions and needs "
                f"{topic.partitions}, which is fixed for a deployment's life: correct the setting"
            )
        wanted = "compact" if topic.compact else "delete"
        if actual.cleanup != wanted:
            told.append(
                f"topic {topic.name} has cleanup.policy={actual.cleanup} "
                f"and needs {wanted}: {REMEDY}"
            )
    return told


def look(options: Mapping[str, Any], names: Iterable[str]) -> dict[str, Found]:
    """Ask the broker about topics; those that do not exist are left out."""
    admin = AdminClient({"log_level": 0, **options})
    wanted = sorted(set(names))
    try:
        known = admin.list_topics(timeout=ANSWER_WITHIN).topics
        present = [name for name in wanted if name in known]
        if not present:
            return {}
        described = admin.describe_topics(TopicCollection(present), request_timeout=ANSWER_WITHIN)
        resources = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in present]
        configs = admin.describe_configs(resources, request_timeout=ANSWER_WITHIN)
        cleanup = {
            resource.name: answer.result(ANSWER_WITHIN)["cleanup.policy"].value
            for resource, answer in configs.items()
        }
        topics = {name: answer.result(ANSWER_WITHIN) for name, answer in described.items()}
    except KafkaException as error:
        raise RetriableError(
            f"no answer from the broker at {options['bootstrap.servers']}: {error.args[0].str()}"
        ) from error
    return {
        name: Found(len(topic.partitions), cleanup[name], str(topic.topic_id))
        for name, topic in topics.items()
    }


def _settled(options: Mapping[str, Any], names: list[str]) -> dict[str, Found]:
    """As `look`; a broker takes a moment to tell of a topic that was just made."""
    deadline = monotonic() + SETTLE_WITHIN
    while missing := set(names) - (found := look(options, names)).keys():
        if monotonic() > deadline:
            break
        LOG.info("waiting for topics to appear", topics=sorted(missing))
        sleep(0.5)
    return found


def changelogs(app: Any) -> tuple[Needed, ...]:
    """The changelog topics of the app's tables."""
    return tuple(
        Needed(table.changelog_topic.get_topic_name(), table.partitions, compact=True)
        for table in app.tables.values()
    )


def preflight(app: Any, *topics: Needed) -> None:
    """Refuse to start unless `topics` and the app's changelogs are as they should be.

    Raises RefusedToStartError naming every fault, RetriableError while no broker answers.
    """
    check_lanes(app)
    needed = (*topics, *changelogs(app))
    found = _settled(app.kafka, [topic.name for topic in needed])
    told = faults(needed, found)
    if not told:
        told = incarnations.faults(app, found)
    if told:
        raise RefusedToStartError("; ".join(told))
    incarnations.remember(app, found)
