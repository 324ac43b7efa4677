"""How a sink is: what drains say of themselves, in a file for whoever watches the process."""

import json
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from schemas.errors import HeatError
from sinks.base.batch import Place
from sinks.base.cluster import Cluster
from sinks.base.places import of_each

EVERY_S: Final = 2.0


@dataclass(slots=True)
class DrainStatus:
    """Written by one drain's thread, read by the reporter's: each field is replaced whole."""

    table: str
    topics: tuple[str, ...]
    state: str = "starting"  # starting | ok | degraded
    reason: str = ""
    rows: int = 0
    dead_letters: int = 0
    lag: int = 0
    written: dict[Place, int] = field(default_factory=dict)
    silence: str = ""  # why the broker did not tell the lag; the reporter's word

    @property
    def standing(self) -> str:
        return "degraded" if self.silence and self.state == "ok" else self.state


def overall(drains: Sequence[DrainStatus]) -> str:
    """The worst of them: degraded, then starting, then ok."""
    states = {drain.standing for drain in drains}
    return next((state for state in ("degraded", "starting") if state in states), "ok")


def report(drains: Sequence[DrainStatus], pid: int) -> dict[str, Any]:
    reasons = [f"{d.table}: {d.reason or d.silence}" for d in drains if d.reason or d.silence]
    return {
        "status": overall(drains),
        "role": "sink",
        "pid": pid,
        "lag": sum(d.lag for d in drains),
        "rows": sum(d.rows for d in drains),
        "detail": "; ".join(reasons),
        "tables": {
            d.table: {
                "status": d.standing,
                "lag": d.lag,
                "rows": d.rows,
                "dead_letters": d.dead_letters,
                "partitions": partitions(d),
            }
            for d in drains
        },
    }


def partitions(drain: DrainStatus) -> list[int | str]:
    """The numbers of one topic's partitions; of several topics, with their names."""
    places = sorted(drain.written)
    if len(drain.topics) == 1:
        return [partition for _, partition in places]
    return [f"{topic}-{partition}" for topic, partition in places]


def lag_of(written: dict[Place, int], ends: dict[Place, int]) -> int:
    """Records on the broker, in the partitions that are ours, that are not yet in the table."""
    return sum(max(0, end - written[p]) for p, end in ends.items() if p in written)


class Reporter(threading.Thread):
    """Rewrites the health file every two seconds, whole or not at all."""

    def __init__(self, path: Path, drains: Sequence[DrainStatus], cluster: Cluster) -> None:
        super().__init__(name="health", daemon=True)
        self._path = path
        self._drains = drains
        self._cluster = cluster
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.is_set():
            for drain in self._drains:
                self._measure(drain)
            self._rewrite()
            self._stopping.wait(EVERY_S)

    def stop(self) -> None:
        """One last report, so that the file ends with the truth."""
        self._stopping.set()
        self.join(timeout=30)
        self._rewrite()

    def _measure(self, drain: DrainStatus) -> None:
        written = drain.written
        try:
            drain.lag = lag_of(written, of_each(written, self._cluster.latest))
            drain.silence = ""
        except HeatError as error:
            drain.silence = str(error)

    def _rewrite(self) -> None:
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(report(self._drains, os.getpid())), "utf-8")
        beside.replace(self._path)
