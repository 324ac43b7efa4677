"""What every entity must be, whichever file or command it comes from."""

from math import sqrt

import msgspec

from schemas.records import ENTITY_TYPES, Entity

STATUSES = ("active", "dormant", "merged", "deleted")


# What other catalogues call what we call something else.
SAME_TYPE = {
    "movie": "film",
    "motion picture": "film",
    "creative-work": "film",
    "work": "film",
    "tv": "show",
    "tv show": "show",
    "tv series": "show",
    "series": "show",
    "tvseries": "show",
    "band": "group",
    "artist_or_woa": "group",
    "musicgroup": "group",
    "artist": "person",
    "musician": "person",
    "actor": "person",
    "celebrity": "person",
    "creator": "person",
    "track": "song",
    "woa": "song",
    "single": "song",
    "record": "album",
    "corporation": "company",
    "organization": "company",
    "organisation": "company",
    "product": "company",
    "brand": "company",
    "channel": "network",
    "duo": "couple",
}


def type_of(name: str) -> str:
    """An entity type by our name of it; an unknown one as it is, to be refused by name."""
    plain = name.strip().lower()
    return SAME_TYPE.get(plain, plain)


def prior_of(popularity: float, usual: float | None) -> float:
    """How surely a name means an entity, by how known the entity is.

    Without a `usual` count, popularity is the prior itself, in [0, 1]. A count (votes, followers,
    page views) becomes sqrt(count) / (sqrt(count) + sqrt(usual)), with the median count of the
    file as the usual one, so that the unit does not matter: .5 at the median, .91 at a hundred
    times as much.
    """
    if usual is None:
        return popularity
    root = sqrt(max(popularity, 0.0))
    return root / (root + sqrt(usual))


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
