"""Every record that travels over a topic. Frozen: a change is a new record.

Field order is the order of the Avro schema in `avro/`; a test holds the two equal. Times are
`Millis`. Derived records end with their lineage: what computed them, and from what.
"""

from schemas.records.alert import Action, Alert, Proposal, StoryEntity, TradePickup
from schemas.records.base import Record
from schemas.records.entity import ENTITY_TYPES, Entity, Relation
from schemas.records.evidence import Advanced, Reason, Receipt, TypeVelocity
from schemas.records.heat import Heat, Prediction, Velocity
from schemas.records.kpi import Figure, Kpi
from schemas.records.log import DeadLetter, Tick
from schemas.records.mentions import Candidate, Mention, Option, RawMention
from schemas.records.names import Discovery, Question
from schemas.records.operations import Audit, Budget, Health, Heartbeat
from schemas.records.training import TrainingRun

__all__ = [
    "ENTITY_TYPES",
    "RECORDS",
    "Action",
    "Advanced",
    "Alert",
    "Audit",
    "Budget",
    "Candidate",
    "DeadLetter",
    "Discovery",
    "Entity",
    "Figure",
    "Health",
    "Heartbeat",
    "Heat",
    "Kpi",
    "Mention",
    "Option",
    "Prediction",
    "Proposal",
    "Question",
    "RawMention",
    "Reason",
    "Receipt",
    "Record",
    "Relation",
    "StoryEntity",
    "Tick",
    "TradePickup",
    "TrainingRun",
    "TypeVelocity",
    "Velocity",
]

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
    Proposal,
    Discovery,
    Question,
    TrainingRun,
    Kpi,
)
