"""How far a group has written its topics, in the database that the rows are in.

A partition's row is moved only from where the writer believes it stands. A process that lost the
partition while it was frozen finds the row elsewhere and writes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from schemas.errors import FatalError
from sinks.base.batch import Place
from sinks.base.errors import LostPartitionError

Session = psycopg.Connection[Any]

INSERT: Final = """
    INSERT INTO sink_offsets (group_name, topic, topic_incarnation, partition, next_offset)
    SELECT %(group)s, start.topic, start.incarnation, start.partition, start.next_offset
    FROM unnest(%(topics)s::text[], %(incarnations)s::text[], %(partitions)s::int[],
                %(offsets)s::bigint[]) AS start (topic, incarnation, partition, next_offset)
    ON CONFLICT DO NOTHING
"""
SELECT: Final = """
    SELECT kept.topic, kept.partition, kept.next_offset
    FROM sink_offsets AS kept
    JOIN unnest(%(topics)s::text[], %(partitions)s::int[]) AS asked (topic, partition)
      ON kept.topic = asked.topic AND kept.partition = asked.partition
    WHERE kept.group_name = %(group)s
"""
ADVANCE: Final = """
    UPDATE sink_offsets AS kept SET next_offset = step.next_offset
    FROM unnest(%(topics)s::text[], %(incarnations)s::text[], %(partitions)s::int[],
                %(expected)s::bigint[], %(offsets)s::bigint[])
        AS step (topic, incarnation, partition, expected, next_offset)
    WHERE kept.group_name = %(group)s AND kept.topic = step.topic
      AND kept.topic_incarnation = step.incarnation
      AND kept.partition = step.partition AND kept.next_offset = step.expected
"""
OTHER_INCARNATION: Final = """
    SELECT kept.topic, asked.incarnation, kept.topic_incarnation
    FROM sink_offsets AS kept
    JOIN unnest(%(topics)s::text[], %(incarnations)s::text[]) AS asked (topic, incarnation)
      ON kept.topic = asked.topic AND kept.topic_incarnation <> asked.incarnation
    WHERE kept.group_name = %(group)s
    ORDER BY kept.topic LIMIT 1
"""
OTHER_GROUP: Final = """
    SELECT group_name FROM sink_offsets
    WHERE right(group_name, length(%(bare)s)) = %(bare)s AND group_name <> %(group)s LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Whose offsets: a group, its topics by their full names, and which topics of those names."""

    group: str
    incarnations: Mapping[str, str]

    def check(self, session: Session) -> None:
        """Raise FatalError when the rows behind the offsets are not of these topics."""
        named = {
            "group": self.group,
            "topics": list(self.incarnations),
            "incarnations": list(self.incarnations.values()),
            "bare": f"sink-{self._bare()}",
        }
        row = session.execute(OTHER_INCARNATION, named).fetchone()
        if row is not None:
            raise FatalError(
                f"topic {row[0]} was recreated: its id is {row[1]}, the offsets in"
                f" sink_offsets belong to {row[2]}. To read the new topic from its start (rows"
                f" that are there stay as they are), run: heat sink reset {self._bare()}"
            )
        row = session.execute(OTHER_GROUP, named).fetchone()
        if row is not None:
            raise FatalError(
                f"this database holds the rows of group {row[0]}; group {self.group} reads another"
                " namespace and needs a database of its own (HEAT_DATABASE__DSN)"
            )

    def load(self, session: Session, starts: Mapping[Place, int]) -> dict[Place, int]:
        """Where each partition stands; one that was never read stands at its start."""
        self.check(session)
        session.execute(INSERT, self._named(starts, offsets=list(starts.values())))
        return self.read(session, starts)

    def read(self, session: Session, places: Iterable[Place]) -> dict[Place, int]:
        found = session.execute(SELECT, self._named(places)).fetchall()
        return {(topic, partition): offset for topic, partition, offset in found}

    def advance(
        self, session: Session, expected: Mapping[Place, int], reached: Mapping[Place, int]
    ) -> None:
        """Move every partition, or raise LostPartitionError, with nothing to keep."""
        before = [expected[place] for place in reached]
        named = self._named(reached, expected=before, offsets=list(reached.values()))
        if session.execute(ADVANCE, named).rowcount != len(reached):
            raise LostPartitionError(f"{self.group}: another process wrote our partitions")

    def _bare(self) -> str:
        return self.group.rsplit("sink-", 1)[-1]

    def _named(self, places: Iterable[Place], **more: object) -> dict[str, object]:
        asked = list(places)
        return {
            "group": self.group,
            "topics": [topic for topic, _ in asked],
            "incarnations": [self.incarnations[topic] for topic, _ in asked],
            "partitions": [partition for _, partition in asked],
            **more,
        }


def forget(session: Session, group: str) -> int:
    """Drop a group's offsets: it will read its topics anew. The count of partitions."""
    return session.execute("DELETE FROM sink_offsets WHERE group_name = %s", (group,)).rowcount
