"""The fitting of a model: on what, how good beside the naive guess, and whether it is served."""

from schemas.clock import Millis
from schemas.records.base import Record


class TrainingRun(Record, frozen=True, kw_only=True, gc=False):
    """One fitting of one model, measured on time that it had not seen."""

    schema_name = "training-run"
    id: str
    event_time: Millis  # when the run ended
    known_time: Millis
    source: str = "heat"
    source_type: str = "derived"
    test: bool = False
    model: str  # counts | heat | risers | confidence
    version: str  # of the weights: the model, and digits over them
    trained_on: str  # a file, a topic, or packaged
    series: int  # entities, or files' series
    examples: int  # the weights were fitted on
    held_out: int  # forecasts that were measured, all of later time
    metrics: dict[str, float]  # of the model, on what was held out
    naive: dict[str, float]  # the same of the naive forecast
    served: bool  # only when it beats the naive forecast in all that both have
    refusal: str = ""  # why it is not served
    input_hash: str  # of what it was fitted on
    artifact: str = ""  # the weights, as JSON; empty for those packaged with the code
    config_hash: str
    code_version: str


def beats(metrics: dict[str, float], naive: dict[str, float]) -> bool:
    """Whether every error told of both is smaller than the naive forecast's."""
    shared = sorted(metrics.keys() & naive.keys())
    return bool(shared) and all(metrics[name] < naive[name] for name in shared)
