"""Table `questions`: names that could mean several entities, as asked and as answered."""

from schemas.records import Question
from sinks.base.table import HEAD, LINEAGE, Table

QUESTIONS = Table(
    name="questions",
    topics=("resolve.queue",),
    record=Question,
    columns=(
        *HEAD,
        ("tick", "int8"),
        ("question_id", "text"),
        ("surface", "text"),
        ("reason", "text"),
        ("options", "jsonb"),
        ("mentions", "int8"),
        ("authors", "int8"),
        ("receipts", "jsonb"),
        ("state", "text"),
        ("picked", "text"),
        ("actor", "text"),
        *LINEAGE,
    ),
    replaces=False,
)
