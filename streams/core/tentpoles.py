"""The calendar of scheduled events: for whom more talk is expected on a day, and how much more."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from schemas.clock import DAY_MS, Millis
from streams.core.config import CalendarConfig, Tentpole

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def scheduled(entity_id: str, now: Millis, calendar: CalendarConfig) -> Tentpole | None:
    """The event that is on for an entity; of several the one that expects most."""
    if not calendar.tentpoles:
        return None
    return _on(now // DAY_MS, calendar).get(entity_id)


@lru_cache(maxsize=16)  # all entities of a day ask the same
def _on(day: int, calendar: CalendarConfig) -> dict[str, Tentpole]:
    found: dict[str, Tentpole] = {}
    for tentpole in sorted(calendar.tentpoles, key=lambda t: (t.bar, t.name)):
        if _near(tentpole, day, calendar):
            found.update(dict.fromkeys(tentpole.entities, tentpole))
    return found


def _near(tentpole: Tentpole, day: int, calendar: CalendarConfig) -> bool:
    """Whether the event began so few days ago, or begins so soon, that it is talked about."""
    first = day - (tentpole.days - 1) - calendar.days_after
    began = (_EPOCH + timedelta(days=d) for d in range(first, day + calendar.days_before + 1))
    names = {name for date in began for name in (f"{date:%Y-%m-%d}", f"{date:%m-%d}")}
    return not names.isdisjoint(tentpole.starts)
