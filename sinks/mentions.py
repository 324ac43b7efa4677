"""Table `mentions`: raw mentions resolved to an entity. The ticks between them are no rows."""

from schemas.records import Mention
from sinks.base.table import Table
from sinks.base.wire import Row, moment, optional_text, text, texts


def row(mention: Mention) -> Row:
    return (
        text(mention.id),
        moment(mention.event_time),
        moment(mention.known_time),
        text(mention.source),
        text(mention.source_type),
        mention.test,
        text(mention.raw_id),
        mention.late_ms,
        text(mention.entity_id),
        text(mention.entity_name),
        text(mention.entity_type),
        text(mention.surface),
        mention.score,
        mention.margin,
        text(mention.about),
        mention.sentiment,
        mention.intensity,
        mention.spam,
        text(mention.outlet),
        mention.author_key,
        mention.text_key,
        text(mention.title),
        optional_text(mention.url),
        mention.level,
        text(mention.config_hash),
        mention.catalogue_version,
        text(mention.code_version),
        texts(mention.causation),
    )


MENTIONS = Table(
    name="mentions",
    topic="mentions",
    record=Mention,
    columns=(
        ("id", "text"),
        ("event_time", "timestamptz"),
        ("known_time", "timestamptz"),
        ("source", "text"),
        ("source_type", "text"),
        ("test", "bool"),
        ("raw_id", "text"),
        ("late_ms", "int8"),
        ("entity_id", "text"),
        ("entity_name", "text"),
        ("entity_type", "text"),
        ("surface", "text"),
        ("score", "float8"),
        ("margin", "float8"),
        ("about", "text"),
        ("sentiment", "float8"),
        ("intensity", "float8"),
        ("spam", "float8"),
        ("outlet", "text"),
        ("author_key", "int8"),
        ("text_key", "int8"),
        ("title", "text"),
        ("url", "text"),
        ("level", "float8"),
        ("config_hash", "text"),
        ("catalogue_version", "int8"),
        ("code_version", "text"),
        ("causation", "text[]"),
    ),
    row=row,
    replaces=True,
    carries_ticks=True,
)
