"""Every article accounted for: published = resolved + unresolved + rejected, with reasons."""

from collections import Counter
from typing import Any

import msgspec

from schemas.clock import iso
from schemas.records import Alert, Candidate, Heat, Mention, Record
from streams.core.naming import UNKNOWN_NAME
from streams.replay.articles import Articles, LeftOut
from streams.replay.digest import Digest

DAILY_TOP = 5
READ = (Mention, Candidate)
Peaks = dict[str, dict[str, tuple[float, str]]]  # day -> entity -> peak and name


class Part(msgspec.Struct, array_like=True):
    """The account of a part of a run, as it crosses processes and is kept."""

    sum: bytes
    events: dict[str, int]
    resolved: bytes
    left_out: tuple[bytes, bytes, list[str]]
    peaks: Peaks
    alerts: list[Alert]


def _left_out(candidate: Candidate) -> bool:
    """Whether it says why an article is no mention; that it has an unknown name is no reason."""
    return not candidate.resolved and candidate.reason != UNKNOWN_NAME


class Account:
    """What a run let out, in figures. Feed it every event once."""

    def __init__(self, digest: Digest) -> None:
        self.digest = digest
        self._resolved = Articles()
        self._open = LeftOut()
        self._peaks: Peaks = {}
        self.alerts: list[Alert] = []

    def add(self, topic: str, record: Record, payload: bytes) -> None:
        """Take one event; copies change nothing."""
        read_at = record.known_time if isinstance(record, READ) else -1
        if not self.digest.add(topic, getattr(record, "id", ""), payload, read_at):
            return
        if isinstance(record, Mention):
            self._resolved.add(record.raw_id)
        elif isinstance(record, Candidate) and _left_out(record):
            self._open.add(record.raw_id, record.reason)
        elif isinstance(record, Heat):
            day = iso(record.known_time)[:10]
            self._peak(day, record.entity_id, record.heat, record.entity_name)
        elif isinstance(record, Alert):
            self.alerts.append(record)

    def _peak(self, day: str, entity_id: str, heat: float, name: str) -> None:
        """A day in which nothing was hot has no peaks, whichever process looked at it."""
        peaks = self._peaks.get(day, {})
        if heat > peaks.get(entity_id, (0.0, ""))[0]:
            self._peaks.setdefault(day, peaks)[entity_id] = heat, name

    def part(self) -> Part:
        return Part(
            self.digest.sum, dict(self.digest.events), self._resolved.packed(),
            self._open.packed(), self._peaks, list(self.alerts),
        )

    def join(self, part: Part) -> None:
        """Take what another process accounted for, behind all that is here."""
        self.digest.join(part.sum, part.events)
        self._resolved.extend(part.resolved)
        self._open.extend(*part.left_out)
        for day, peaks in part.peaks.items():
            for entity_id, (heat, name) in peaks.items():
                self._peak(day, entity_id, heat, name)
        self.alerts += part.alerts

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
        resolved, unresolved = len(self._resolved), self._open.counted()
        return {
            "digest": self.digest.hex,
            "articles": published + rejected.total(),
            "published": published,
            "resolved": resolved,
            "unresolved": dict(sorted(unresolved.items())),
            "rejected": dict(sorted(rejected.items())),
            "missing": published - resolved - unresolved.total(),
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
