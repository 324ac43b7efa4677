"""Whom a mention can be about."""

import msgspec

from schemas.clock import Millis
from schemas.records.base import Record


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
    external_ids: dict[str, str] = msgspec.field(default_factory=dict)
