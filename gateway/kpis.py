"""How the alerts of each day did: a fold over the topic, the last telling of a day speaks."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
import orjson
from aiokafka.structs import ConsumerRecord
from pydantic import Field

from gateway.subscription import NoQuery, RefusedError
from schemas.clock import DAY_MS, Millis, iso, parse_time
from schemas.codec import decode
from schemas.errors import UndecodableError
from schemas.records import Kpi

TOPIC: Final = "kpis"
REACH: Final = 1000  # more than 400 days, each told twice
A_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
USUAL_DAYS: Final = 28
LINES: Final = ("chance", "baselines", "by_outlet", "by_class")
# What the mission asks for: name, what is aimed at, and which side of it is good.
TARGETS: Final[Mapping[str, Mapping[str, Any]]] = {
    "lead_hours": {"value": 2.0, "good": "above", "unit": "h"},
    "useful": {"value": 0.8, "good": "above", "unit": "share"},
    "false_alerts": {"value": 0.15, "good": "below", "unit": "share"},
}


class KpisQuery(NoQuery):
    """Parameters of /kpis."""

    since: str | None = Field(
        None, max_length=40, description="first day, as 2026-03-09 or a time; usual: 28 days"
    )
    until: str | None = Field(None, max_length=40, description="last day, itself included")


class Days:
    """The KPIs of each day by its name."""

    def __init__(self) -> None:
        self._days: dict[str, Kpi] = {}

    def begin(self, _first: int) -> None:
        self._days.clear()

    def take(self, records: Sequence[ConsumerRecord], _position: int, _end: bool) -> None:
        for message in records:
            try:
                kpi = decode(message.value)
            except UndecodableError:
                continue  # a sink sets it aside
            if isinstance(kpi, Kpi):
                self.fold(kpi)

    def fold(self, kpi: Kpi) -> None:
        known = self._days.get(kpi.day)
        if known is None or kpi.known_time >= known.known_time:
            self._days[kpi.day] = kpi

    def listed(self, asked: KpisQuery) -> list[dict[str, Any]]:
        """The oldest first. Raises RefusedError for a time that is none."""
        first, last = _day("since", asked.since), _day("until", asked.until)
        if first is not None and last is not None and first > last:
            raise RefusedError("Contradiction", "since is after until")
        newest = last or max(self._days, default=None)
        if first is None and newest is not None:
            first = iso(parse_time(f"{newest}T00:00:00Z") - (USUAL_DAYS - 1) * DAY_MS)[:10]
        return [
            _told(self._days[name]) for name in sorted(self._days)
            if (first is None or name >= first) and (last is None or name <= last)
        ]


def _day(parameter: str, text: str | None) -> str | None:
    """The day that a parameter means, in UTC."""
    if text is None:
        return None
    try:
        moment: Millis = parse_time(f"{text}T00:00:00Z" if A_DAY.fullmatch(text) else text)
        return iso(moment)[:10]
    except (ValueError, OverflowError, OSError):
        raise RefusedError(
            "BadParameter", f"{parameter}: a day such as 2026-03-09, or a time with its zone"
        ) from None


def _told(kpi: Kpi) -> dict[str, Any]:
    table = orjson.loads(kpi.details)
    return {
        "id": kpi.id, "day": kpi.day, "state": kpi.state, "as_of": iso(kpi.known_time),
        "alerts": kpi.alerts,
        "figures": {figure.name: _figure(msgspec.to_builtins(figure)) for figure in kpi.figures},
        "spent_usd": kpi.spent_usd, "cost_per_useful": kpi.cost_per_useful,
        "trade_items": kpi.trade_items,
        **{name: table[name] for name in LINES if name in table},
    }


def _figure(told: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value
            for name, value in told.items() if name != "name"}
