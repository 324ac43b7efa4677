"""Runs a plan in this process and gathers what a report needs."""

from dataclasses import dataclass, field, replace
from hashlib import file_digest
from pathlib import Path
from typing import Any

import msgspec

from deploy.replay.plan import Plan
from producers.file.recording import Recording
from producers.ticks import ticks_for_recording
from schemas.codec import encode
from schemas.records import Alert, Entity, Heat
from schemas.version import CODE_VERSION
from streams.core.pipeline import run
from streams.kpis.chapter import Chapter, HeatLog, chapters
from streams.kpis.material import Material
from streams.kpis.reliability import Bin, brier, reliability
from streams.kpis.table import Kpis, Line, kpis
from streams.replay.digest import Digest
from streams.replay.in_process import catalogue_of


@dataclass
class Gathered:
    """What one run let out, as far as a report needs it."""

    digest: Digest = field(default_factory=Digest)
    material: Material = field(default_factory=Material)
    heat: HeatLog = field(default_factory=HeatLog)
    steps: dict[str, list[str]] = field(default_factory=dict)

    @property
    def held(self) -> list[tuple[float, bool]]:
        """Confidence and whether the alert stood, for the alerts that had a confidence."""
        return [(a.confidence, "retracted" not in self.steps.get(a.alert_id, ()))
                for a in self.material.openings if a.confidence is not None]


@dataclass(frozen=True)
class Backtest:
    """The outcome of a plan, ready for a report."""

    told: dict[str, Any]
    kpis: Kpis
    others: tuple[Line, ...]
    chapters: list[Chapter]
    bins: list[Bin]


def gather(plan: Plan, recording: Recording, entities: tuple[Entity, ...]) -> Gathered:
    """Run the recording under the plan's settings."""
    found = Gathered()
    log = ticks_for_recording(recording.mentions, {plan.source: 1}, len(entities))
    catalogue_at = catalogue_of(entities, plan.spam_models())
    for topic, record in run(log, (plan.source,), catalogue_at, plan.core):
        found.digest.add(topic, getattr(record, "id", ""), encode(record))
        found.material.add(record)
        if isinstance(record, Heat):
            found.heat.add(record)
        elif isinstance(record, Alert) and record.kind != "opened":
            found.steps.setdefault(record.alert_id, []).append(record.kind)
    found.material.settle()
    return found


def backtest(plan: Plan) -> Backtest:
    """The plan's report, with the mission's literal gate beside the one that the plan uses."""
    recording, entities = plan.recording(), plan.entities()
    found = gather(plan, recording, entities)
    table = kpis(found.material, found.material.last)
    other = "detection" if plan.core.gates.gate == "literal" else "literal"
    beside = replace(plan, overrides={**plan.overrides, "gates.gate": other})
    second = gather(beside, recording, entities).material
    line = msgspec.structs.replace(kpis(second, second.last).system, name=f"gate: {other}")
    return Backtest(
        told=_told(plan, recording, found), kpis=table, others=(line,),
        chapters=chapters(found.material, table.leads, found.heat, found.steps),
        bins=reliability(found.held),
    )


def _told(plan: Plan, recording: Recording, found: Gathered) -> dict[str, Any]:
    """What was run, so that anyone can run it again."""
    return {
        "recording": plan.file.name, "sha256": sha256_of(plan.file), "map": plan.column_map,
        "source": plan.source, "rows": recording.rows, "mentions": len(recording.mentions),
        "rejected": len(recording.rejections), "copies": recording.copies,
        "simulated": plan.source == "simulated", "overrides": plan.overrides,
        "config": msgspec.to_builtins(plan.core), "config_hash": plan.core.hash,
        "code_version": CODE_VERSION, "digest": found.digest.hex,
        "events": dict(sorted(found.digest.events.items())),
        "check_hours": _check_hours(plan), "brier": brier(found.held),
    }


def _check_hours(plan: Plan) -> float | None:
    section = msgspec.to_builtins(plan.core).get("backcheck", {})
    hours: float | None = section.get("hours")
    return hours


def sha256_of(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()
