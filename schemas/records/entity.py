"""Whom a mention can be about."""

import msgspec

from schemas.clock import Millis
from schemas.records.base import Record

ENTITY_TYPES = (
    "person",
    "film",
    "show",
    "song",
    "album",
    "group",
    "franchise",
    "couple",
    "event",
    "character",
    "network",
    "company",
)


class Relation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How an entity belongs to another one."""

    kind: str  # cast-of | member-of | partner-of | part-of | by | airs-on | other
    entity_id: str


class Entity(Record, frozen=True, kw_only=True, gc=False):
    """A person, work or event of the catalogue. The last record of an id is the entity."""

    schema_name = "entity"
    id: str
    event_time: Millis
    known_time: Millis
    source: str
    source_type: str = "catalogue"
    test: bool = False
    name: str  # as people write it
    entity_type: str  # person, film, show, song, album, group, event and so on: ENTITY_TYPES
    aliases: tuple[str, ...] = ()  # other names; @ and # count only as tags
    alias_sources: dict[str, str] = msgspec.field(default_factory=dict)  # alias -> who gave it
    prior: float = 0.5  # [0, 1]: how surely the name means this entity
    context: tuple[str, ...] = ()  # words that speak for this entity
    ambiguous: bool = False  # the name means other things too and needs context
    related: tuple[str, ...] = ()  # ids of other entities
    relations: tuple[Relation, ...] = ()  # what kind of relation, where it is known
    status: str = "active"  # active | dormant | merged | deleted
    merged_into: str | None = None  # the id that took over, when merged
    verified: bool = True  # false until someone or something confirmed that it exists
    first_seen: Millis = 0
    provenance: str = ""  # where the catalogue has it from
    external_ids: dict[str, str] = msgspec.field(default_factory=dict)  # catalogue -> id there
