"""Table `entities`: the catalogue as it stands, the names of each entity in an indexed array."""

from schemas.records import Entity
from sinks.base.table import HEAD, Table

ENTITIES = Table(
    name="entities",
    topics=("entities",),
    record=Entity,
    columns=(
        *HEAD,
        ("name", "text"),
        ("entity_type", "text"),
        ("aliases", "text[]"),
        ("alias_sources", "jsonb"),
        ("prior", "float8"),
        ("context", "text[]"),
        ("ambiguous", "bool"),
        ("related", "text[]"),
        ("relations", "jsonb"),
        ("status", "text"),
        ("merged_into", "text"),
        ("verified", "bool"),
        ("first_seen", "timestamptz"),
        ("provenance", "text"),
        ("external_ids", "jsonb"),
    ),
    replaces=True,
)
