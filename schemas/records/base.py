"""What every record is: frozen, keyword-only, named after its schema file."""

from typing import ClassVar, Final

import msgspec

# What a field of this name means in every record that does not say otherwise. With the comments
# beside the fields, these are the `doc` of the Avro schemas.
MEANINGS: Final[dict[str, str]] = {
    "id": "same input, same id: on every fetch and in every replay",
    "event_time": "the source's clock",
    "known_time": "when we could first know it; orders everything",
    "source": "who told it, such as reddit; heat for what is computed",
    "source_type": "the type of evidence that the source is, such as social or trade",
    "test": "a canary or a drill: real in all but effect",
    "entity_id": "the id of the entity in the catalogue",
    "entity_name": "as people write it",
    "entity_type": "person, film, show, song, album, group, franchise or event",
    "episode_id": "the span of time in which the entity is hot without a long gap",
    "config_hash": "of the computation's settings",
    "catalogue_version": "of the entities that were known",
    "code_version": "of this project",
    "causation": "ids, or topic-partition-offset, of what this was computed from",
}


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Base of all records; `schema_name` is the file name of its schema and its subject."""

    schema_name: ClassVar[str] = ""
