"""What is computed of an entity at a poll: its speed, its heat, and where heat is going."""

from schemas.clock import Millis
from schemas.records.base import Record
from schemas.records.evidence import Reason, Receipt, TypeVelocity


class Velocity(Record, frozen=True, kw_only=True, gc=False):
    """The speed of an entity at a poll, per source type and combined."""

    schema_name = "velocity"
    id: str
    event_time: Millis
    known_time: Millis
    source: str = "heat"
    source_type: str = "derived"
    test: bool = False
    tick: int
    entity_id: str
    entity_type: str
    types: tuple[TypeVelocity, ...]
    velocity_z: float  # weighted Stouffer of the literal z, uncapped
    detection_score: float
    config_hash: str
    catalogue_version: int
    code_version: str
    causation: tuple[str, ...]


class Heat(Record, frozen=True, kw_only=True, gc=False):
    """HEAT of an entity at a poll, its components beside the sum."""

    schema_name = "heat"
    id: str
    event_time: Millis
    known_time: Millis
    source: str = "heat"
    source_type: str = "derived"
    test: bool = False
    tick: int
    entity_id: str
    entity_name: str
    entity_type: str
    heat: float  # [0, 2.5]: raw_heat x freshness
    raw_heat: float  # 0.5 velocity_z + 0.3 spread + 0.2 affect
    display: float  # 0-100
    velocity_z: float  # capped at 4 and floored at 0, as it enters the sum
    spread: float  # [0, 1]
    affect: float  # [0, 1]
    freshness: float  # (0, 1]
    hours_since_peak: float
    detection_score: float
    types: tuple[TypeVelocity, ...]
    mentions: int  # counted, last 12 h, all types but trade
    sentiment: float  # mean signed sentiment of them
    episode_id: str | None = None
    episode_state: str = "quiet"  # quiet | building | open | confirmed | cooling
    reasons: tuple[Reason, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    config_hash: str
    catalogue_version: int
    code_version: str
    causation: tuple[str, ...]


class Prediction(Record, frozen=True, kw_only=True, gc=False):
    """Heat expected at a horizon, with its interval, beside the naive forecast."""

    schema_name = "prediction"
    id: str
    event_time: Millis
    known_time: Millis
    source: str = "heat"
    source_type: str = "derived"
    test: bool = False
    tick: int
    entity_id: str
    horizon_hours: int
    p10: float
    p50: float
    p90: float
    naive: float
    peak_time: Millis | None = None
    model: str
    config_hash: str
    catalogue_version: int
    code_version: str
    causation: tuple[str, ...]
