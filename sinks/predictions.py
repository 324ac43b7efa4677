"""Tables `predictions` and `training_runs`: what was foretold, and by what."""

from schemas.records import Prediction, TrainingRun
from sinks.base.table import HEAD, LINEAGE, Table

PREDICTIONS = Table(
    name="predictions",
    topics=("predictions",),
    record=Prediction,
    columns=(
        *HEAD,
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
        *LINEAGE,
    ),
    replaces=True,
    by_time=True,
)


RUNS = Table(
    name="training_runs",
    topics=("training.runs",),
    record=TrainingRun,
    columns=(
        *HEAD,
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
    replaces=False,
)
