"""All KPIs of a span of time, each with its number of cases and its uncertainty."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from schemas.clock import DAY_MS, HOUR_MS, Millis
from schemas.records import Alert
from streams.kpis.baselines import Fired, Rule, alerts_of
from streams.kpis.chance import at_random_times
from streams.kpis.classes import class_of_story
from streams.kpis.lead import Clock, Lead
from streams.kpis.material import Material
from streams.kpis.shares import Estimate, Share, difference, median, share

SHARED_EVIDENCE = 0.4  # of the smaller alert's evidence: the same story under two names
RULES: tuple[Rule, ...] = ("volume", "plain-z", "trades")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """How one rule, outlet or class of events did. Shares are of its alerts."""

    name: str
    alerts: int
    per_day: float
    early: Share  # first trade item on the story at least 2 h behind the alert
    echo: Share  # the trades had the story before
    picked_up: Share
    not_picked_up: Share
    unknown: Share
    pending: Share
    lead_hours: Estimate  # median over the alerts with a trade item behind them


class Kpis(msgspec.Struct, frozen=True, kw_only=True):
    """The targets of the mission and what they stand on."""

    first: Millis
    last: Millis
    days: float
    system: Line
    chance: Line  # the same entities at random times
    early_minus_chance: Estimate  # share of all alerts, in [-1, 1]
    baselines: tuple[Line, ...]
    by_outlet: tuple[Line, ...]  # of the trade that picked the story up first
    by_class: tuple[Line, ...]
    false_alerts: Share  # retracted by the back-check, of those whose check is out
    unchecked: int  # alerts whose check is still to come
    useful: Share  # of the alerts with a vote
    voted: Share
    repeats: Share  # alerts on a story that another name's alert already told
    latency_hours: Estimate  # alert behind the first evidence of its story that we knew
    cost_per_useful: float | None
    trade_items: int
    trade_items_per_day: dict[str, int]
    trade_items_by_outlet: dict[str, int]
    leads: tuple[Lead, ...]


def line(name: str, leads: Sequence[Lead], days: float) -> Line:
    states = Counter(lead.state for lead in leads)
    n = len(leads)
    hours = [lead.lead_ms / HOUR_MS for lead in leads if lead.lead_ms is not None]
    return Line(
        name=name, alerts=n, per_day=n / days if days else 0.0,
        early=share(sum(lead.early for lead in leads), n),
        echo=share(states["echo"], n), picked_up=share(states["picked-up"], n),
        not_picked_up=share(states["not-picked-up"], n), unknown=share(states["unknown"], n),
        pending=share(states["pending"], n), lead_hours=median(hours),
    )


def system_line(material: Material, as_of: Millis) -> Line:
    """Of the table, what it says of the alerts themselves."""
    clock = Clock(material, as_of)
    leads = [clock.lead(a.alert_id, a.entity_id, a.known_time) for a in material.openings]
    return line("system", leads, days_of(material))


def days_of(material: Material) -> float:
    return max((material.last - material.first) / DAY_MS, 0.0)


def kpis(
    material: Material, as_of: Millis, spent: float | None = None,
    around: tuple[Millis, Millis] | None = None,
) -> Kpis:
    """The table over settled material. `spent` is what the sources cost over the same span.

    `around` is the time that random moments are taken from, when the material's span is too short.
    """
    clock = Clock(material, as_of)
    days = days_of(material)
    openings = material.openings
    checked = [alert for alert in openings if material.is_checked(alert, as_of)]
    leads = [clock.lead(a.alert_id, a.entity_id, a.known_time) for a in openings]
    random = at_random_times(material, clock, around or (material.first, material.last))
    system = line("system", leads, days)
    chance = line("same entities, random times", [o for others in random for o in others], 0.0)
    useful, voted = _votes(material)
    return Kpis(
        first=material.first, last=material.last, days=days, system=system, chance=chance,
        early_minus_chance=_early_minus_chance(system, chance),
        baselines=tuple(_baseline(rule, material, clock, days) for rule in RULES),
        by_outlet=_grouped(leads, [lead.outlet or "" for lead in leads], days),
        by_class=_grouped(leads, [_class(material, alert) for alert in openings], days),
        false_alerts=share(
            sum(a.alert_id in material.retracted for a in checked), len(checked)
        ),
        unchecked=len(openings) - len(checked),
        useful=useful, voted=voted, repeats=share(_repeats(material), len(openings)),
        latency_hours=median([
            (a.known_time - clock.heard(a.entity_id, a.known_time)) / HOUR_MS for a in openings
        ]),
        cost_per_useful=spent / useful.hits if spent is not None and useful.hits else None,
        trade_items=len(material.trade_times), trade_items_per_day=material.trade_days(),
        trade_items_by_outlet=dict(sorted(material.trade_outlets.items())),
        leads=tuple(leads),
    )


def _early_minus_chance(system: Line, chance: Line) -> Estimate:
    """None where of no alert it could be told whether the trades had it."""
    if system.unknown.hits + system.pending.hits == system.alerts:
        return Estimate(None, 0)
    return difference(system.early, chance.early)


def _votes(material: Material) -> tuple[Share, Share]:
    """Alerts that most voters found useful, of those with a vote; and the share with one."""
    voted = [alert for alert in material.openings if material.votes.get(alert.alert_id)]
    useful = [
        alert for alert in voted
        if 2 * sum(material.votes[alert.alert_id].values()) > len(material.votes[alert.alert_id])
    ]
    return share(len(useful), len(voted)), share(len(voted), len(material.openings))


def _baseline(rule: Rule, material: Material, clock: Clock, days: float) -> Line:
    fired: list[Fired] = alerts_of(rule, material, len(material.openings))
    found = [clock.lead(f"{rule}:{one.entity_id}:{one.at}", one.entity_id, one.at)
             for one in fired]
    return line(rule, found, days)


def _grouped(leads: Sequence[Lead], names: Iterable[str], days: float) -> tuple[Line, ...]:
    """A line for each name but the empty one, the largest first."""
    groups: dict[str, list[Lead]] = {}
    for lead, name in zip(leads, names, strict=True):
        if name:
            groups.setdefault(name, []).append(lead)
    ranked = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return tuple(line(name, group, days) for name, group in ranked)


def _class(material: Material, alert: Alert) -> str:
    evidence = material.evidence(alert.entity_id, alert.known_time)
    return class_of_story(item.title for item in evidence)


def _repeats(material: Material) -> int:
    """Alerts that share their evidence with an earlier one of another name within a day."""
    found = 0
    told: list[tuple[Alert, frozenset[str]]] = []
    for alert in material.openings:
        own = frozenset(i.raw_id for i in material.evidence(alert.entity_id, alert.known_time))
        recent = [(a, raws) for a, raws in told if alert.known_time - a.known_time < DAY_MS]
        found += any(
            a.entity_id != alert.entity_id and own and raws
            and len(own & raws) >= SHARED_EVIDENCE * min(len(own), len(raws))
            for a, raws in recent
        )
        told = [*recent, (alert, own)]
    return found
