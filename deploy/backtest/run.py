"""Runs a plan in this process and gathers what a report needs."""

from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec

from deploy.replay.footage import Footage, Showing, Watch, footage, nobody, run_hash
from deploy.replay.in_process import events_in_process
from deploy.replay.needed import needed
from deploy.replay.plan import Plan
from schemas.clock import HOUR_MS, Millis, iso
from schemas.records import Alert, Heat, Record
from schemas.version import CODE_VERSION
from streams.kpis.chapter import Chapter, HeatLog, chapters
from streams.kpis.material import Material, longest_check
from streams.kpis.passed_over import Loudest
from streams.kpis.reliability import Bin, brier, reliability
from streams.kpis.table import Kpis, Line, kpis
from streams.replay.digest import Digest

WANTED: Final = frozenset({"mentions", "entities.candidates", "heat"})  # and alerts


@dataclass
class Gathered:
    """What one run let out, as far as a report needs it."""

    digest: Digest = field(default_factory=Digest)
    material: Material = field(default_factory=Material)
    heat: HeatLog = field(default_factory=HeatLog)
    steps: dict[str, list[str]] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)  # every step
    loudest: Loudest = field(default_factory=Loudest)

    def add(self, record: Record) -> None:
        """Take an event."""
        self.material.add(record)
        if isinstance(record, Heat):
            self.heat.add(record)
        elif isinstance(record, Alert):
            self.alerts.append(record)
            if record.kind != "opened":
                self.steps.setdefault(record.alert_id, []).append(record.kind)

    @property
    def held(self) -> list[tuple[float, bool]]:
        """Confidence and whether the alert stood, for those that had one and were checked."""
        return [(a.confidence, "retracted" not in self.steps.get(a.alert_id, ()))
                for a in self.material.openings
                if a.confidence is not None and self.material.is_checked(a, self.material.last)]


@dataclass(frozen=True)
class Backtest:
    """The outcome of a plan, ready for a report."""

    told: dict[str, Any]
    kpis: Kpis
    others: tuple[Line, ...]
    chapters: list[Chapter]
    bins: list[Bin]


def gather(plan: Plan, shown: Footage, showing: Showing) -> Gathered:
    """Run the recording under the plan's settings."""
    found = Gathered(Digest(), Material(longest_check=longest_check(plan.core.backcheck)))
    for run, records in events_in_process(shown, plan, showing, WANTED):
        found.digest = run.account.digest
        for record in records:
            found.add(record)
    for vote in shown.votes:
        if plan.until is None or vote.known_time <= plan.until:
            found.material.add(vote)  # counts for the very alert, which has the same id here
    found.material.settle()
    return found


def backtest(plan: Plan, watch: Watch = nobody, leave_one_out: bool = False) -> Backtest:
    """The plan's report, with the mission's literal gate beside the one that the plan uses."""
    shown = footage(plan)
    showing = Showing(shown, plan, watch)
    found = gather(plan, shown, showing)
    table = kpis(found.material, found.material.last)
    other = "detection" if plan.core.gates.gate == "literal" else "literal"
    beside = replace(plan, overrides={**plan.overrides, "gates.gate": other})
    second = gather(beside, shown, Showing(shown, plan, watch)).material
    line = msgspec.structs.replace(kpis(second, second.last).system, name=f"gate: {other}")
    told = _told(plan, shown, showing, found)
    if leave_one_out:
        told["needed"] = needed(plan, shown, found, watch)
    return Backtest(
        told=told, kpis=table, others=(line,),
        chapters=chapters(found.material, table.leads, found.heat, found.steps),
        bins=reliability(found.held),
    )


def _told(plan: Plan, shown: Footage, showing: Showing, found: Gathered) -> dict[str, Any]:
    """What was run, so that anyone can run it again."""
    return {
        **shown.original, "recording": shown.name, "sha256": shown.hash,
        "mentions": showing.published, "rejected": shown.rejected.total(),
        "simulated": shown.simulated, "overrides": plan.overrides,
        "sealed_with": plan.sealed_with, "faults": showing.told(),
        "as_of": None if plan.until is None else iso(plan.until),
        "run_hash": run_hash(shown, plan),
        "config": msgspec.to_builtins(plan.core), "config_hash": plan.core.hash,
        "code_version": CODE_VERSION, "digest": found.digest.hex,
        "events": dict(sorted(found.digest.events.items())),
        "backcheck": msgspec.to_builtins(plan.core.backcheck), "brier": brier(found.held),
        "rounds": _rounds(shown, showing),
        "passed_over": [
            {**msgspec.to_builtins(loud), "at": iso(loud.at)}
            for loud in found.loudest.without(found.alerts, plan.core.gates.quiet)
        ],
    }


def _rounds(shown: Footage, showing: Showing) -> dict[str, dict[str, Any]]:
    """When each source's eyes were closed, and how that was told."""
    return {
        source: {
            **told, "usual_pause_hours": _hours(rounds.usual) if rounds else None,
            "patience_hours": _hours(rounds.patience) if rounds else None,
        }
        for source, told in showing.attendance.told().items()
        for rounds in [shown.rounds.get(source)]
    }


def _hours(length: Millis) -> float:
    return round(length / HOUR_MS, 2)
