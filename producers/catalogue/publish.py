"""Entities to the compacted `entities` topic: only those that it does not hold already.

What has left the file stays in the topic; taking an entity back is a decision of its own. So is
what was changed after the file was released: an alias that a person gave outlives every start.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from confluent_kafka import Message

from producers.base.publisher import KafkaPublisher
from producers.base.reading import LogReader, require_topics, whole
from producers.catalogue.load import CatalogueError, load_entities
from schemas.codec import decode_as, encode
from schemas.records import Entity
from schemas.settings import KafkaSection

__all__ = ["CatalogueError", "Refreshed", "load_entities", "publish_entities"]
ENTITIES: Final = "entities"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How the topic differs from before; `version` is its end, the catalogue's version."""

    published: int
    unchanged: int  # or changed by somebody since
    version: int


def publish_entities(entities: Iterable[Entity], kafka: KafkaSection) -> Refreshed:
    """Bring the topic up to date. Publishing the same entities again writes nothing."""
    with LogReader(kafka) as reader:
        require_topics(reader, ENTITIES)
        held = newest_values(whole(reader, ENTITIES))
        publisher, published, unchanged = KafkaPublisher(kafka), 0, 0
        for entity in entities:
            if _stands(held.get(entity.id), entity):
                unchanged += 1
            else:
                publisher.send(ENTITIES, entity.id, entity)
                published += 1
        publisher.settle()
        return Refreshed(published, unchanged, reader.bounds(ENTITIES)[1])


def _stands(held: bytes | None, entity: Entity) -> bool:
    """Whether what the topic holds is this, or newer."""
    if held is None:
        return False
    return held == encode(entity) or decode_as(Entity, held).known_time > entity.known_time


def newest_values(messages: Iterable[Message]) -> dict[str, bytes]:
    """The last value of each key; a key whose last value is a tombstone is gone."""
    held: dict[str, bytes] = {}
    for message in messages:
        key, value = (message.key() or b"").decode("utf-8", "replace"), message.value()
        if value is None:
            held.pop(key, None)
        else:
            held[key] = value
    return held
