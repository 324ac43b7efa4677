"""What every entity must be, whichever file or command it comes from."""

from math import log1p

import msgspec

from schemas.records import ENTITY_TYPES, Entity

STATUSES = ("active", "dormant", "merged", "deleted")


def prior_of(popularity: float, *, counted: bool) -> float:
    """How surely a name means an entity, by how known the entity is.

    A popularity in [0, 1] is the prior. A count (votes, followers, page views) becomes
    l / (l + 3) with l = ln(1 + count): .5 at 19, .7 at a thousand, .8 at a hundred thousand.
    """
    if not counted:
        return popularity
    weight = log1p(popularity)
    return weight / (weight + 3.0)


def checked(entity: Entity) -> Entity:
    """The entity, related to whom its relations name. Raises ValueError for what none may be."""
    for field in ("id", "name"):
        if not getattr(entity, field).strip():
            raise ValueError(f"{field} is empty")
    if entity.entity_type not in ENTITY_TYPES:
        raise ValueError(f"type {entity.entity_type!r}; one of {', '.join(ENTITY_TYPES)}")
    if entity.status not in STATUSES:
        raise ValueError(f"status {entity.status!r}; one of {', '.join(STATUSES)}")
    if not 0.0 <= entity.prior <= 1.0:
        raise ValueError(f"prior {entity.prior!r} is not between 0 and 1")
    if not entity.relations:
        return entity
    related = tuple(dict.fromkeys((*entity.related, *(r.entity_id for r in entity.relations))))
    return msgspec.structs.replace(entity, related=related)
