"""Names in a text that no catalogue has, beside those that were resolved or asked about."""

from typing import NamedTuple

from schemas.records import RawMention
from streams.core.naming import FOUND_NAME, FOUND_PREFIX, UNKNOWN_NAME
from streams.core.proposer import name_key, proposals
from streams.core.reading import Field
from streams.core.verdicts import Resolution
from streams.core.words import zipf

COMMON = 4.0  # Zipf: "Queen", "Florida", "Hollywood": new stars are not called so, unless tagged
NO_ENTITIES = frozenset((
    "covid 19", "new york", "los angeles", "las vegas", "san francisco", "new zealand",
    "united states", "united kingdom", "white house", "south korea", "north korea", "hong kong",
    "south africa", "sri lanka", "new york city", "new delhi", "tamil nadu", "uttar pradesh",
    "west bengal", "new jersey", "north carolina", "south carolina", "new orleans", "hbo max",
    "apple tv", "amazon prime", "amazon prime video", "prime video", "disney plus", "apple music",
    "google play", "box office", "red carpet", "social media", "earth day", "mothers day",
    "fathers day", "valentines day", "new year", "memorial day", "independence day",
))
"""Places, platforms and days, which are never what a story is about."""
LISTED = frozenset({"trend", "chart"})  # kinds whose title is itself a name


class Unknown(NamedTuple):
    """A name that discovery counts, and why it does."""

    surface: str
    reason: str


def unknown_names(
    raw: RawMention, headline: str, fields: tuple[Field, ...], found: Resolution,
    outlet: str | None,
) -> list[Unknown]:
    """Unknown names in reading order; then the entities that discovery brought in.

    Those go on being counted as names, so that an outcome is judged by the same windows.
    """
    known = [(one.field, *one.span) for one in found.accepted]
    known += [(one.field, *one.span) for one in found.candidates]
    surfaces = [one.surface for one in proposals(fields, known)]
    if raw.kind in LISTED and not known:
        surfaces.insert(0, headline)
    fresh: dict[str, Unknown] = {}
    if surfaces:
        said = _said(raw, found, outlet)
        for surface in surfaces:
            key = name_key(surface)
            if key and not said.issuperset(key.split()) and not _of_no_entity(key, surface):
                fresh.setdefault(key, Unknown(surface, UNKNOWN_NAME))
    for one in found.accepted:
        if one.entity_id.startswith(FOUND_PREFIX):
            fresh.setdefault(name_key(one.entity_name), Unknown(one.entity_name, FOUND_NAME))
    return list(fresh.values())


def _said(raw: RawMention, found: Resolution, outlet: str | None) -> set[str]:
    """The words of names that are known or that of whoever speaks."""
    said = {*name_key(raw.channel).split(), *name_key(outlet or "").split()}
    for one in found.accepted:
        said.update(name_key(one.entity_name).split(), name_key(one.surface).split())
    return said


def _of_no_entity(key: str, surface: str) -> bool:
    if key in NO_ENTITIES:
        return True
    everyday = " " not in key and zipf(key) >= COMMON
    return everyday and not surface.startswith("#")
