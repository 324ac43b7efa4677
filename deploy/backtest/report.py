"""Writes a report: one page without a script or an address, and the same as JSON."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deploy.backtest import plots
from schemas.clock import HOUR_MS, iso
from streams.kpis.chapter import Chapter
from streams.kpis.reliability import Bin
from streams.kpis.table import Kpis, Line

FOLDER = Path(__file__).parent


def _is_web(url: str | None) -> bool:
    """Only such links become links: a recording may hold any scheme."""
    return bool(url) and str(url).lower().startswith(("https://", "http://"))


def page(
    told: Mapping[str, Any], table: Kpis, others: Sequence[Line], chapters: Sequence[Chapter],
    bins: Sequence[Bin],
) -> str:
    """The page. `told` says what was run; `others` are lines of other settings beside it."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
    environment.filters["iso"] = iso
    environment.filters["is_web"] = _is_web
    hours = [lead.lead_ms / HOUR_MS for lead in table.leads if lead.lead_ms is not None]
    held = [(c.alert.detection_score, "retracted" not in c.steps) for c in chapters
            if c.is_checked]
    drawn = {
        "leads": plots.leads(hours), "trades": plots.per_day(table.trade_items_per_day),
        "reliability": plots.reliability(bins), "precision": plots.precision(held),
    }
    return environment.get_template("report.html.j2").render(
        told=told, kpis=table, others=list(others), chapters=chapters, plots=drawn,
        timelines=[plots.timeline(chapter) for chapter in chapters],
    )


def figures(
    told: Mapping[str, Any], table: Kpis, others: Sequence[Line], chapters: Sequence[Chapter],
    bins: Sequence[Bin],
) -> dict[str, Any]:
    """The same for programs."""
    return {
        **told, "kpis": msgspec.to_builtins(table),
        "others": [msgspec.to_builtins(one) for one in others],
        "reliability": [msgspec.to_builtins(one) for one in bins],
        "alerts": [
            {
                "alert_id": c.alert.alert_id, "at": iso(c.alert.known_time),
                "entity_id": c.alert.entity_id, "entity": c.alert.entity_name,
                "class": c.event_class, "state": c.lead.state,
                "lead_hours": None if c.lead.lead_ms is None else c.lead.lead_ms / HOUR_MS,
                "trade": c.lead.title, "steps": list(c.steps),
                "checked": c.is_checked,
                "detection_score": c.alert.detection_score, "confidence": c.alert.confidence,
                "receipts": [r.title for r in c.receipts],
            }
            for c in chapters
        ],
    }
