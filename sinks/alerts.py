"""Table `alerts`: every step of every alert. Steps are hash-chained, so none is ever rewritten."""

from schemas.records import Alert
from sinks.base.table import HEAD, LINEAGE, Table

ALERTS = Table(
    name="alerts",
    topics=("alerts",),
    record=Alert,
    columns=(
        *HEAD,
        ("tick", "int8"),
        ("alert_id", "text"),
        ("story_id", "text"),
        ("episode_id", "text"),
        ("step", "int8"),
        ("kind", "text"),
        ("entity_id", "text"),
        ("entity_name", "text"),
        ("entity_type", "text"),
        ("entities", "jsonb"),
        ("told_by", "text"),
        ("heat", "float8"),
        ("display", "float8"),
        ("velocity_z", "float8"),
        ("detection_score", "float8"),
        ("spread_types", "int8"),
        ("affect", "float8"),
        ("confidence", "float8"),
        ("cohesion", "float8"),
        ("label", "text"),
        ("mentions", "int8"),
        ("headline", "text"),
        ("reasons", "jsonb"),
        ("receipts", "jsonb"),
        ("trade", "jsonb"),
        *LINEAGE,
        ("previous_hash", "text"),
        ("hash", "text"),
    ),
    replaces=False,
)
