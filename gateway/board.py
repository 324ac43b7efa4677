"""What is hot now: the latest heat of each entity and the steps of each alert. A pure fold.

Time is the deployment's own: the newest `known_time` that was folded in. An entity whose heat went
out, or was not told for `FRESH_FOR` of that time, is no longer on the board; drills never are.
"""

from collections import deque
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from gateway.events import entities_of, is_simulated, source_types, view
from gateway.subscription import Subscription
from schemas.clock import HOUR_MS, Millis
from schemas.records import Alert, Heat

FRESH_FOR: Final = 24 * HOUR_MS
POINTS: Final = 48
ALERTS_KEPT: Final = 500
SNAPSHOT_ROWS: Final = 250  # A snapshot is one message, and no client may cost more than that.


@dataclass(slots=True)
class Row:
    """One entity on the board; its sparkline is drawn from the display value at known times."""

    heat: Heat
    history: deque[tuple[Millis, float]] = field(default_factory=lambda: deque(maxlen=POINTS))


class Board:
    """Fold records in the order of the feed; one that was folded before changes nothing."""

    def __init__(self) -> None:
        self.as_of: Millis | None = None
        self.seq = -1
        self._rows: dict[str, Row] = {}
        self._alerts: dict[str, dict[int, Alert]] = {}
        self._sweep_at: Millis = 0

    def fold(self, seq: int, record: Heat | Alert) -> None:
        self.seq = max(self.seq, seq)
        if record.test:
            return
        if isinstance(record, Heat):
            self._fold_heat(record)
        else:
            self._fold_alert(record)
        self.as_of = max(self.as_of or record.known_time, record.known_time)
        if self.as_of >= self._sweep_at:
            self._drop_stale(self.as_of)

    def _fold_heat(self, heat: Heat) -> None:
        row = self._rows.get(heat.entity_id)
        if row is None:
            row = self._rows[heat.entity_id] = Row(heat)
        elif heat.tick <= row.heat.tick:
            return
        row.heat = heat
        row.history.append((heat.known_time, round(heat.display, 1)))

    def _fold_alert(self, alert: Alert) -> None:
        steps = self._alerts.pop(alert.alert_id, {})
        steps[alert.step] = alert
        self._alerts[alert.alert_id] = steps  # Last in the dict: last to speak.
        while len(self._alerts) > ALERTS_KEPT:
            del self._alerts[next(iter(self._alerts))]

    def _drop_stale(self, now: Millis) -> None:
        self._rows = {e: r for e, r in self._rows.items() if not _stale(r, now)}
        self._sweep_at = now + FRESH_FOR // 24

    def _hottest(self, wanted: Subscription) -> list[Row]:
        now = self.as_of or 0
        fresh = (row for row in self._rows.values() if not _stale(row, now))
        admitted = [row for row in fresh if _admits(wanted, row.heat)]
        return sorted(admitted, key=lambda row: (-row.heat.heat, row.heat.entity_id))

    def top(self, wanted: Subscription, limit: int) -> tuple[int, list[dict[str, Any]]]:
        """How many entities pass the filters, and the hottest of them, ties by entity id."""
        rows = self._hottest(wanted)
        ranked = [self._ranked(n, row) for n, row in enumerate(rows[:limit], start=1)]
        return len(rows), ranked

    def _ranked(self, rank: int, row: Row) -> dict[str, Any]:
        alert = self._alert_of(row.heat)
        return {
            "rank": rank,
            **view(row.heat),
            "history": list(row.history),
            "alert": None if alert is None else _step(alert),
        }

    def heat_of(self, entity_id: str) -> Heat | None:
        """The newest, while it is fresh."""
        row = self._rows.get(entity_id)
        return None if row is None or _stale(row, self.as_of or 0) else row.heat

    def _alert_of(self, heat: Heat) -> Alert | None:
        found = (steps[max(steps)] for steps in reversed(self._alerts.values()))
        return next((a for a in found if heat.episode_id in _episodes(a)), None)

    def alerts(self, wanted: Subscription, limit: int) -> tuple[int, list[dict[str, Any]]]:
        """How many alerts pass the filters, and the newest, each with its steps."""
        latest = [steps for steps in self._alerts.values() if _admits(wanted, steps[max(steps)])]
        latest.sort(key=lambda s: (-s[max(s)].known_time, s[max(s)].alert_id))
        return len(latest), [_history(steps) for steps in latest[:limit]]

    def snapshot(self, wanted: Subscription) -> dict[str, Any]:
        """The state after `seq`; its checksum is that of the ids in the order of the list."""
        records: list[Heat | Alert] = []
        total = 0
        if wanted.kinds is None or "heat" in wanted.kinds:
            rows = self._hottest(wanted)
            total += len(rows)
            records += [row.heat for row in rows[:SNAPSHOT_ROWS]]
        if wanted.kinds is None or "alerts" in wanted.kinds:
            steps = [s[max(s)] for s in self._alerts.values() if _admits(wanted, s[max(s)])]
            total += len(steps)
            records += steps[-SNAPSHOT_ROWS:]
        digest = sha256("\n".join(record.id for record in records).encode()).hexdigest()
        return {"records": records, "total": total, "checksum": digest}

    @property
    def simulated(self) -> bool:
        """Whether anything on the board comes from the simulated world."""
        return any(is_simulated(row.heat) for row in self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)


def _stale(row: Row, now: Millis) -> bool:
    return row.heat.heat <= 0 or now - row.heat.known_time > FRESH_FOR


def _admits(wanted: Subscription, record: Heat | Alert) -> bool:
    return wanted.admits(
        entities_of(record), record.entity_type, source_types(record), record.heat
    )


def _episodes(alert: Alert) -> set[str]:
    """Of all entities of the alert's story."""
    return {alert.episode_id, *(other.episode_id for other in alert.entities)}


def _step(alert: Alert) -> dict[str, Any]:
    return {
        "alert_id": alert.alert_id,
        "step": alert.step,
        "kind": alert.kind,
        "known_time": alert.known_time,
        "headline": alert.headline,
        "heat": alert.heat,
        "display": alert.display,
    }


def _history(steps: dict[int, Alert]) -> dict[str, Any]:
    told = [steps[n] for n in sorted(steps)]
    return {**view(told[-1]), "opened_time": told[0].known_time, "steps": [_step(a) for a in told]}
