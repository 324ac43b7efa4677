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
    status: int | None = None  # of HTTP, when there was an answer
    reason: str = ""  # why, when it is not plain from the operation
    duration_ms: int = 0
    bytes_read: int = 0
    mentions: int = 0  # raw mentions found in the answer
    attempt: int = 1  # 1 for the first
    cost: float = 0.0  # in cost_unit
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
    reason: str = ""  # why, when it is not ok
    last_success: Millis | None = None  # null before the first
    next_poll: Millis | None = None  # null when none is planned
    mentions: int = 0  # published by the last poll
    consecutive_failures: int = 0
    cursor: str | None = None  # where a source that is listened to goes on; all before it is safe


class Heartbeat(Record, frozen=True, kw_only=True, gc=False):
    """A canary: proof that a path from a source to the log is alive."""

    schema_name = "heartbeat"
    id: str
    event_time: Millis
    known_time: Millis
    source: str
    source_type: str
    test: bool = True
    sequence: int  # place in the run of heartbeats


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
    ceiling: float  # in unit, per window
    settled: float  # spent for certain
    reserved: float  # promised to calls under way
    state: str  # ok | warned | exhausted
