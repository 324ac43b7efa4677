"""The catalogue as its topic holds it, and edits of it: read to the end, change, write, settle.

Writers of `entities` all come through here: the `heat entities` commands and the keeper. Each edit
is of the newest state, and gives whole records; two at the very same moment, the later one stands.
"""

from collections.abc import Callable, Iterable
from typing import Final, Self

import msgspec

from producers.base.publisher import KafkaPublisher
from producers.base.reading import DEADLINE_S, LogReader, require_topics
from schemas.clock import Millis, now
from schemas.codec import decode_as
from schemas.records import Entity
from schemas.settings import KafkaSection

ENTITIES: Final = "entities"
Edit = Callable[["dict[str, Entity]"], "list[Entity]"]


class HeldCatalogue:
    """Every entity by id, followed on the topic; the order is that of the topic."""

    def __init__(self, kafka: KafkaSection, deadline_s: float = DEADLINE_S) -> None:
        self._reader = LogReader(kafka, deadline_s=deadline_s)
        self._publisher = KafkaPublisher(kafka)
        self._read_to = 0
        self.entities: dict[str, Entity] = {}

    def __enter__(self) -> Self:
        require_topics(self._reader, ENTITIES)
        self.refresh()
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()

    @property
    def version(self) -> int:
        """The end of the topic as it was read: what a tick will name."""
        return self._read_to

    def refresh(self) -> None:
        """Read what has come since the last time."""
        low, end = self._reader.bounds(ENTITIES)
        begin = max(low, self._read_to)
        if begin >= end:
            return
        self._reader.start(ENTITIES, offset=begin)
        for message in self._reader.until(end):
            key, value = (message.key() or b"").decode("utf-8", "replace"), message.value()
            if value is None:
                self.entities.pop(key, None)
            else:
                self.entities[key] = decode_as(Entity, value)
        self._read_to = end

    def apply(self, edit: Edit) -> list[Entity]:
        """What the edit changes, written and acknowledged. An edit that raises writes nothing."""
        self.refresh()
        return self.put(edit(self.entities))

    def put(self, entities: Iterable[Entity]) -> list[Entity]:
        """Write those that differ from what is held, save for when they were written."""
        changed = [e for e in entities if not same(self.entities.get(e.id), e)]
        for entity in changed:
            self._publisher.send(ENTITIES, entity.id, entity)
        self._publisher.settle()
        for entity in changed:
            self.entities[entity.id] = entity
        return changed


def same(held: Entity | None, fresh: Entity) -> bool:
    """Whether two records tell the same of an entity."""
    return (
        held is not None
        and msgspec.structs.replace(held, known_time=fresh.known_time, event_time=fresh.event_time)
        == fresh
    )


def written_at() -> Millis:
    """When an edit by a person is known: now."""
    return now()
