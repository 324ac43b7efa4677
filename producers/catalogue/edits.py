"""What can be done to the catalogue: each edit gives the entities that it changes, as new records.

Nothing is lost: a merged or renamed id stays as a record that says into which it went, an old name
stays as an alias, and every alias says who gave it. Pure; the time is an argument.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

import msgspec

from producers.catalogue.entity_check import checked
from producers.catalogue.load import CatalogueError
from schemas.clock import Millis
from schemas.records import Entity, Relation

Held = Mapping[str, Entity]
MOST_CONTEXT: Final = 40
_replace = msgspec.structs.replace


def slug_of(name: str) -> str:
    """An id for a name: `Nova Reyes` to `nova-reyes`; "" for a name without a Latin letter."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def named(held: Held, entity_id: str) -> Entity:
    """The entity of an id, or of the id that it was merged into. Raises CatalogueError."""
    seen: set[str] = set()
    entity = held.get(entity_id)
    while entity is not None and entity.merged_into and entity.id not in seen:
        seen.add(entity.id)
        entity = held.get(entity.merged_into)
    if entity is None:
        raise CatalogueError(f"no entity {entity_id!r} in the catalogue")
    return entity


def own(held: Held, entity_id: str) -> Entity:
    """The entity of an id that still stands for itself. Raises CatalogueError."""
    entity = held.get(entity_id)
    if entity is None:
        raise CatalogueError(f"no entity {entity_id!r} in the catalogue")
    if entity.merged_into:
        raise CatalogueError(f"{entity_id!r} was merged into {entity.merged_into!r}")
    return entity


def added(held: Held, entity: Entity) -> list[Entity]:
    """A new entity. Raises CatalogueError for an id that is taken, or what no entity may be."""
    if entity.id in held:
        raise CatalogueError(f"id {entity.id!r} is taken by {held[entity.id].name!r}")
    try:
        return [checked(entity)]
    except ValueError as refusal:
        raise CatalogueError(f"{entity.id}: {refusal}") from None


def with_alias(held: Held, entity_id: str, alias: str, source: str, now: Millis) -> list[Entity]:
    """Another name. An alias that is there already changes nothing."""
    entity, alias = own(held, entity_id), " ".join(alias.split())
    if not alias:
        raise CatalogueError(f"{entity_id}: an alias needs a letter")
    if alias == entity.name or alias in entity.aliases:
        return []
    return [
        _replace(
            entity,
            aliases=(*entity.aliases, alias),
            known_time=now,
            alias_sources={**entity.alias_sources, alias: source},
        )
    ]


def without_alias(held: Held, entity_id: str, alias: str, now: Millis) -> list[Entity]:
    """Take an alias back. Raises CatalogueError for one that is not there."""
    entity = own(held, entity_id)
    if alias not in entity.aliases:
        raise CatalogueError(f"{entity_id} has no alias {alias!r}")
    sources = {key: value for key, value in entity.alias_sources.items() if key != alias}
    return [
        _replace(
            entity,
            aliases=tuple(a for a in entity.aliases if a != alias),
            alias_sources=sources,
            known_time=now,
        )
    ]


def with_context(held: Held, entity_id: str, words: tuple[str, ...], now: Millis) -> list[Entity]:
    """Words that speak for the entity; the newest stay when there are too many."""
    entity = own(held, entity_id)
    context = tuple(dict.fromkeys((*entity.context, *words)))[-MOST_CONTEXT:]
    return [_replace(entity, context=context, known_time=now)] if context != entity.context else []


def related_to(held: Held, entity_id: str, kind: str, other_id: str, now: Millis) -> list[Entity]:
    """Say how an entity belongs to another one."""
    entity, other = own(held, entity_id), own(held, other_id)
    relation = Relation(kind=kind, entity_id=other.id)
    if relation in entity.relations:
        return []
    changed = _replace(entity, relations=(*entity.relations, relation), known_time=now)
    return [checked(changed)]


def merged(held: Held, old_id: str, into_id: str, source: str, now: Millis) -> list[Entity]:
    """The old entity's names, words and relations move; what was related to it follows.

    Raises CatalogueError for an unknown or merged id and for an entity into itself.
    """
    old, into = own(held, old_id), own(held, into_id)
    if old.id == into.id:
        raise CatalogueError(f"{old_id!r} cannot be merged into itself")
    names = [n for n in (old.name, *old.aliases) if n != into.name and n not in into.aliases]
    told = {name: old.alias_sources.get(name, source) for name in names}
    taken = _replace(
        into,
        known_time=now,
        aliases=(*into.aliases, *names),
        alias_sources={**into.alias_sources, **told},
        context=tuple(dict.fromkeys((*into.context, *old.context))),
        related=_without(dict.fromkeys((*into.related, *old.related)), old.id, into.id),
        relations=tuple(
            r
            for r in dict.fromkeys((*into.relations, *old.relations))
            if r.entity_id not in (old.id, into.id)
        ),
        external_ids={**old.external_ids, **into.external_ids},
        first_seen=min((t for t in (old.first_seen, into.first_seen) if t), default=0),
    )
    gone = _replace(
        old, status="merged", merged_into=into.id, aliases=(), alias_sources={}, known_time=now
    )
    return [gone, taken, *_followers(held, old.id, into.id, now)]


def _without(ids: Mapping[str, None], *gone: str) -> tuple[str, ...]:
    return tuple(i for i in ids if i not in gone)


def _followers(held: Held, old_id: str, into_id: str, now: Millis) -> list[Entity]:
    """Entities that were related to the old id, related to the new one."""
    changed = []
    for entity in held.values():
        if old_id in entity.related and entity.id != into_id and not entity.merged_into:
            related = dict.fromkeys(into_id if i == old_id else i for i in entity.related)
            relations = tuple(
                Relation(kind=r.kind, entity_id=into_id) if r.entity_id == old_id else r
                for r in entity.relations
            )
            changed.append(
                _replace(entity, related=tuple(related), relations=relations, known_time=now)
            )
    return changed


def renamed(
    held: Held, entity_id: str, name: str, source: str, now: Millis, new_id: str | None = None
) -> list[Entity]:
    """Another name, the old one as an alias; with `new_id` also another id, the old one merged."""
    entity = own(held, entity_id)
    aliases = tuple(a for a in entity.aliases if a != name)
    sources = {key: value for key, value in entity.alias_sources.items() if key != name}
    if name != entity.name:
        aliases, sources = (*aliases, entity.name), {**sources, entity.name: source}
    fresh = _replace(entity, name=name, aliases=aliases, alias_sources=sources, known_time=now)
    if new_id is None or new_id == entity.id:
        return [checked(fresh)] if fresh.name != entity.name else []
    moved = added(held, _replace(fresh, id=new_id))
    gone = _replace(
        entity, status="merged", merged_into=new_id, aliases=(), alias_sources={}, known_time=now
    )
    return [gone, *moved, *_followers(held, entity.id, new_id, now)]


def with_status(held: Held, entity_id: str, status: str, now: Millis) -> list[Entity]:
    entity = own(held, entity_id)
    return [_replace(entity, status=status, known_time=now)] if entity.status != status else []
