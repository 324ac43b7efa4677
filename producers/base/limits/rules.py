"""The limits that hold for a source: those it declares, lowered by what a person set."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from producers.base import facts
from producers.base.facts import Ceiling, Facts
from producers.base.options import SourceOptions
from schemas.clock import SECOND_MS, Millis
from schemas.errors import SettingsError

HOLD_MS: Final = 180 * SECOND_MS  # well above the longest that one call may last


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be asked, and how long a call may last before it counts as lost."""

    pace: facts.Pace
    ceilings: tuple[Ceiling, ...] = ()
    hold_ms: Millis = HOLD_MS


def rules_of(declared: Facts, options: SourceOptions, speed: float = 1.0) -> Rules:
    """A person may lower a limit, never raise it. Raises SettingsError for an unknown unit.

    `speed` is that of a simulated clock, by which calls seem to last longer.
    """
    units = {ceiling.unit for ceiling in declared.ceilings}
    for unit in options.ceilings:
        if unit not in units:
            known = f"; it has {', '.join(sorted(units))}" if units else "; it has none"
            raise SettingsError(f"{declared.name}: ceilings: no limit is in {unit!r}{known}")
    ceilings = tuple(
        replace(
            ceiling, amount=min(ceiling.amount, options.ceilings.get(ceiling.unit, ceiling.amount))
        )
        for ceiling in declared.ceilings
    )
    return Rules(_slower(declared.pace, options), ceilings, round(HOLD_MS * max(1.0, speed)))


def _slower(pace: facts.Pace, options: SourceOptions) -> facts.Pace:
    wanted, minute = options.requests_per_minute, timedelta(minutes=1)
    if wanted is None or wanted >= pace.requests * (minute / pace.per):
        return pace
    return facts.Pace(wanted, minute, min(pace.burst, max(1, int(wanted))))
