"""Finding an entity by a part of what it is called."""

import unicodedata
from collections.abc import Mapping

from schemas.records import Entity


def plain(text: str) -> str:
    """Without case and accents, as people type it into a search."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def search(held: Mapping[str, Entity], words: str, kind: str | None = None) -> list[Entity]:
    """Whole names first, then beginnings, then parts; among equals the better known first."""
    wanted = plain(" ".join(words.split()))
    ranked = []
    for entity in held.values():
        rank = _rank(entity, wanted)
        if rank is not None and kind in (None, entity.entity_type):
            ranked.append((entity.status != "active", rank, -entity.prior, entity.id, entity))
    return [one[-1] for one in sorted(ranked, key=lambda one: one[:4])]


def _rank(entity: Entity, wanted: str) -> int | None:
    best: int | None = None
    for name in (entity.name, entity.id, *entity.aliases):
        found = plain(name)
        if wanted in found:
            rank = 0 if found == wanted else 1 if found.startswith(wanted) else 2
            best = rank if best is None else min(best, rank)
    return best
