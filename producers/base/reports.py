"""What a poll did, as records of the operations topics: audit, health, heartbeat."""

from dataclasses import dataclass, field
from typing import Literal

from producers.base.fetch import Attempt
from schemas.clock import Millis
from schemas.ids import derived_id
from schemas.records import Audit, Health, Heartbeat

State = Literal["ok", "degraded", "down", "disabled"]


@dataclass(slots=True)
class PollReport:
    """What one poll asked, found and failed at."""

    asked: int = 0
    answered: int = 0
    read: int = 0  # entries in the bodies
    published: int = 0  # mentions that are new
    unchanged: int = 0  # addresses that had nothing new to say
    failures: list[str] = field(default_factory=list)
    retry_after: float = 0.0
    stop: bool = False

    @property
    def state(self) -> State:
        """An empty success is degraded: a feed without entries says nothing about the world."""
        if self.stop:
            return "disabled"
        if self.asked and not self.answered:
            return "down"
        return "degraded" if self.failures or self.vacuous else "ok"

    @property
    def vacuous(self) -> bool:
        return self.answered > self.unchanged and self.read == 0

    @property
    def reason(self) -> str:
        return "; ".join(self.failures) or ("answers without entries" if self.vacuous else "")


def audit_of(attempt: Attempt, source: str, source_type: str, now: Millis, found: int) -> Audit:
    return Audit(
        id=derived_id("audit", source, attempt.address, str(now), str(attempt.number)),
        event_time=now,
        known_time=now,
        source=source,
        source_type=source_type,
        operation=attempt.operation,
        address=attempt.address,
        status=attempt.status,
        reason=attempt.reason,
        duration_ms=attempt.duration_ms,
        bytes_read=attempt.bytes_read,
        mentions=found,
        attempt=attempt.number,
        cost=1.0,
    )


def health_of(
    report: PollReport,
    source: str,
    source_type: str,
    now: Millis,
    next_poll: Millis,
    last_success: Millis | None,
    failures_in_a_row: int,
) -> Health:
    return Health(
        id=derived_id("health", source, str(now)),
        event_time=now,
        known_time=now,
        source=source,
        source_type=source_type,
        state=report.state,
        reason=report.reason,
        last_success=last_success,
        next_poll=next_poll,
        mentions=report.published,
        consecutive_failures=failures_in_a_row,
    )


def heartbeat_of(source: str, source_type: str, now: Millis, sequence: int) -> Heartbeat:
    """The canary: it takes the same way to the log as a mention does."""
    return Heartbeat(
        id=derived_id("heartbeat", source, str(now), str(sequence)),
        event_time=now,
        known_time=now,
        source=source,
        source_type=source_type,
        sequence=sequence,
    )
