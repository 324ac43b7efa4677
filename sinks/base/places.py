"""Where a drain takes up each partition: the table's offsets, held against what the broker has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from schemas.errors import FatalError
from sinks.base.cluster import Cluster
from sinks.base.offsets import Ledger

log = structlog.get_logger("sinks")


class Keeper(Protocol):
    """Whoever can reach the table of offsets."""

    def load(self, ledger: Ledger, starts: dict[int, int]) -> dict[int, int]: ...


@dataclass(frozen=True, slots=True)
class Places:
    """`written` is the table's word, `starts` is where to read on."""

    ledger: Ledger
    written: dict[int, int]
    starts: dict[int, int]


def find_places(
    cluster: Cluster, keeper: Keeper, group: str, topic: str, partitions: frozenset[int]
) -> Places:
    """Raise FatalError when the offsets cannot be about this log."""
    ledger = Ledger(group, topic, cluster.incarnation(topic))
    earliest = cluster.earliest(topic, partitions)
    written = keeper.load(ledger, earliest)
    starts = reconcile(topic, written, earliest, cluster.latest(topic, partitions))
    for partition, start in starts.items():
        if start > written[partition]:
            log.error(
                "records expired before they were written",
                topic=topic,
                partition=partition,
                first=written[partition],
                count=start - written[partition],
            )
    return Places(ledger, written, starts)


def reconcile(
    topic: str, written: Mapping[int, int], earliest: Mapping[int, int], latest: Mapping[int, int]
) -> dict[int, int]:
    """Read on where the table stands, or at the oldest record left after it. Pure."""
    for partition, offset in written.items():
        if offset > latest[partition]:
            raise FatalError(
                f"topic {topic}, partition {partition}, ends at {latest[partition]}, but"
                f" {offset} was written: the log has lost its end. Once it is restored, start"
                " again; or give up the difference with: heat sink reset"
            )
    return {p: max(offset, earliest[p]) for p, offset in written.items()}
