"""Table `discoveries`: every step in the life of a name that the news brought up."""

from schemas.records import Discovery
from sinks.base.table import HEAD, LINEAGE, Table

DISCOVERIES = Table(
    name="discoveries",
    topics=("discoveries",),
    record=Discovery,
    columns=(
        *HEAD,
        ("tick", "int8"),
        ("kind", "text"),
        ("entity_id", "text"),
        ("name", "text"),
        ("entity_type", "text"),
        ("surfaces", "text[]"),
        ("first_seen", "timestamptz"),
        ("mentions", "int8"),
        ("authors", "int8"),
        ("types", "jsonb"),
        ("velocity_z", "float8"),
        ("detection_score", "float8"),
        ("receipts", "jsonb"),
        ("page", "text"),
        ("note", "text"),
        *LINEAGE,
    ),
    replaces=False,
)
