"""Table `raw_mentions`: what sources said, shortened. The ticks between them are no rows."""

from typing import Final

from schemas.records import RawMention
from schemas.sources import SOURCE_TYPES
from schemas.topics import raw_topic
from sinks import tombstones
from sinks.base.table import HEAD, Column, Table
from sinks.forget.blanking import OF_RAW

COLUMNS: Final[tuple[Column, ...]] = (
    *HEAD,
    ("native_id", "text"),
    ("kind", "text"),
    ("channel", "text"),
    ("author", "text"),
    ("title", "text"),
    ("text", "text"),
    ("url", "text"),
    ("language", "text"),
    ("level", "float8"),
    ("level_unit", "text"),
    ("deleted", "bool"),
    ("attributes", "jsonb"),
)
RAW_MENTIONS = Table(
    name="raw_mentions",
    topics=tuple(raw_topic(source) for source in SOURCE_TYPES),
    record=RawMention,
    columns=COLUMNS,
    replaces=True,
    by_time=True,
    carries_ticks=True,
    longest={"title": 1000, "text": 1000},
    words=OF_RAW,
    admit=tombstones.of_raw(COLUMNS),
)
