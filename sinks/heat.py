"""Table `heat`: HEAT of an entity at a poll, its parts and its evidence as documents."""

from schemas.records import Heat
from sinks.base.table import HEAD, LINEAGE, Table

HEAT = Table(
    name="heat",
    topics=("heat",),
    record=Heat,
    columns=(
        *HEAD,
        ("tick", "int8"),
        ("entity_id", "text"),
        ("entity_name", "text"),
        ("entity_type", "text"),
        ("heat", "float8"),
        ("raw_heat", "float8"),
        ("display", "float8"),
        ("velocity_z", "float8"),
        ("spread", "float8"),
        ("affect", "float8"),
        ("freshness", "float8"),
        ("hours_since_peak", "float8"),
        ("detection_score", "float8"),
        ("types", "jsonb"),
        ("mentions", "int8"),
        ("sentiment", "float8"),
        ("episode_id", "text"),
        ("episode_state", "text"),
        ("cohesion", "float8"),
        ("label", "text"),
        ("advanced", "jsonb"),
        ("reasons", "jsonb"),
        ("receipts", "jsonb"),
        *LINEAGE,
    ),
    replaces=True,
    by_time=True,
)
