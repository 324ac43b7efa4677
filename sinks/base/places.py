"""Where a drain takes up each partition: the table's offsets, held against what the broker has."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from schemas.errors import FatalError
from sinks.base.batch import Place
from sinks.base.cluster import Cluster
from sinks.base.offsets import Ledger

log = structlog.get_logger("sinks")
Ask = Callable[[str, Iterable[int]], dict[int, int]]  # a question about a topic's partitions


class Keeper(Protocol):
    """Whoever can reach the table of offsets."""

    def load(self, ledger: Ledger, starts: dict[Place, int]) -> dict[Place, int]: ...


@dataclass(frozen=True, slots=True)
class Places:
    """`written` is the table's word, `starts` is where to read on."""

    ledger: Ledger
    written: dict[Place, int]
    starts: dict[Place, int]


def find_places(cluster: Cluster, keeper: Keeper, group: str, wanted: frozenset[Place]) -> Places:
    """Raise FatalError when the offsets cannot be about this log."""
    topics = sorted({topic for topic, _ in wanted})
    ledger = Ledger(group, {topic: cluster.incarnation(topic) for topic in topics})
    earliest = of_each(wanted, cluster.earliest)
    written = keeper.load(ledger, earliest)
    starts = reconcile(written, earliest, of_each(wanted, cluster.latest))
    for (topic, partition), start in starts.items():
        first = written[topic, partition]
        if start > first:
            log.error(
                "records expired before they were written",
                topic=topic,
                partition=partition,
                first=first,
                count=start - first,
            )
    return Places(ledger, written, starts)


def of_each(places: Iterable[Place], ask: Ask) -> dict[Place, int]:
    """One question per topic."""
    asked: dict[str, list[int]] = defaultdict(list)
    for topic, partition in places:
        asked[topic].append(partition)
    return {
        (topic, partition): offset
        for topic, partitions in asked.items()
        for partition, offset in ask(topic, partitions).items()
    }


def reconcile(
    written: Mapping[Place, int], earliest: Mapping[Place, int], latest: Mapping[Place, int]
) -> dict[Place, int]:
    """Read on where the table stands, or at the oldest record left after it. Pure."""
    for place, offset in written.items():
        if offset > latest[place]:
            topic, partition = place
            raise FatalError(
                f"topic {topic}, partition {partition}, ends at {latest[place]}, but"
                f" {offset} was written: the log has lost its end. Once it is restored, start"
                " again; or give up the difference with: heat sink reset"
            )
    return {place: max(offset, earliest[place]) for place, offset in written.items()}
