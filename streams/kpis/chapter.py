"""One alert with what stood around it: mentions by hour, heat by poll, trades, receipts."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from schemas.clock import HOUR_MS, Millis
from schemas.records import Alert, Heat
from streams.kpis.classes import class_of_story
from streams.kpis.lead import LOOK_AHEAD_MS, LOOK_BACK_MS, Lead
from streams.kpis.material import Material, Said

RECEIPTS = 12


class HeatPoint(NamedTuple):
    """Heat as it was published at a poll."""

    at: Millis
    heat: float
    detection_score: float
    velocity_z: float  # capped, as it enters heat


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader needs to judge one alert."""

    alert: Alert
    steps: tuple[str, ...]  # kinds of the later steps, in order
    is_checked: bool  # its back-check is out
    lead: Lead
    event_class: str
    start: Millis
    end: Millis
    hourly: tuple[tuple[Millis, int], ...]  # hours with mentions
    points: tuple[HeatPoint, ...]
    trades: tuple[Said, ...]
    receipts: tuple[Said, ...]


class HeatLog:
    """Heat by entity, for plots; a poll that published nothing has no point."""

    def __init__(self) -> None:
        self._points: dict[str, list[HeatPoint]] = {}

    def add(self, heat: Heat) -> None:
        point = HeatPoint(heat.known_time, heat.heat, heat.detection_score, heat.velocity_z)
        self._points.setdefault(heat.entity_id, []).append(point)

    def between(self, entity_id: str, start: Millis, end: Millis) -> tuple[HeatPoint, ...]:
        return tuple(sorted(
            point for point in self._points.get(entity_id, ()) if start <= point.at <= end
        ))


def chapters(
    material: Material, leads: Sequence[Lead], heat: HeatLog, steps: Mapping[str, Sequence[str]]
) -> list[Chapter]:
    """A chapter per opening, in the order of the leads."""
    return [
        _chapter(material, alert, lead, heat, tuple(steps.get(alert.alert_id, ())))
        for alert, lead in zip(material.openings, leads, strict=True)
    ]


def _chapter(
    material: Material, alert: Alert, lead: Lead, heat: HeatLog, steps: tuple[str, ...]
) -> Chapter:
    at, name = alert.known_time, alert.entity_id
    start, end = at - LOOK_BACK_MS, at + LOOK_AHEAD_MS
    evidence = material.evidence(name, at)
    counts: dict[Millis, int] = {}
    for item in material.said.get(name, ()):
        if start <= item.known_time <= end:
            hour = item.known_time // HOUR_MS * HOUR_MS
            counts[hour] = counts.get(hour, 0) + 1
    trades = [t for t in material.trades.get(name, ()) if start <= t.event_time <= end]
    return Chapter(
        alert=alert, steps=steps, lead=lead, is_checked=material.is_checked(alert, material.last),
        event_class=class_of_story(item.title for item in evidence), start=start, end=end,
        hourly=tuple(sorted(counts.items())), points=heat.between(name, start, end),
        trades=tuple(trades), receipts=tuple(evidence[-RECEIPTS:]),
    )
