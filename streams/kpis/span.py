"""The KPIs of a part of the time, so that settings can be chosen on one part and judged on another.

What is said outside of it still is the past of the part's alerts; what is not known by its end is
pending.
"""

from dataclasses import replace
from typing import Any

import msgspec

from schemas.clock import Millis
from streams.kpis.material import Material
from streams.kpis.table import Kpis, kpis

SHOWN = ("early_minus_chance", "false_alerts", "repeats", "latency_hours", "useful")


def span(material: Material, first: Millis, last: Millis) -> Kpis:
    """Over the alerts that opened in [first, last)."""
    inside = [alert for alert in material.openings if first <= alert.known_time < last]
    return kpis(replace(material, openings=inside, first=first, last=last), last)


def figures(found: Kpis) -> dict[str, Any]:
    """A line of a table, with its intervals."""
    told = {name: msgspec.to_builtins(getattr(found, name)) for name in SHOWN}
    return {
        "alerts": found.system.alerts, "per_day": round(found.system.per_day, 3),
        "early": msgspec.to_builtins(found.system.early),
        "lead_hours": msgspec.to_builtins(found.system.lead_hours), **told,
    }
