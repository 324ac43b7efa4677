"""What is computed of an entity at a poll: its speed, its heat, and where heat is going."""

from schemas.clock import Millis
from schemas.records.base import Record
from schemas.records.evidence import Advanced, Reason, Receipt, TypeVelocity


class Velocity(Record, frozen=True, kw_only=True, gc=False):
    """The speed of an entity at a poll, per source type and combined."""

    schema_name = "velocity"
    id: str
    event_time: Millis
    known_time: Millis
    source: str = "heat"
    source_type: str = "derived"
    test: bool = False
    tick: int  # the poll: known_time is its end
    entity_id: str
    entity_type: str
    types: tuple[TypeVelocity, ...]  # in the order of names
    velocity_z: float  # weighted Stouffer of the literal z, uncapped
    detection_score: float  # uncapped; ranks and gates
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
    tick: int  # the poll: known_time is its end
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
    detection_score: float  # uncapped; ranks and gates
    types: tuple[TypeVelocity, ...]  # in the order of names
    mentions: int  # counted, last 12 h, all types but trade
    sentiment: float  # mean signed sentiment of them
    episode_id: str | None = None  # null when quiet
    episode_state: str = "quiet"  # quiet | building | open | confirmed | cooling | retracted
    cohesion: float | None = None  # [0, 1]: share of the evidence that tells its largest story
    label: str | None = None  # why the entity is held to another bar, such as a scheduled event
    advanced: Advanced | None = None  # another way of scoring, in seven dimensions
    reasons: tuple[Reason, ...] = ()
    receipts: tuple[Receipt, ...] = ()  # a few, of different types and outlets first
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
    tick: int  # the poll that it was made at
    entity_id: str
    entity_name: str
    entity_type: str
    heat: float  # at the tick
    horizon_hours: int  # from the tick to the time that is predicted
    p10: float  # heat; below it in 10 % of cases
    p50: float  # heat; the median
    p90: float  # heat; above it in 10 % of cases
    naive: float  # heat by the seasonal-naive forecast
    peak_time: Millis | None = None  # when heat is expected to be highest
    top_chance: float | None = None  # to be among the 20 hottest then; null: not told
    model: str  # version of the weights; the training run has the rest
    config_hash: str
    catalogue_version: int
    code_version: str
    causation: tuple[str, ...]
