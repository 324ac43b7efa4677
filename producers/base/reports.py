"""What a poll did, in numbers and as records of the operations topics."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from producers.base.attempt import Attempt
from producers.base.facts import Cost
from schemas.clock import Millis
from schemas.ids import derived_id
from schemas.records import Audit, Heartbeat

State = Literal["ok", "degraded", "down", "disabled"]
# What people want to know first of what a call cost.
UNITS_BY_WEIGHT: Final = ("usd", "credits", "units", "requests")
MOST_REASONS: Final = 8
LONGEST_REASON: Final = 1_000


@dataclass(slots=True)
class PollReport:
    """What one poll asked, found and failed at."""

    asked: int = 0
    answered: int = 0
    read: int = 0  # entries in the bodies
    published: int = 0  # mentions that are new
    unchanged: int = 0  # questions that had nothing new to say
    failures: list[str] = field(default_factory=list)
    retry_after: float = 0.0
    stale_s: float = 0.0  # the age of the oldest kept answer that stood in for a source
    withheld: int = 0  # questions that no budget is left for
    thin: str = ""  # much less than is usual, for long
    stop: bool = False

    @property
    def state(self) -> State:
        """An empty success is degraded: a feed without entries says nothing about the world."""
        if self.stop:
            return "disabled"
        if self.asked and not self.answered:
            return "degraded" if self.stale_s else "down"
        return "degraded" if self.reason else "ok"

    @property
    def vacuous(self) -> bool:
        return self.answered > self.unchanged and self.read == 0

    @property
    def reason(self) -> str:
        told = list(dict.fromkeys(self.failures))
        more = len(told) - MOST_REASONS
        told = [*told[:MOST_REASONS], *([f"and {more} more"] if more > 0 else [])]
        if self.withheld:
            told.append(f"{self.withheld} questions wait for a budget that is spent")
        if self.stale_s:
            told.append(f"an answer of {self.stale_s:.0f} s ago stood in")
        if self.vacuous:
            told.append("answers without entries")
        elif self.thin:
            told.append(self.thin)
        return "; ".join(told)[:LONGEST_REASON]


@dataclass(frozen=True, slots=True)
class Who:
    """Which source a record is about."""

    source: str
    source_type: str


def audit_of(attempt: Attempt, who: Who, now: Millis, place: int) -> Audit:
    """`place` tells the calls of one moment apart."""
    unit, amount = weightiest(attempt.cost)
    return Audit(
        id=derived_id("audit", who.source, attempt.address, str(now), str(place)),
        event_time=now,
        known_time=now,
        source=who.source,
        source_type=who.source_type,
        operation=attempt.operation,
        address=attempt.address,
        status=attempt.status,
        reason=attempt.reason[:LONGEST_REASON],
        duration_ms=attempt.duration_ms,
        bytes_read=attempt.bytes_read,
        mentions=attempt.mentions,
        attempt=attempt.number,
        cost=amount,
        cost_unit=unit,
    )


def weightiest(cost: Cost) -> tuple[str, float]:
    """The unit that counts most, and how much of it; requests when nothing was spent."""
    spent: Mapping[str, float] = {unit: amount for unit, amount in cost.items() if amount}
    for unit in (*UNITS_BY_WEIGHT[:-1], *sorted(spent), "requests"):
        if unit in spent and (unit != "requests" or len(spent) == 1):
            return unit, spent[unit]
    return "requests", spent.get("requests", 0.0)


def heartbeat_of(who: Who, now: Millis, sequence: int) -> Heartbeat:
    """The canary: it takes the same way to the log as a mention does."""
    return Heartbeat(
        id=derived_id("heartbeat", who.source, str(now), str(sequence)),
        event_time=now,
        known_time=now,
        source=who.source,
        source_type=who.source_type,
        sequence=sequence,
    )
