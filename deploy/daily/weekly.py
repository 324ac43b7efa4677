"""When the forecast is trained, and what is told of a training that could not be."""

from collections.abc import Iterable
from typing import Final

from deploy.live_training import LIVE
from schemas.clock import DAY_MS, HOUR_MS, Millis
from schemas.ids import derived_id
from schemas.records import TrainingRun
from schemas.version import CODE_VERSION

WEEK_MS: Final = 7 * DAY_MS
WEEKDAY_OF_THE_EPOCH: Final = 3  # a Thursday, when Monday is 0


def last_slot(at: Millis, weekday: int, hour: int) -> Millis:
    """The newest of the weekly moments that is not after `at`."""
    first = ((weekday - WEEKDAY_OF_THE_EPOCH) % 7) * DAY_MS + hour * HOUR_MS
    return at - (at - first) % WEEK_MS


def training_due(slot: Millis, begun: Millis, runs: Iterable[TrainingRun]) -> bool:
    """Whether nothing was trained since the slot; one before the first tick is nobody's."""
    done = any(run.trained_on == LIVE and run.known_time >= slot for run in runs)
    return slot > begun and not done


def refused(at: Millis, reason: str, model: str = "heat") -> TrainingRun:
    """The record of a training that could not be: it is not tried again before the next slot."""
    return TrainingRun(
        id=derived_id("training-run", model, "refused", str(at)), event_time=at, known_time=at,
        model=model, version="", trained_on=LIVE, series=0, examples=0, held_out=0, metrics={},
        naive={}, served=False, refusal=reason, input_hash="", config_hash="",
        code_version=CODE_VERSION,
    )
