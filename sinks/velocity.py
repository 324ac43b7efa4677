"""Table `velocity`: the speed of an entity whenever it has changed."""

from collections.abc import Mapping
from typing import Any, Final

import psycopg

from schemas.records import Velocity
from sinks.base.table import HEAD, LINEAGE, Column, Table, stage

COLUMNS: Final[tuple[Column, ...]] = (
    *HEAD,
    ("tick", "int8"),
    ("entity_id", "text"),
    ("entity_type", "text"),
    ("types", "jsonb"),
    ("velocity_z", "float8"),
    ("detection_score", "float8"),
    *LINEAGE,
)
# A row says something when its numbers are others than at the entity's poll before. The poll before
# is in the batch; of an entity's first row there, it has the numbers of the last row stored before
# it. So the same rows are stored wherever a batch ends, and when the topic is read again.
UNCHANGED: Final = """
    WITH said AS (
        SELECT id, entity_id, known_time,
               jsonb_build_array(types, velocity_z, detection_score) AS numbers
        FROM staging_velocity
    ), ordered AS (
        SELECT *, lag(numbers) OVER (PARTITION BY entity_id ORDER BY known_time, id) AS before
        FROM said
    )
    SELECT ordered.id FROM ordered
    LEFT JOIN LATERAL (
        SELECT jsonb_build_array(types, velocity_z, detection_score) AS numbers
        FROM velocity
        WHERE entity_id = ordered.entity_id AND known_time < ordered.known_time
        ORDER BY known_time DESC LIMIT 1
    ) AS stored ON ordered.before IS NULL
    WHERE ordered.numbers = coalesce(ordered.before, stored.numbers)
"""


def changes(session: psycopg.Connection[Any], rows: Mapping[bytes, bytes]) -> list[bytes]:
    """The rows that say something new."""
    stage(session, VELOCITY, list(rows.values()))
    unchanged = {str(row[0]).encode() for row in session.execute(UNCHANGED)}
    session.execute("DELETE FROM staging_velocity")
    return [row for key, row in rows.items() if key not in unchanged]


VELOCITY = Table(
    name="velocity",
    topics=("velocity",),
    record=Velocity,
    columns=COLUMNS,
    replaces=False,
    by_time=True,
    admit=changes,
)
