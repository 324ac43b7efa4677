"""Table `velocity`: the speed of an entity whenever it has changed."""

from schemas.records import Velocity
from sinks.base.table import HEAD, LINEAGE, Table

VELOCITY = Table(
    name="velocity",
    topics=("velocity",),
    record=Velocity,
    columns=(
        *HEAD,
        ("tick", "int8"),
        ("entity_id", "text"),
        ("entity_type", "text"),
        ("types", "jsonb"),
        ("velocity_z", "float8"),
        ("detection_score", "float8"),
        *LINEAGE,
    ),
    replaces=False,
    by_time=True,
)
