"""A file of entities into the catalogue: read whole, compared, then written."""

from pathlib import Path

import msgspec

from producers.catalogue.held import HeldCatalogue, same
from producers.catalogue.load import CatalogueError, load_entities
from producers.catalogue.tables import read_table
from schemas.clock import Millis
from schemas.records import Entity

YAML = frozenset({".yml", ".yaml"})


def read_file(file: Path) -> tuple[Entity, ...]:
    """All entities of a file. Raises CatalogueError with the line of what is wrong."""
    return load_entities(file) if file.suffix in YAML else tuple(read_table(file))


def import_entities(
    held: HeldCatalogue, read: tuple[Entity, ...], now: Millis, *, dry_run: bool = False
) -> list[Entity]:
    """What the entities of a file change. Raises CatalogueError before anything is written.

    A line says all of its entity, but what it does not say of the past is kept: when it was first
    seen. A file that was exported comes back with the times that it names.
    """
    held.refresh()
    _refuse_unknown_ids(read, held)
    fresh = [_dated(entity, held.entities.get(entity.id), now) for entity in read]
    changed = [entity for entity in fresh if not same(held.entities.get(entity.id), entity)]
    return changed if dry_run else held.put(changed)


def _dated(entity: Entity, known: Entity | None, now: Millis) -> Entity:
    if entity.known_time:
        return entity
    first_seen = known.first_seen if known else entity.first_seen or now
    event_time = known.event_time if known else now
    return msgspec.structs.replace(
        entity, known_time=now, event_time=event_time, first_seen=first_seen
    )


def _refuse_unknown_ids(read: tuple[Entity, ...], held: HeldCatalogue) -> None:
    known = held.entities.keys() | {entity.id for entity in read}
    for entity in read:
        for other in (*entity.related, *([entity.merged_into] if entity.merged_into else [])):
            if other not in known:
                raise CatalogueError(f"{entity.id!r} names the unknown id {other!r}")
