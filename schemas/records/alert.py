"""An alert, the trade press picking it up, and what people do with it."""

import msgspec

from schemas.clock import Millis
from schemas.records.base import Record
from schemas.records.evidence import Reason, Receipt


class TradePickup(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The first trade item of an episode; the lead is positive when we were first."""

    mention_id: str
    outlet: str
    title: str
    url: str | None
    event_time: Millis  # when the trade says it published
    lead_ms: int | None  # None before an alert went out


class StoryEntity(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One of the entities that a story is about."""

    entity_id: str
    name: str
    episode_id: str  # its own span above onset


class Alert(Record, frozen=True, kw_only=True, gc=False):
    """A step in the life of a story's one alert. Chained: `hash` covers the one before.

    The alert is filed under the story's lead entity. The figures, reasons and receipts of a step
    are those of the entity that it was told by.
    """

    schema_name = "alert"
    id: str
    event_time: Millis
    known_time: Millis
    source: str = "heat"
    source_type: str = "derived"
    test: bool = False
    tick: int  # the poll: known_time is its end
    alert_id: str  # one per story
    story_id: str = ""  # what the alert is about; it stays through updates
    episode_id: str
    step: int  # 0 for the opening
    kind: str  # opened | updated | confirmed | cooled | retracted
    entity_id: str
    entity_name: str
    entity_type: str
    entities: tuple[StoryEntity, ...] = ()  # all of the story, the lead first
    told_by: str = ""  # the entity whose evidence led to this step
    heat: float  # [0, 2.5]
    display: float  # 0-100
    velocity_z: float  # uncapped, unlike in heat
    detection_score: float  # uncapped; ranks and gates
    spread_types: int  # source types with evidence in the last 12 h
    affect: float  # [0, 1]
    confidence: float | None = None  # None: no basis for a calibrated figure
    cohesion: float | None = None  # [0, 1]: share of the evidence that tells its largest story
    label: str | None = None  # why the entity is held to another bar, such as a scheduled event
    mentions: int  # counted, last 12 h, all types but trade
    headline: str
    reasons: tuple[Reason, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    trade: TradePickup | None = None  # null until a trade has the story
    config_hash: str
    catalogue_version: int
    code_version: str
    causation: tuple[str, ...]
    previous_hash: str = ""  # hash of the step before; empty for the first
    hash: str = ""  # over all other fields


class Proposal(Record, frozen=True, kw_only=True, gc=False):
    """What one entity wants told at a poll, before alerts of one story are made one."""

    schema_name = "proposal"
    id: str
    event_time: Millis
    known_time: Millis
    source: str = "heat"
    source_type: str = "derived"
    test: bool = False
    tick: int  # the poll: known_time is its end
    entity_id: str
    episode_id: str
    alert: Alert | None = None  # the step; null when only the evidence has grown
    evidence: tuple[int, ...]  # keys of the newest texts that count; those of a text are equal
    words: tuple[int, ...]  # what several of the texts say, the most frequent first
    config_hash: str
    catalogue_version: int
    code_version: str
    causation: tuple[str, ...]


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
    actor: str  # who did it
    channel: str = ""
    alert_id: str | None = None
    episode_id: str | None = None
    entity_id: str | None = None
    revision: int = 0
    attributes: dict[str, str] = msgspec.field(default_factory=dict)  # such as assignee
