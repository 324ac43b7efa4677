"""The right to one call, and how the call ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from producers.base.facts import Cost
from schemas.clock import Millis

# done: answered, whatever it said; failed: asked and not answered well; throttled: told to wait;
# unsent: the request never left us, so that it cost nothing and says nothing about the source.
# A source that could not be reached is `failed` with an `actual` of zero in each unit.
Outcome = Literal["done", "failed", "throttled", "unsent"]


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to make one call. It must be settled; one that never is counts as spent."""

    id: str
    cost: Cost
    taken_at: Millis


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call went, what it cost if not what was expected, and what the source told."""

    outcome: Outcome
    actual: Cost | None = None
    retry_after: float | None = None
    told: Mapping[str, float] = field(default_factory=dict)
