"""Which tables are cut by time, how long their rows stay, and when they are compressed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from schemas.settings import MaintenanceSection


@dataclass(frozen=True, slots=True)
class Timed:
    """A table cut by `known_time` into days. Rows of one segment are compressed together."""

    name: str
    segment: str
    kept_like: str  # mentions | heat | operations: which of the settings' ages count

    @property
    def ids(self) -> str:
        return f"{self.name}_ids"

    @property
    def rest(self) -> str:
        """The partition of all times that no other one is for."""
        return f"{self.name}_rest"

    def keep(self, ages: MaintenanceSection) -> timedelta:
        return timedelta(days=int(getattr(ages, f"keep_{self.kept_like}_days")))

    def compress(self, ages: MaintenanceSection) -> timedelta:
        return timedelta(days=int(getattr(ages, f"compress_{self.kept_like}_days")))


TIMED: Final[tuple[Timed, ...]] = (
    Timed("mentions", "entity_id", "mentions"),
    Timed("raw_mentions", "source", "mentions"),
    Timed("candidates", "source", "mentions"),
    Timed("heat", "entity_id", "heat"),
    Timed("velocity", "entity_id", "heat"),
    Timed("predictions", "entity_id", "heat"),
    Timed("audit", "source", "operations"),
    Timed("health", "source", "operations"),
    Timed("heartbeats", "source", "operations"),
)


def named(names: Sequence[str]) -> tuple[Timed, ...]:
    """The lines of these tables."""
    return tuple(timed for timed in TIMED if timed.name in names)
