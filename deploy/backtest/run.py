"""Runs a plan in this process and gathers what a report needs."""

from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec

from deploy.replay.again import Again, resolved_of
from deploy.replay.footage import Footage, Showing, Watch, footage, nobody, run_hash
from deploy.replay.kept import Cache
from deploy.replay.needed import needed
from deploy.replay.plan import Plan
from schemas.clock import HOUR_MS, Millis, iso
from schemas.records import Alert, Heat, Record
from schemas.version import CODE_VERSION
from streams.kpis.chapter import Chapter, HeatLog, chapters
from streams.kpis.material import Material, longest_check
from streams.kpis.passed_over import Loudest
from streams.kpis.reliability import Bin, brier, reliability
from streams.kpis.table import Kpis, Line, kpis, system_line
from streams.replay.digest import Digest
from streams.replay.heard import Heard
from streams.replay.resolved import texts
from streams.replay.texts import records_of

HEARD: Final = frozenset({"heat"})  # and alerts


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
            self.loudest.add(record)
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


def gather(again: Again, plan: Plan, showing: Showing) -> Gathered:
    """Run the recording under the plan's settings."""
    found = Gathered(material=said_in(again, plan))
    with again.heard(plan, showing, HEARD, counted=True).open("rb") as file:
        heard = Heard(file)
        for record in heard:
            found.add(record)
    found.digest = heard.account.digest
    for vote in again.shown.votes:
        if plan.until is None or vote.known_time <= plan.until:
            found.material.add(vote)  # counts for the very alert, which has the same id here
    found.material.settle()
    return found


def said_in(again: Again, plan: Plan) -> Material:
    """What was said, of whomever: no setting changes that."""
    material = Material(longest_check=longest_check(plan.core.backcheck))
    with again.resolved.open("rb") as file:
        for text in texts(file):
            for record in records_of(text):
                material.add(record)
    return material


def beside(again: Again, plan: Plan, gathered: Material) -> Line:
    """How the gate that the plan does not use would have done."""
    other = "detection" if plan.core.gates.gate == "literal" else "literal"
    changed = replace(plan, overrides={**plan.overrides, "gates.gate": other})
    material = gathered.unheard()
    with again.heard(changed, Showing(again.shown, changed), frozenset()).open("rb") as file:
        for record in Heard(file):
            material.add(record)
    material.settle()
    return msgspec.structs.replace(system_line(material, material.last), name=f"gate: {other}")


def backtest(
    plan: Plan, cache: Cache, watch: Watch = nobody, leave_one_out: bool = False
) -> Backtest:
    """The plan's report, with the mission's literal gate beside the one that the plan uses."""
    shown = footage(plan)
    showing = Showing(shown, plan, watch)
    again = Again(shown, resolved_of(shown, plan, cache, watch), cache)
    found = gather(again, plan, showing)
    showing.run_through()
    table = kpis(found.material, found.material.last)
    line = beside(again, plan, found.material)
    told = _told(plan, shown, showing, found)
    if leave_one_out:
        told["needed"] = needed(again, plan, found, watch)
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
