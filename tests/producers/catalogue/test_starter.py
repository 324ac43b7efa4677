"""The starter catalogue keeps its own rules."""

import re
from collections import defaultdict

from producers.catalogue.load import load_entities
from schemas.records import Entity
from streams.core.spotter import canonical

ENTITIES = load_entities()


def test_it_knows_enough_entities_of_every_type() -> None:
    assert len(ENTITIES) >= 500
    assert {entity.entity_type for entity in ENTITIES} == {
        "person",
        "film",
        "show",
        "song",
        "album",
        "group",
        "franchise",
        "event",
    }


def test_ids_are_ascii_kebab_case_and_unique() -> None:
    ids = [entity.id for entity in ENTITIES]
    assert [i for i in ids if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", i)] == []
    assert len(set(ids)) == len(ids)


def test_a_name_of_two_entities_is_ambiguous_in_both() -> None:
    claims: dict[str, list[Entity]] = defaultdict(list)
    for entity in ENTITIES:
        for name in {canonical(name) for name in (entity.name, *entity.aliases)}:
            claims[name].append(entity)
    shared = {name: owners for name, owners in claims.items() if len(owners) > 1}
    assert "chris evans" in shared
    assert [
        name for name, owners in shared.items() if not all(owner.ambiguous for owner in owners)
    ] == []


def test_an_ambiguous_entity_has_context_to_be_told_by() -> None:
    assert [entity.id for entity in ENTITIES if entity.ambiguous and not entity.context] == []


def test_names_are_clean_text() -> None:
    for entity in ENTITIES:
        for text in (entity.name, *entity.aliases, *entity.context):
            assert text == text.strip()
            assert canonical(text)
        assert len({canonical(name) for name in (entity.name, *entity.aliases)}) == 1 + len(
            entity.aliases
        ), entity.id


def test_publishers_platforms_and_networks_are_not_in_it() -> None:
    known = {canonical(name) for entity in ENTITIES for name in (entity.name, *entity.aliases)}
    outside = {"netflix", "bbc", "itv", "disney+", "variety", "deadline", "youtube", "tiktok"}
    assert known.isdisjoint(outside | {"london", "new york", "los angeles", "mumbai"})
