"""How far a group has written a topic, in the table that the rows are in.

A partition's row is moved only from where the writer believes it stands. A process that lost the
partition while it was frozen finds the row elsewhere and writes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from schemas.errors import FatalError
from sinks.base.errors import LostPartitionError

Session = psycopg.Connection[Any]

INSERT: Final = """
    INSERT INTO sink_offsets (group_name, topic, topic_incarnation, partition, next_offset)
    SELECT %(group)s, %(topic)s, %(incarnation)s, start.partition, start.next_offset
    FROM unnest(%(partitions)s::int[], %(offsets)s::bigint[]) AS start (partition, next_offset)
    ON CONFLICT DO NOTHING
"""
SELECT: Final = """
    SELECT partition, next_offset FROM sink_offsets
    WHERE group_name = %(group)s AND topic = %(topic)s AND partition = ANY(%(partitions)s::int[])
"""
ADVANCE: Final = """
    UPDATE sink_offsets AS kept SET next_offset = step.next_offset
    FROM unnest(%(partitions)s::int[], %(expected)s::bigint[], %(offsets)s::bigint[])
        AS step (partition, expected, next_offset)
    WHERE kept.group_name = %(group)s AND kept.topic = %(topic)s
      AND kept.topic_incarnation = %(incarnation)s
      AND kept.partition = step.partition AND kept.next_offset = step.expected
"""
OTHER_INCARNATION: Final = """
    SELECT topic_incarnation FROM sink_offsets
    WHERE group_name = %(group)s AND topic = %(topic)s AND topic_incarnation <> %(incarnation)s
    LIMIT 1
"""
OTHER_GROUP: Final = """
    SELECT group_name FROM sink_offsets
    WHERE right(group_name, length(%(bare)s)) = %(bare)s AND group_name <> %(group)s LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Whose offsets: a group, a topic by its full name, and which topic of that name."""

    group: str
    topic: str
    incarnation: str

    def check(self, session: Session) -> None:
        """Raise FatalError when the rows behind the offsets are not of this topic."""
        row = session.execute(OTHER_INCARNATION, self._named()).fetchone()
        if row is not None:
            raise FatalError(
                f"topic {self.topic} was recreated: its id is {self.incarnation}, the offsets in"
                f" sink_offsets belong to {row[0]}. To read the new topic from its start (rows"
                f" that are there stay as they are), run: heat sink reset {self._bare()}"
            )
        named = {**self._named(), "bare": f"sink-{self._bare()}"}
        row = session.execute(OTHER_GROUP, named).fetchone()
        if row is not None:
            raise FatalError(
                f"this database holds the rows of group {row[0]}; group {self.group} reads another"
                " namespace and needs a database of its own (HEAT_DATABASE__DSN)"
            )

    def load(self, session: Session, starts: Mapping[int, int]) -> dict[int, int]:
        """Where each partition stands; one that was never read stands at its start."""
        self.check(session)
        named = self._named(partitions=list(starts), offsets=list(starts.values()))
        session.execute(INSERT, named)
        return self.read(session, starts)

    def read(self, session: Session, partitions: Iterable[int]) -> dict[int, int]:
        named = self._named(partitions=list(partitions))
        return dict(session.execute(SELECT, named).fetchall())

    def advance(
        self, session: Session, expected: Mapping[int, int], reached: Mapping[int, int]
    ) -> None:
        """Move every partition, or raise LostPartitionError, with nothing to keep."""
        before = [expected[partition] for partition in reached]
        named = self._named(
            partitions=list(reached), expected=before, offsets=list(reached.values())
        )
        if session.execute(ADVANCE, named).rowcount != len(reached):
            raise LostPartitionError(f"{self.topic}: another process wrote our partitions")

    def _bare(self) -> str:
        return self.group.rsplit("sink-", 1)[-1]

    def _named(self, **more: object) -> dict[str, object]:
        return {
            "group": self.group,
            "topic": self.topic,
            "incarnation": self.incarnation,
            **more,
        }


def forget(session: Session, group: str) -> int:
    """Drop a group's offsets: it will read its topic from the start. The count of partitions."""
    return session.execute("DELETE FROM sink_offsets WHERE group_name = %s", (group,)).rowcount
