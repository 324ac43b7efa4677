"""Table `candidates`: what was left out of the count, and why."""

from typing import Final

from schemas.records import Candidate
from sinks import tombstones
from sinks.base.table import HEAD, LINEAGE, Column, Table
from sinks.forget.blanking import OF_CANDIDATE

COLUMNS: Final[tuple[Column, ...]] = (
    *HEAD,
    ("raw_id", "text"),
    ("surface", "text"),
    ("reason", "text"),
    ("options", "jsonb"),
    ("resolved", "bool"),
    ("outlet", "text"),
    ("author_key", "int8"),
    ("text_key", "int8"),
    ("spam", "float8"),
    ("title", "text"),
    ("url", "text"),
    *LINEAGE,
)
CANDIDATES = Table(
    name="candidates",
    topics=("entities.candidates",),
    record=Candidate,
    columns=COLUMNS,
    replaces=True,
    by_time=True,
    carries_ticks=True,
    unstored=("near_key",),
    admit=tombstones.of_table(COLUMNS, OF_CANDIDATE),
)
