"""The alerts of whatever can be compared: an outcome, a report, a recording, or a run of one."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.replay.footage import Watch, footage, nobody
from deploy.replay.in_process import in_process, shown_in_process
from deploy.replay.needed import openings, told_of
from deploy.replay.plan import Plan
from deploy.replay.recording.reading import Folder
from deploy.replay.sealed import as_sealed
from schemas.clock import parse_time
from schemas.errors import SettingsError
from streams.replay.account import Account
from streams.replay.alert_diff import Told

LISTS = ("alert_list", "alerts")  # of `heat replay --json`, of report.json


@dataclass(frozen=True)
class Side:
    """One side of a comparison; a recording's seals are looked at once."""

    plan: Plan
    folder: Folder | None

    @classmethod
    def of(cls, plan: Plan, other: "Side | None" = None) -> "Side":
        """Raises SettingsError for no recording, DamagedError for one that was changed."""
        if not plan.sealed:
            return cls(plan, None)
        if other is not None and other.plan.file == plan.file:
            return cls(plan, other.folder)
        return cls(plan, Folder.opened(plan.file))

    def sealed_with(self) -> dict[str, Any]:
        """The settings of its seal that are not today's; none where this version has others."""
        if self.folder is None:
            return {}
        try:
            return as_sealed(self.plan, self.folder.manifest).sealed_with
        except SettingsError:  # its sealed alerts can be compared all the same
            return {}

    def alerts(self, watch: Watch = nobody) -> list[Told]:
        """Raises SettingsError naming what holds no alerts.

        A recording with sealed alerts is taken at its word unless the plan changes anything; what
        is changed is changed of the settings that it was sealed with.
        """
        plan = self.plan
        if plan.file.suffix == ".json":
            return outcome(plan.file)
        if self.folder is None:
            return openings(in_process(plan, watch)[0])
        changed = plan.overrides or plan.drop or plan.delay or plan.faults or plan.until
        told = [] if changed or plan.catalogue else told_of(self.folder.alerts())
        return told or openings(self._run(self.folder, watch))

    def _run(self, folder: Folder, watch: Watch) -> Account:
        """Today's settings in place of unknown ones would be a second change, told as the first."""
        try:
            plan = as_sealed(self.plan, folder.manifest)
        except SettingsError as refusal:
            raise SettingsError(
                f"{self.plan.file}: {refusal}. What a change would do to them cannot be computed;"
                " under today's settings compare two outcomes of `heat replay --json`") from None
        return shown_in_process(footage(plan, folder), plan, watch)[0]


def outcome(file: Path) -> list[Told]:
    """What `heat replay --json` or a report's report.json tells."""
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{file}: {error}") from None
    rows = next((found[name] for name in LISTS
                 if isinstance(found, dict) and isinstance(found.get(name), list)), None)
    if rows is None:
        raise SettingsError(f"{file}: neither the outcome of a replay nor a report")
    try:
        return _steps(rows) if any("kind" in row for row in rows) else _report(rows)
    except (KeyError, TypeError, ValueError) as error:
        raise SettingsError(f"{file}: an alert without {error}") from None


def _steps(rows: list[dict[str, Any]]) -> list[Told]:
    """One row a step."""
    lives: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda row: row["step"]):
        lives.setdefault(row["alert_id"], []).append(row)
    return sorted(
        Told(parse_time(life[0]["at"]), life[0]["entity_id"], round(life[0]["heat"], 3),
             tuple(step["kind"] for step in life[1:]))
        for life in lives.values()
    )


def _report(rows: list[dict[str, Any]]) -> list[Told]:
    """One row an alert; a report tells no heat."""
    return sorted(
        Told(parse_time(row["at"]), row["entity_id"], 0.0, tuple(row["steps"])) for row in rows
    )
