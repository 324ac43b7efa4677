"""Table `mentions`: raw mentions resolved to an entity. The ticks between them are no rows."""

from typing import Final

from schemas.records import Mention
from sinks import tombstones
from sinks.base.table import HEAD, LINEAGE, Column, Table
from sinks.forget.blanking import OF_MENTION

COLUMNS: Final[tuple[Column, ...]] = (
    *HEAD,
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
    ("spam_reasons", "text[]"),
    ("outlet", "text"),
    ("author_key", "int8"),
    ("text_key", "int8"),
    ("together", "text[]"),
    ("terms", "jsonb"),
    ("title", "text"),
    ("url", "text"),
    ("level", "float8"),
    *LINEAGE,
)
MENTIONS = Table(
    name="mentions",
    topics=("mentions",),
    record=Mention,
    columns=COLUMNS,
    replaces=True,
    by_time=True,
    carries_ticks=True,
    # Keys for machines: whoever counts copies in SQL has text_key, and the archive has all of it.
    unstored=("near_key", "words"),
    admit=tombstones.of_table(COLUMNS, OF_MENTION),
)
