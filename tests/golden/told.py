"""What the computation says of a week, in figures that a change can be held against."""

from collections.abc import Sequence
from statistics import median
from typing import Any

from producers.simulate.world import SOURCES, STORY_EVERY
from schemas.clock import HOUR_MS, MINUTE_MS, iso
from schemas.codec import encode
from schemas.records import Alert
from streams.core.config import CoreConfig
from streams.core.pipeline import run
from streams.kpis.material import Material
from streams.kpis.table import kpis
from streams.replay.digest import Digest
from streams.replay.in_process import catalogue_of
from tests.golden.weeks import Week

STORY_MS = 20 * HOUR_MS  # an alert so long after a beginning can still be about the story


def told(week: Week, config: CoreConfig | None = None) -> dict[str, Any]:
    """Digest, alerts and figures of a week under a configuration."""
    digest, material, steps = Digest(), Material(), list[Alert]()
    log = run(week.log(), SOURCES, catalogue_of(week.entities()), config or CoreConfig())
    for topic, record in log:
        digest.add(topic, getattr(record, "id", ""), encode(record))
        material.add(record)
        if isinstance(record, Alert):
            steps.append(record)
    material.settle()
    return {
        "week": week.name, "simulated": True, "digest": digest.hex,
        "events": dict(sorted(digest.events.items())),
        "figures": figures(week, material),
        "alerts": [f"{iso(a.known_time)} {a.kind} {a.entity_id}"
                   for a in sorted(steps, key=lambda a: (a.known_time, a.entity_id, a.step))],
    }


def figures(week: Week, material: Material) -> dict[str, Any]:
    """The KPIs, and what only a world whose truth is known can tell."""
    found = kpis(material, material.last)
    delays, false = against_truth(week, material.openings)
    victims = {entity.id for entity in week.victims()}
    return {
        "stories": len(week.stories()), "found": len(delays), "false": false,
        "attacks_alerted": sum(a.entity_id in victims for a in material.openings),
        "delay_minutes": round(median(delays), 1) if delays else None,
        "early": found.system.early.hits, "picked_up": found.system.picked_up.hits,
        "echo": found.system.echo.hits,
        "lead_hours": found.system.lead_hours.value and round(found.system.lead_hours.value, 2),
        "retracted": found.false_alerts.hits, "repeats": found.repeats.hits,
    }


def against_truth(week: Week, openings: Sequence[Alert]) -> tuple[list[float], int]:
    """Minutes from each story's beginning to its alert, and how many alerts are about none."""
    delays: list[float] = []
    left = list(openings)
    for entity_id, begins in week.stories():
        hits = [a for a in left
                if a.entity_id == entity_id and 0 <= a.known_time - begins < STORY_MS]
        if hits:
            delays.append((hits[0].known_time - begins) / MINUTE_MS)
            left = [a for a in left if a not in hits]
    late = max(begins for _, begins in week.stories()) + STORY_EVERY
    cast = {entity.id for entity in week.world().cast}
    return delays, sum(not (a.entity_id in cast and a.known_time >= late) for a in left)
