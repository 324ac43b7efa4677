"""Tables `predictions` and `training_runs`: what was foretold, and by what."""

from schemas.records import Prediction, TrainingRun
from sinks.base.table import Table
from sinks.base.wire import Row, document, moment, text, texts


def prediction_row(told: Prediction) -> Row:
    return (
        text(told.id),
        moment(told.event_time),
        moment(told.known_time),
        text(told.source),
        text(told.source_type),
        told.test,
        told.tick,
        text(told.entity_id),
        text(told.entity_name),
        text(told.entity_type),
        told.heat,
        told.horizon_hours,
        told.p10,
        told.p50,
        told.p90,
        told.naive,
        None if told.peak_time is None else moment(told.peak_time),
        told.top_chance,
        text(told.model),
        text(told.config_hash),
        told.catalogue_version,
        text(told.code_version),
        texts(told.causation),
    )


PREDICTIONS = Table(
    name="predictions",
    topic="predictions",
    record=Prediction,
    columns=(
        ("id", "text"),
        ("event_time", "timestamptz"),
        ("known_time", "timestamptz"),
        ("source", "text"),
        ("source_type", "text"),
        ("test", "bool"),
        ("tick", "int8"),
        ("entity_id", "text"),
        ("entity_name", "text"),
        ("entity_type", "text"),
        ("heat", "float8"),
        ("horizon_hours", "int8"),
        ("p10", "float8"),
        ("p50", "float8"),
        ("p90", "float8"),
        ("naive", "float8"),
        ("peak_time", "timestamptz"),
        ("top_chance", "float8"),
        ("model", "text"),
        ("config_hash", "text"),
        ("catalogue_version", "int8"),
        ("code_version", "text"),
        ("causation", "text[]"),
    ),
    row=prediction_row,
    replaces=True,
)


def run_row(run: TrainingRun) -> Row:
    return (
        text(run.id),
        moment(run.event_time),
        moment(run.known_time),
        text(run.source),
        text(run.source_type),
        run.test,
        text(run.model),
        text(run.version),
        text(run.trained_on),
        run.series,
        run.examples,
        run.held_out,
        document(run.metrics),
        document(run.naive),
        run.served,
        text(run.refusal),
        text(run.input_hash),
        text(run.artifact),
        text(run.config_hash),
        text(run.code_version),
    )


RUNS = Table(
    name="training_runs",
    topic="training.runs",
    record=TrainingRun,
    columns=(
        ("id", "text"),
        ("event_time", "timestamptz"),
        ("known_time", "timestamptz"),
        ("source", "text"),
        ("source_type", "text"),
        ("test", "bool"),
        ("model", "text"),
        ("version", "text"),
        ("trained_on", "text"),
        ("series", "int8"),
        ("examples", "int8"),
        ("held_out", "int8"),
        ("metrics", "jsonb"),
        ("naive", "jsonb"),
        ("served", "bool"),
        ("refusal", "text"),
        ("input_hash", "text"),
        ("artifact", "text"),
        ("config_hash", "text"),
        ("code_version", "text"),
    ),
    row=run_row,
    replaces=False,
)
