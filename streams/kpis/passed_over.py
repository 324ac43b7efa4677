"""The loudest names that nobody was alerted of, and on how much they rested: what a gate held back.

In a recording of one feed that is mostly the gate of two source types.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from schemas.clock import DAY_MS, Millis
from schemas.records import Alert, Heat

MOST: Final = 20
NEAR_MS: Final = 2 * DAY_MS  # of one name: a louder moment, or an alert, within so long is it


class Loud(msgspec.Struct, frozen=True, kw_only=True):
    """A name at the poll at which its score was highest."""

    at: Millis
    entity_id: str
    entity: str
    detection_score: float
    mentions: int
    types: tuple[str, ...]  # with evidence in the window
    cohesion: float | None


class Loudest:
    """Every name's loudest poll of each day. Feed it all heat."""

    def __init__(self) -> None:
        self._days: dict[tuple[str, int], Loud] = {}

    def add(self, heat: Heat) -> None:
        key = heat.entity_id, heat.known_time // DAY_MS
        known = self._days.get(key)
        if known is None or heat.detection_score > known.detection_score:
            self._days[key] = Loud(
                at=heat.known_time, entity_id=heat.entity_id, entity=heat.entity_name,
                detection_score=heat.detection_score, mentions=heat.mentions,
                types=tuple(kind.source_type for kind in heat.types if kind.mentions),
                cohesion=heat.cohesion,
            )

    def without(self, alerts: Iterable[Alert], least: float) -> list[Loud]:
        """Those of at least this score, the loudest first, that no alert of a name tells of."""
        taken: dict[str, list[Millis]] = {}
        for alert in alerts:
            for name in {alert.entity_id, *(member.entity_id for member in alert.entities)}:
                taken.setdefault(name, []).append(alert.known_time)
        found: list[Loud] = []
        for loud in sorted(self._days.values(), key=lambda one: (-one.detection_score, one.at,
                                                                one.entity_id)):
            if loud.detection_score < least or len(found) == MOST:
                break
            near = taken.setdefault(loud.entity_id, [])
            if all(abs(loud.at - at) >= NEAR_MS for at in near):
                found.append(loud)
            near.append(loud.at)
        return found
