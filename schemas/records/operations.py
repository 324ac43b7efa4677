"""How the sources fare: calls, states, canaries and limits."""

from schemas.clock import Millis
from schemas.records.base import Record


class Audit(Record, frozen=True, kw_only=True, gc=False):
    """One call to a source, or the refusal to make it."""

    schema_name = "audit"
    id: str
    event_time: Millis
    known_time: Millis
    source: str
    source_type: str
    test: bool = False
    operation: str  # fetch | cache-hit | not-modified | throttled | refused | failed
    address: str  # host and path; never a query, which may hold a key
    status: int | None = None
    reason: str = ""
    duration_ms: int = 0
    bytes_read: int = 0
    mentions: int = 0
    attempt: int = 1
    cost: float = 0.0
    cost_unit: str = "requests"


class Health(Record, frozen=True, kw_only=True, gc=False):
    """Whether an eye is open."""

    schema_name = "health"
    id: str
    event_time: Millis
    known_time: Millis
    source: str
    source_type: str
    test: bool = False
    state: str  # ok | degraded | down | disabled
    reason: str = ""
    last_success: Millis | None = None
    next_poll: Millis | None = None
    mentions: int = 0
    consecutive_failures: int = 0


class Heartbeat(Record, frozen=True, kw_only=True, gc=False):
    """A canary: proof that a path from a source to the log is alive."""

    schema_name = "heartbeat"
    id: str
    event_time: Millis
    known_time: Millis
    source: str
    source_type: str
    test: bool = True
    sequence: int


class Budget(Record, frozen=True, kw_only=True, gc=False):
    """How much of a limit is spent."""

    schema_name = "budget"
    id: str
    event_time: Millis
    known_time: Millis
    source: str
    source_type: str
    test: bool = False
    unit: str  # requests | units | credits | usd
    window: str  # 2026-11 or 2026-11-21, in the provider's time zone
    ceiling: float
    settled: float
    reserved: float
    state: str  # ok | warned | exhausted
