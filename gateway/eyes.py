"""Which sources are seen to work: the latest health of each, by type. A pure fold."""

from typing import Any, Final

import msgspec

from schemas.records import Health
from schemas.sources import TYPES

_WORST: Final = ("ok", "degraded", "down")


class Eyes:
    """The newest health record of each source."""

    def __init__(self) -> None:
        self._latest: dict[str, Health] = {}

    def fold(self, health: Health) -> None:
        held = self._latest.get(health.source)
        if held is None or health.known_time >= held.known_time:
            self._latest[health.source] = health

    def by_type(self) -> list[dict[str, Any]]:
        """Per source type: its state, which is the best of its sources, and the sources."""
        told = []
        for kind in TYPES:
            sources = [h for h in self._latest.values() if h.source_type == kind]
            if sources:
                told.append(_told(kind, sorted(sources, key=lambda h: h.source)))
        return told


def _told(kind: str, sources: list[Health]) -> dict[str, Any]:
    states = {health.state for health in sources}
    best = next((state for state in _WORST if state in states), "disabled")
    fields = ("source", "state", "reason", "last_success", "known_time")
    plain = [msgspec.to_builtins(health) for health in sources]
    return {
        "source_type": kind,
        # One open eye of a type is enough to see with, but a closed one is worth a look.
        "state": "degraded" if best == "ok" and states - {"ok", "disabled"} else best,
        "sources": [{name: source[name] for name in fields} for source in plain],
    }
