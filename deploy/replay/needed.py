"""Which type of source each alert needed: the run again without each of them."""

from dataclasses import replace
from typing import Any, Protocol

from deploy.replay.again import Again
from deploy.replay.footage import Footage, Showing, Watch, nobody
from deploy.replay.plan import Plan
from schemas.clock import iso
from schemas.records import Alert, RawMention
from streams.core.resolve import type_of
from streams.replay.alert_diff import Told, alert_diff
from streams.replay.heard import Heard


class Alerting(Protocol):
    """Whatever has the alerts of a run."""

    alerts: list[Alert]


def openings(account: Alerting) -> list[Told]:
    """The alerts of a run, with what became of each."""
    return told_of(account.alerts)


def told_of(alerts: list[Alert]) -> list[Told]:
    lives: dict[str, list[Alert]] = {}
    for alert in sorted(alerts, key=lambda a: (a.known_time, a.step)):
        lives.setdefault(alert.alert_id, []).append(alert)
    return sorted(
        Told(life[0].known_time, life[0].entity_id, round(life[0].heat, 6),
             tuple(step.kind for step in life[1:]))
        for life in lives.values()
    )


def types_in(shown: Footage, plan: Plan) -> list[str]:
    log = Showing(shown, plan).log()
    return sorted({type_of(record) for record in log if isinstance(record, RawMention)})


def needed(
    again: Again, plan: Plan, account: Alerting, watch: Watch = nobody
) -> list[dict[str, Any]]:
    """For each alert the types without which it is not told within a day, or later by how much."""
    whole = openings(account)
    found: dict[Told, dict[str, Any]] = {
        told: {"at": iso(told.at), "entity": told.entity, "needs": [], "later_without": {}}
        for told in whole
    }
    for kind in types_in(again.shown, plan):
        without = replace(plan, drop=(*plan.drop, kind))
        diff = alert_diff(whole, told_of(_alerts(again, without, watch)))
        for told in diff.vanish:
            found[told]["needs"].append(kind)
        for moved in diff.move:
            if moved.minutes:
                found[moved.before]["later_without"][kind] = moved.minutes
    return list(found.values())


def _alerts(again: Again, plan: Plan, watch: Watch) -> list[Alert]:
    part = Showing(again.shown, plan, watch, must_fire=False)  # a fault of what is left out cannot
    with again.heard(plan, part, frozenset()).open("rb") as file:
        return [record for record in Heard(file) if isinstance(record, Alert)]
