"""Table `candidates`: what was left out of the count, and why."""

from schemas.records import Candidate
from sinks.base.table import HEAD, LINEAGE, Table

CANDIDATES = Table(
    name="candidates",
    topics=("entities.candidates",),
    record=Candidate,
    columns=(
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
    ),
    replaces=True,
    by_time=True,
    carries_ticks=True,
    unstored=("near_key",),
)
