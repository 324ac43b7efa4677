"""What is foretold of each entity, and how the models came about: folds over their topics."""

from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec
from aiokafka.structs import ConsumerRecord
from pydantic import Field

from gateway.slots import Band, band_at, chance_above
from gateway.subscription import NoQuery
from schemas.clock import HOUR_MS, Millis, iso
from schemas.codec import decode
from schemas.errors import UndecodableError
from schemas.records import Prediction, TrainingRun

TOPIC: Final = "predictions"
RUNS_TOPIC: Final = "training.runs"
REACH: Final = 4000  # more than one hour's predictions
RUNS_REACH: Final = 1000
FRESH_FOR: Final = 3 * HOUR_MS
KEPT_RUNS: Final = 100
Hours = Literal["1", "3", "6", "12"]


class PredictionsQuery(NoQuery):
    """Parameters of /predictions."""

    entity: str | None = Field(None, max_length=200, description="one entity id")
    horizon: Hours | None = Field(None, description="hours ahead: 1, 3, 6 or 12")
    limit: int = Field(100, ge=1, le=500, description="how many entities")


class TopQuery(NoQuery):
    """Parameters of /predictions/top. A slot stands in the place of a horizon."""

    horizon: Hours | None = Field(None, description="hours ahead: 1, 3, 6 (usual) or 12")
    slot: str | None = Field(None, max_length=100, description="name of a show of the settings")
    rising: bool = Field(False, description="only who is not on the list, by the chance to be")
    warm: float = Field(0.5, gt=0, le=2.5, description="heat that still is warm on air")
    limit: int = Field(20, ge=1, le=200, description="how many entities")


class Foretold:
    """The newest hour's predictions by entity and horizon."""

    def __init__(self) -> None:
        self._known: dict[str, dict[int, Prediction]] = {}
        self.as_of: Millis = 0

    def begin(self, _first: int) -> None:
        self._known.clear()

    def take(self, records: Sequence[ConsumerRecord], _position: int, _end: bool) -> None:
        for message in records:
            try:
                prediction = decode(message.value)
            except UndecodableError:
                continue
            if isinstance(prediction, Prediction) and not prediction.test:
                self.fold(prediction)

    def fold(self, prediction: Prediction) -> None:
        own = self._known.setdefault(prediction.entity_id, {})
        known = own.get(prediction.horizon_hours)
        if known is None or prediction.known_time >= known.known_time:
            own[prediction.horizon_hours] = prediction
        if prediction.known_time > self.as_of:
            self.as_of = prediction.known_time
            self._known = {e: p for e, p in self._known.items() if self._fresh(p)}

    def _fresh(self, own: dict[int, Prediction]) -> bool:
        return self.as_of - max(p.known_time for p in own.values()) <= FRESH_FOR

    def listed(self, asked: PredictionsQuery) -> list[dict[str, Any]]:
        """The hottest now first, each with its horizons."""
        chosen = [
            own for name, own in self._known.items() if asked.entity in (None, name)
        ]
        chosen.sort(key=lambda own: (-_any(own).heat, _any(own).entity_id))
        wanted = None if asked.horizon is None else int(asked.horizon)
        return [_told(own, wanted) for own in chosen[: asked.limit]]

    def top(self, asked: TopQuery) -> list[dict[str, Any]]:
        """By the median at the horizon, or for risers by the chance to be among the 20 hottest."""
        hours = int(asked.horizon or 6)
        rows = [own[hours] for own in self._known.values() if hours in own]
        if asked.rising:
            rows = [row for row in rows if row.top_chance is not None]
        rows.sort(key=lambda row: (
            -((row.top_chance or 0.0) if asked.rising else row.p50), row.entity_id
        ))
        return [
            {"rank": rank, **_entity(row), **_band(row)}
            for rank, row in enumerate(rows[: asked.limit], start=1)
        ]

    def on_air(self, begin: Millis, end: Millis, asked: TopQuery) -> list[dict[str, Any]]:
        """By the median in the middle of the show; who cannot be foretold so far is left out."""
        middle = (begin + end) // 2
        rows = []
        for own in self._known.values():
            one = _any(own)
            bands = {hours: Band(p.p10, p.p50, p.p90) for hours, p in own.items()}
            band = band_at(one.heat, one.known_time, bands, middle)
            if band is not None:
                rows.append((one, own, band))
        rows.sort(key=lambda row: (-row[2].p50, row[0].entity_id))
        return [
            {
                "rank": rank, **_entity(one), **_rounded(band._asdict()),
                "naive": round(_nearest(own, middle).naive, 4),
                "chance_warm": round(chance_above(band, asked.warm), 3),
                "peak_time": None if one.peak_time is None else iso(one.peak_time),
            }
            for rank, (one, own, band) in enumerate(rows[: asked.limit], start=1)
        ]


def _any(own: dict[int, Prediction]) -> Prediction:
    return own[min(own)]


def _nearest(own: dict[int, Prediction], at: Millis) -> Prediction:
    return min(own.values(), key=lambda p: abs(p.known_time + p.horizon_hours * HOUR_MS - at))


def _entity(row: Prediction) -> dict[str, Any]:
    return {
        "entity_id": row.entity_id, "name": row.entity_name, "entity_type": row.entity_type,
        "heat": round(row.heat, 4), "made_at": iso(row.known_time), "model": row.model,
    }


def _band(row: Prediction) -> dict[str, Any]:
    """Never without the naive forecast beside it."""
    return {
        "horizon_h": row.horizon_hours,
        **_rounded({"p10": row.p10, "p50": row.p50, "p90": row.p90, "naive": row.naive}),
        "top_chance": None if row.top_chance is None else round(row.top_chance, 3),
        "peak_time": None if row.peak_time is None else iso(row.peak_time),
    }


def _told(own: dict[int, Prediction], hours: int | None) -> dict[str, Any]:
    horizons = [_band(own[h]) for h in sorted(own) if hours in (None, h)]
    return {**_entity(_any(own)), "horizons": horizons}


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}


class Runs:
    """The training runs, the newest first, and which version of each model is served."""

    def __init__(self) -> None:
        self._runs: dict[str, TrainingRun] = {}

    def begin(self, _first: int) -> None:
        self._runs.clear()

    def take(self, records: Sequence[ConsumerRecord], _position: int, _end: bool) -> None:
        for message in records:
            try:
                run = decode(message.value)
            except UndecodableError:
                continue
            if isinstance(run, TrainingRun):
                self._runs[run.id] = run

    def status(self) -> dict[str, Any]:
        """What is served, and every run without its weights."""
        newest = sorted(self._runs.values(), key=lambda r: (-r.known_time, r.id))[:KEPT_RUNS]
        served: dict[str, str] = {}
        for run in newest:
            if run.served:
                served.setdefault(run.model, run.version)
        return {"served": served, "runs": [_run(run) for run in newest]}


def _run(run: TrainingRun) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(run)
    del told["artifact"]
    return {**told, "event_time": iso(run.event_time), "known_time": iso(run.known_time)}
