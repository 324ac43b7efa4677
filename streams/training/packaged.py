"""The records of the tables that came with the code, for a deployment that was not told of them."""

from collections.abc import Iterable
from typing import Final

from schemas.clock import Millis
from schemas.ids import derived_id
from schemas.records import TrainingRun
from schemas.version import CODE_VERSION
from streams.core import confidence, forecast, risers

PACKAGED: Final = "packaged"


def packaged(begun: Millis, runs: Iterable[TrainingRun]) -> list[TrainingRun]:
    """Records of the tables that came with the code and were not told yet: served from the start.

    Their errors were measured where they were fitted and did not come along. Whoever tells them,
    a table's record has one id.
    """
    told = {run.version for run in runs}
    return [
        TrainingRun(
            id=derived_id("training-run", version, PACKAGED), event_time=begun, known_time=begun,
            model=model, version=version, trained_on=PACKAGED, series=0, examples=0, held_out=0,
            metrics={}, naive={}, served=True, input_hash="", config_hash="",
            code_version=CODE_VERSION,
        )
        for model, version in _tables().items() if version not in told
    ]


def _tables() -> dict[str, str]:
    curve = confidence.packaged()
    tables = {"heat": risers.packaged().name, "counts": forecast.packaged().name}
    return tables if curve is None else {**tables, "confidence": curve.name}
