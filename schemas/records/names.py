"""Names that nobody knew: those that became entities, and those that a person is asked about."""

from schemas.clock import Millis
from schemas.records.base import Record
from schemas.records.evidence import Receipt, TypeVelocity
from schemas.records.mentions import Option


class Discovery(Record, frozen=True, kw_only=True, gc=False):
    """A step in the life of a name that the news brought up and no catalogue had."""

    schema_name = "discovery"
    id: str
    event_time: Millis
    known_time: Millis
    source: str = "heat"
    source_type: str = "derived"
    test: bool = False
    tick: int  # the poll: known_time is its end
    kind: str  # discovered | trending | failed | steady | dormant | returned | verified | doubted
    entity_id: str
    name: str  # as most people write it
    entity_type: str  # a guess, from the words around the name
    surfaces: tuple[str, ...]  # all spellings, the most frequent first
    first_seen: Millis  # the first text that had it
    mentions: int  # counted, last 12 h
    authors: int  # distinct authors or owners of them
    types: tuple[TypeVelocity, ...]  # in the order of names
    velocity_z: float  # uncapped
    detection_score: float  # uncapped
    receipts: tuple[Receipt, ...] = ()
    page: str | None = None  # address of the page that confirms it
    note: str = ""  # why it is verified or doubted
    config_hash: str
    catalogue_version: int
    code_version: str
    causation: tuple[str, ...]


class Question(Record, frozen=True, kw_only=True, gc=False):
    """A name that could mean several entities, or nobody: a person may say whom it means."""

    schema_name = "question"
    id: str
    event_time: Millis
    known_time: Millis
    source: str = "heat"
    source_type: str = "derived"
    test: bool = False
    tick: int  # the poll: known_time is its end
    question_id: str  # one per name; the last record of it is the question
    surface: str  # as most people write it
    reason: str  # why it was left open, such as ambiguous
    options: tuple[Option, ...]  # best first
    mentions: int  # that wait for the answer, last 24 h
    authors: int  # distinct authors or owners of them: its impact
    receipts: tuple[Receipt, ...] = ()
    state: str = "open"  # open | settled
    picked: str | None = None  # an entity id, new or none
    actor: str = ""  # who picked
    config_hash: str
    catalogue_version: int
    code_version: str
    causation: tuple[str, ...]
