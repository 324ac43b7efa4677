"""The KPIs of one day, a pure function of what was known when it was judged.

Yesterday is judged when the back-checks of its alerts are out that need not wait for a source, and
again when every lead is settled: then nothing is pending any more. A check that waits, for up to a
day, is of no provisional figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal, NamedTuple

import msgspec

from schemas.clock import DAY_MS, HOUR_MS, Millis, iso
from schemas.ids import derived_id
from schemas.records import Figure, Kpi
from schemas.version import CODE_VERSION
from streams.kpis import lead
from streams.kpis.lead import LOOK_AHEAD_MS, LOOK_BACK_MS
from streams.kpis.material import EVIDENCE_MS, Material
from streams.kpis.shares import Estimate, Share
from streams.kpis.table import SHARED_EVIDENCE, Kpis, kpis
from streams.training.runs import settings_hash

State = Literal["provisional", "final"]
JUDGED_AFTER: Final[Mapping[State, Millis]] = {
    "provisional": 7 * HOUR_MS,  # the last alert's check is out, unless it waits for a source
    "final": LOOK_AHEAD_MS,
}
AROUND_MS: Final = 7 * DAY_MS  # luck is measured over the week that ends with the day
REACH_MS: Final = AROUND_MS + LOOK_BACK_MS + EVIDENCE_MS  # what is needed of the past
MOST_DAYS: Final = 7  # that are made up for: older events may have left the topics
SHARES: Final = ("useful", "voted", "false_alerts", "repeats")
STATES: Final = ("early", "echo", "picked_up", "not_picked_up", "unknown", "pending")
SETTINGS: Final[Mapping[str, float]] = {
    "early": lead.EARLY_MS, "back": LOOK_BACK_MS, "ahead": LOOK_AHEAD_MS, "thin": lead.THIN_DAY,
    "story": lead.SAME_STORY, "evidence": EVIDENCE_MS, "around": AROUND_MS,
    "shared": SHARED_EVIDENCE, "provisional": JUDGED_AFTER["provisional"],
    "final": JUDGED_AFTER["final"],
}


class Judgement(NamedTuple):
    """A day, by the number of days since the epoch, and how certain its leads are."""

    day: int
    state: State

    @property
    def day_name(self) -> str:
        """In UTC, such as 2026-03-09."""
        return _name_of(self.day)

    @property
    def end(self) -> Millis:
        return (self.day + 1) * DAY_MS

    @property
    def as_of(self) -> Millis:
        return self.end + JUDGED_AFTER[self.state]


def _name_of(day: int) -> str:
    return iso(day * DAY_MS)[:10]


def due(at: Millis, begun: Millis, told: Mapping[str, str]) -> list[Judgement]:
    """The days to judge at a time, the oldest first. `told` is the state of each day by name.

    A day that is both is judged once, for good. Nothing is older than the first tick, `begun`.
    """
    today = at // DAY_MS
    found = []
    for day in range(max(today - MOST_DAYS, begun // DAY_MS), today):
        for state in ("final", "provisional"):
            if told.get(_name_of(day)) in ("final", state):
                break
            judgement = Judgement(day, state)
            if judgement.as_of <= at:
                found.append(judgement)
                break
    return found


def judge(material: Material, judgement: Judgement, spent_usd: float | None) -> Kpi:
    """The record of a day over settled material that ends at the judgement's `as_of`."""
    first, end = judgement.end - DAY_MS, judgement.end
    inside = [alert for alert in material.openings if first <= alert.known_time < end]
    day = replace(material, openings=inside, first=first, last=end)
    table = kpis(day, judgement.as_of, spent_usd, around=(end - AROUND_MS, end))
    name = judgement.day_name
    items = table.trade_items_per_day.get(name, 0)
    told = msgspec.structs.replace(table, trade_items=items, trade_items_per_day={name: items})
    return Kpi(
        id=derived_id("kpi", name), event_time=end, known_time=judgement.as_of, day=name,
        state=judgement.state, alerts=len(inside), figures=_figures(table), spent_usd=spent_usd,
        cost_per_useful=table.cost_per_useful, trade_items=items,
        details=msgspec.json.encode(told).decode(), config_hash=settings_hash(SETTINGS),
        code_version=CODE_VERSION,
    )


def _figures(table: Kpis) -> tuple[Figure, ...]:
    system = table.system
    shares: Sequence[tuple[str, Share]] = (
        *((name, getattr(system, name)) for name in STATES),
        ("chance", table.chance.early), *((name, getattr(table, name)) for name in SHARES),
    )
    estimates = (
        ("early_minus_chance", table.early_minus_chance), ("lead_hours", system.lead_hours),
        ("latency_hours", table.latency_hours),
    )
    return (
        *(_figure(name, found.share, found) for name, found in shares),
        *(_figure(name, found.value, found) for name, found in estimates),
    )


def _figure(name: str, value: float | None, found: Share | Estimate) -> Figure:
    return Figure(name=name, value=value, low=found.low, high=found.high, n=found.n)
