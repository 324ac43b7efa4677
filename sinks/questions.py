"""Table `questions`: names that could mean several entities, as asked and as answered."""

from schemas.records import Question
from sinks.base.table import Table
from sinks.base.wire import Row, document, moment, optional_text, text, texts


def row(question: Question) -> Row:
    return (
        text(question.id),
        moment(question.event_time),
        moment(question.known_time),
        text(question.source),
        text(question.source_type),
        question.test,
        question.tick,
        text(question.question_id),
        text(question.surface),
        text(question.reason),
        document(question.options),
        question.mentions,
        question.authors,
        document(question.receipts),
        text(question.state),
        optional_text(question.picked),
        text(question.actor),
        text(question.config_hash),
        question.catalogue_version,
        text(question.code_version),
        texts(question.causation),
    )


QUESTIONS = Table(
    name="questions",
    topic="resolve.queue",
    record=Question,
    columns=(
        ("id", "text"),
        ("event_time", "timestamptz"),
        ("known_time", "timestamptz"),
        ("source", "text"),
        ("source_type", "text"),
        ("test", "bool"),
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
        ("config_hash", "text"),
        ("catalogue_version", "int8"),
        ("code_version", "text"),
        ("causation", "text[]"),
    ),
    row=row,
    replaces=False,
)
