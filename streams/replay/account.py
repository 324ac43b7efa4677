"""Every article accounted for: published = resolved + unresolved + rejected, with reasons."""

from collections import Counter
from typing import Any

from schemas.clock import iso
from schemas.records import Alert, Candidate, Heat, Mention, Record
from streams.core.naming import UNKNOWN_NAME
from streams.replay.digest import Digest

DAILY_TOP = 5


def _left_out(candidate: Candidate) -> bool:
    """Whether it says why an article is no mention; that it has an unknown name is no reason."""
    return not candidate.resolved and candidate.reason != UNKNOWN_NAME


class Account:
    """What a run let out, in figures. Feed it every event once; ids of articles are kept."""

    def __init__(self, digest: Digest) -> None:
        self.digest = digest
        self._resolved: set[str] = set()
        self._open: dict[str, str] = {}  # article left out -> first reason
        self._peaks: dict[str, dict[str, tuple[float, str]]] = {}  # day -> entity -> peak
        self.alerts: list[Alert] = []

    def add(self, topic: str, record: Record, payload: bytes) -> None:
        """Take one event; copies change nothing."""
        if not self.digest.add(topic, getattr(record, "id", ""), payload):
            return
        if isinstance(record, Mention):
            self._resolved.add(record.raw_id)
        elif isinstance(record, Candidate) and _left_out(record):
            self._open.setdefault(record.raw_id, record.reason)
        elif isinstance(record, Heat):
            self._peak(record)
        elif isinstance(record, Alert):
            self.alerts.append(record)

    def _peak(self, heat: Heat) -> None:
        day = self._peaks.setdefault(iso(heat.known_time)[:10], {})
        if heat.heat > day.get(heat.entity_id, (0.0, ""))[0]:
            day[heat.entity_id] = heat.heat, heat.entity_name

    def hottest(self) -> dict[str, list[str]]:
        """The entities with the highest heat of each day, the hottest first."""
        return {
            day: [
                f"{name} {heat:.2f}"
                for heat, name in sorted(peaks.values(), key=lambda p: (-p[0], p[1]))[:DAILY_TOP]
            ]
            for day, peaks in sorted(self._peaks.items())
        }

    def summary(self, published: int, rejected: Counter[str]) -> dict[str, Any]:
        """The figures of a run. `missing` is what no event accounts for: 0, or a defect.

        `published` counts distinct articles that went in; `rejected` those that could not.
        """
        unresolved = Counter(self._open.values())
        accounted = len(self._resolved) + len(self._open)
        return {
            "digest": self.digest.hex,
            "articles": published + rejected.total(),
            "published": published,
            "resolved": len(self._resolved),
            "unresolved": dict(sorted(unresolved.items())),
            "rejected": dict(sorted(rejected.items())),
            "missing": published - accounted,
            "events": dict(sorted(self.digest.events.items())),
            "sent_again": self.digest.again,
            "alerts": sum(alert.kind == "opened" for alert in self.alerts),
            "alert_list": [
                {"at": iso(a.known_time), "kind": a.kind, "entity": a.entity_name,
                 "entity_id": a.entity_id, "alert_id": a.alert_id, "step": a.step,
                 "heat": round(a.heat, 3), "types": a.spread_types, "mentions": a.mentions}
                for a in sorted(self.alerts, key=lambda a: (a.known_time, a.id))
            ],
            "hottest": self.hottest(),
        }
