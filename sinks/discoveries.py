"""Table `discoveries`: every step in the life of a name that the news brought up."""

from schemas.records import Discovery
from sinks.base.table import Table
from sinks.base.wire import Row, document, moment, optional_text, text, texts


def row(step: Discovery) -> Row:
    return (
        text(step.id),
        moment(step.event_time),
        moment(step.known_time),
        text(step.source),
        text(step.source_type),
        step.test,
        step.tick,
        text(step.kind),
        text(step.entity_id),
        text(step.name),
        text(step.entity_type),
        texts(step.surfaces),
        moment(step.first_seen),
        step.mentions,
        step.authors,
        document(step.types),
        step.velocity_z,
        step.detection_score,
        document(step.receipts),
        optional_text(step.page),
        text(step.note),
        text(step.config_hash),
        step.catalogue_version,
        text(step.code_version),
        texts(step.causation),
    )


DISCOVERIES = Table(
    name="discoveries",
    topic="discoveries",
    record=Discovery,
    columns=(
        ("id", "text"),
        ("event_time", "timestamptz"),
        ("known_time", "timestamptz"),
        ("source", "text"),
        ("source_type", "text"),
        ("test", "bool"),
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
        ("config_hash", "text"),
        ("catalogue_version", "int8"),
        ("code_version", "text"),
        ("causation", "text[]"),
    ),
    row=row,
    replaces=False,
)
