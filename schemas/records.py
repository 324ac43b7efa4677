"""Every record that travels over a topic. Frozen: a change is a new record.

Field order is the order of the Avro schema in `avro/`; a test holds the two equal. Times are
`Millis`. Derived records end with their lineage: what computed them, and from what.
"""

from typing import ClassVar

import msgspec

from schemas.clock import Millis


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Base of all records; `schema_name` is the file name of its schema and its subject."""

    schema_name: ClassVar[str] = ""


class Receipt(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A piece of evidence a person can open."""

    mention_id: str
    source: str
    source_type: str
    outlet: str
    title: str
    url: str | None
    event_time: Millis
    known_time: Millis


class Reason(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One clause of an explanation, with its numbers and what it rests on."""

    clause: str  # velocity | spread | affect | trade | story | baseline | suppressed
    source_type: str | None = None
    observed: float
    usual: float | None = None
    sigma: float | None = None
    window_hours: float
    mention_ids: tuple[str, ...] = ()


class TypeVelocity(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How fast one source type mentions one entity."""

    source_type: str
    mentions: int  # counted mentions in the last 12 h
    authors: int  # distinct authors or owners among them
    usual: float  # mean of the baseline's 12 h windows
    z: float  # the literal z: 12 h against the trailing 7 d, uncapped
    fast_z: float  # 30 min against 14 d
    slow_z: float  # 12 h against 14 d
    score: float  # detection score of this type
    baseline: str  # observed | prior


class RawMention(Record, frozen=True, kw_only=True, gc=False):
    """What a source said, before anyone decided whom it is about."""

    schema_name = "raw-mention"
    id: str
    event_time: Millis
    known_time: Millis
    source: str
    source_type: str
    test: bool = False
    native_id: str
    kind: str = "article"  # article | post | comment | video | trend | chart | edit
    channel: str = ""  # outlet, subreddit, feed
    author: str | None = None
    title: str = ""
    text: str = ""
    url: str | None = None
    language: str | None = None
    level: float | None = None  # for sources that report levels (views, search interest)
    level_unit: str | None = None
    deleted: bool = False  # a tombstone: upstream took it back
    attributes: dict[str, str] = {}


class Mention(Record, frozen=True, kw_only=True, gc=False):
    """A raw mention resolved to one entity. `known_time` is lifted past closed intervals."""

    schema_name = "mention"
    id: str
    event_time: Millis
    known_time: Millis
    source: str
    source_type: str
    test: bool = False
    raw_id: str
    late_ms: int = 0
    entity_id: str
    entity_name: str
    entity_type: str
    surface: str
    score: float
    margin: float
    about: str  # subject | passing
    sentiment: float  # [-1, 1]
    intensity: float  # [0, 1]
    spam: float  # [0, 1]
    outlet: str  # owner of the host, or channel
    author_key: int  # same author or owner, same key
    text_key: int  # near-duplicate texts share it
    title: str
    url: str | None = None
    level: float | None = None
    config_hash: str
    catalogue_version: int
    code_version: str
    causation: tuple[str, ...]


class Option(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An entity that an unresolved name might have meant."""

    entity_id: str
    score: float


class Candidate(Record, frozen=True, kw_only=True, gc=False):
    """A raw mention, or a name in it, that was left out, and why."""

    schema_name = "candidate"
    id: str
    event_time: Millis
    known_time: Millis
    source: str
    source_type: str
    test: bool = False
    raw_id: str
    surface: str  # "" when the text holds no known name at all
    reason: str
    options: tuple[Option, ...] = ()
    resolved: bool  # the same raw mention was resolved to some other entity
    title: str
    url: str | None = None
    config_hash: str
    catalogue_version: int
    code_version: str
    causation: tuple[str, ...]


class Entity(Record, frozen=True, kw_only=True, gc=False):
    """A person, work or event of the catalogue. The last record of an id is the entity."""

    schema_name = "entity"
    id: str
    event_time: Millis
    known_time: Millis
    source: str
    source_type: str = "catalogue"
    test: bool = False
    name: str
    entity_type: str  # person | film | show | song | album | group | franchise | event
    aliases: tuple[str, ...] = ()
    prior: float = 0.5
    context: tuple[str, ...] = ()
    ambiguous: bool = False
    related: tuple[str, ...] = ()
    status: str = "active"  # active | dormant | deleted
    verified: bool = True
    first_seen: Millis = 0
    provenance: str = ""
    external_ids: dict[str, str] = {}


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


class TradePickup(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The first trade item of an episode; the lead is positive when we were first."""

    mention_id: str
    outlet: str
    title: str
    url: str | None
    event_time: Millis
    lead_ms: int | None  # None before an alert went out


class Alert(Record, frozen=True, kw_only=True, gc=False):
    """A step in the life of an episode's one alert. Chained: `hash` covers the one before."""

    schema_name = "alert"
    id: str
    event_time: Millis
    known_time: Millis
    source: str = "heat"
    source_type: str = "derived"
    test: bool = False
    tick: int
    alert_id: str  # one per episode
    episode_id: str
    step: int  # 0 for the opening
    kind: str  # opened | updated | confirmed | cooled | retracted
    entity_id: str
    entity_name: str
    entity_type: str
    heat: float
    display: float
    velocity_z: float
    detection_score: float
    spread_types: int
    affect: float
    confidence: float | None = None  # None: no basis for a calibrated figure
    mentions: int
    headline: str
    reasons: tuple[Reason, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    trade: TradePickup | None = None
    config_hash: str
    catalogue_version: int
    code_version: str
    causation: tuple[str, ...]
    previous_hash: str = ""
    hash: str = ""


class Action(Record, frozen=True, kw_only=True, gc=False):
    """What a person did with an alert."""

    schema_name = "action"
    id: str
    event_time: Millis
    known_time: Millis
    source: str
    source_type: str = "action"
    test: bool = False
    action: str  # assign | rundown | promo | research | vote | snooze | mute | pick
    actor: str
    channel: str = ""
    alert_id: str | None = None
    episode_id: str | None = None
    entity_id: str | None = None
    revision: int = 0
    attributes: dict[str, str] = {}


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


class Tick(Record, frozen=True, kw_only=True, gc=False):
    """Interval `n` is over. A record among the data, so that the log itself tells the time."""

    schema_name = "tick"
    n: int
    first: int  # the deployment's first tick; each raw partition's log begins with a tick
    present: dict[str, int]  # source -> raw partitions that interval n waits for
    catalogue: tuple[int, int]  # catalogue versions of the intervals n + 1 and n + 2
    origin: str = ""  # set by the resolver: the raw partition whose clock this is


class DeadLetter(Record, frozen=True, kw_only=True, gc=False):
    """A message that could not be read, with its coordinates and its bytes."""

    schema_name = "dead-letter"
    id: str
    known_time: Millis
    topic: str
    partition: int
    offset: int
    group: str
    reason: str
    schema_id: int | None = None
    key: bytes | None = None
    value: bytes | None = None


RECORDS: tuple[type[Record], ...] = (
    RawMention,
    Mention,
    Candidate,
    Entity,
    Velocity,
    Heat,
    Alert,
    Action,
    Prediction,
    Audit,
    Health,
    Heartbeat,
    Budget,
    Tick,
    DeadLetter,
)
