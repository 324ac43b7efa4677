"""One training: past against later time, the verdict, and its record."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from math import ceil
from typing import Final, NamedTuple

import msgspec

from schemas.clock import Millis
from schemas.ids import derived_id
from schemas.records import TrainingRun
from schemas.records.training import beats
from schemas.version import CODE_VERSION
from streams.core.forecast import Table
from streams.core.profile import DAY, FURTHEST
from streams.training import counts
from streams.training.counts import FIRST, Example, Score, Series, examples, fit, measure

PAST: Final = 0.6  # of each series; the rest is held out
SETTINGS: Final = {
    "first": counts.FIRST, "every": counts.EVERY, "from": counts.MEASURED_FROM,
    "beside": counts.BESIDE, "past": PAST,
}


class CountsRun(NamedTuple):
    """The table of all the time, and how one of the past alone did on what came after."""

    table: Table
    score: Score
    known: int

    def record(
        self, *, ended: Millis, trained_on: str, series: int, input_hash: str
    ) -> TrainingRun:
        metrics = {"mase": self.score.mase, "pinball": self.score.pinball,
                   "inside": self.score.inside}
        naive = {"mase": self.score.naive_mase, "pinball": self.score.naive_pinball}
        return verdict(
            model="counts", version=self.table.name, ended=ended, trained_on=trained_on,
            series=series, examples=self.known, held_out=self.score.forecasts,
            input_hash=input_hash, metrics=metrics, naive=naive,
            artifact=msgspec.json.encode(self.table).decode(), settings=SETTINGS,
        )


def verdict(
    *, model: str, version: str, ended: Millis, trained_on: str, series: int, examples: int,
    held_out: int, input_hash: str, metrics: dict[str, float], naive: dict[str, float],
    artifact: str, settings: Mapping[str, float],
) -> TrainingRun:
    """The record of a run. Weights that did not beat the naive guess do not travel."""
    served = beats(metrics, naive)
    return TrainingRun(
        id=derived_id("training-run", version, input_hash, str(ended)),
        event_time=ended, known_time=ended, model=model, version=version, trained_on=trained_on,
        series=series, examples=examples, held_out=held_out, metrics=metrics, naive=naive,
        served=served, refusal="" if served else "no better than the naive guess on held-out time",
        input_hash=input_hash, artifact=artifact if served else "",
        config_hash=settings_hash(settings), code_version=CODE_VERSION,
    )


def train(series: Series) -> CountsRun:
    """Raises ValueError when the series are too few or too short to fit and to measure."""
    past = _examples(series, {name: int(len(hours) * PAST) for name, hours in series.items()})
    if len(past) < counts.LEAST:
        raise ValueError(
            f"{len(past)} examples; {counts.LEAST} are needed: about "
            f"{days_needed(len(series))} days of counts in each of {len(series)} series, which "
            "are not the same every day"
        )
    measured = measure(
        fit(past, "past"), series, {name: int(len(hours) * PAST) for name, hours in series.items()}
    )
    known = _examples(series, {name: len(hours) for name, hours in series.items()})
    return CountsRun(versioned(fit(known, "")), measured, len(known))


def days_needed(series: int) -> int:
    """How long so many series must be, so that the past of all has examples enough."""
    origins = ceil(counts.LEAST / FURTHEST / max(series, 1))
    return ceil((FIRST + (origins - 1) * counts.EVERY + FURTHEST) / PAST / DAY)


def _examples(series: Series, ends: Mapping[str, int]) -> list[Example]:
    return [
        one for name in sorted(series) for one in examples(series[name], FIRST, ends[name])
    ]


def versioned(table: Table) -> Table:
    """Named after its weights: equal weights, equal name."""
    return msgspec.structs.replace(table, name=f"counts-{digest(table.weights)}")


def digest(weights: Sequence[object]) -> str:
    return blake2b(msgspec.json.encode(weights), digest_size=6).hexdigest()


def settings_hash(settings: Mapping[str, float]) -> str:
    """Of what the fit was told, whoever runs it."""
    plain = msgspec.json.encode(dict(settings), order="deterministic")
    return blake2b(plain, digest_size=6).hexdigest()
