"""Edits of the catalogue lose nothing: old ids point on, old names stay as aliases."""

from collections.abc import Callable

import pytest

from producers.catalogue import edits
from producers.catalogue.load import CatalogueError
from producers.catalogue.search import search
from schemas.records import Entity, Relation

AT = 1_000


def entity(entity_id: str, name: str = "", **changes: object) -> Entity:
    fields = {"event_time": 1, "known_time": 1, "source": "catalogue", "entity_type": "person"}
    return Entity(id=entity_id, name=name or entity_id.title(), **{**fields, **changes})  # type: ignore[arg-type]


def held(*entities: Entity) -> dict[str, Entity]:
    return {one.id: one for one in entities}


def test_a_merge_moves_names_words_and_relations_and_leaves_a_pointer() -> None:
    known = held(
        entity(
            "old",
            "Nova R.",
            aliases=("@nova",),
            alias_sources={"@nova": "tmdb"},
            context=("actress",),
            first_seen=5,
            external_ids={"imdb": "nm1"},
        ),
        entity("new", "Nova Reyes", aliases=("Nova",), first_seen=9),
        entity(
            "film",
            "Glass Harbor",
            related=("old",),
            relations=(Relation(kind="cast", entity_id="old"),),
        ),
    )
    gone, taken, follower = edits.merged(known, "old", "new", "kim", AT)
    assert (gone.id, gone.status, gone.merged_into, gone.aliases) == ("old", "merged", "new", ())
    assert taken.aliases == ("Nova", "Nova R.", "@nova")
    assert taken.alias_sources == {"Nova R.": "kim", "@nova": "tmdb"}
    assert (taken.context, taken.first_seen) == (("actress",), 5)
    assert taken.external_ids == {"imdb": "nm1"}
    assert (follower.related, follower.relations[0].entity_id) == (("new",), "new")
    after = held(*known.values()) | held(gone, taken, follower)
    assert edits.named(after, "old").id == "new"
    with pytest.raises(CatalogueError, match="was merged into 'new'"):
        edits.with_alias(after, "old", "x", "kim", AT)


def test_a_new_name_keeps_the_old_one_and_a_new_id_the_old_id() -> None:
    known = held(entity("prince-harry", "Prince Harry", aliases=("Harry Sussex",)))
    (fresh,) = edits.renamed(known, "prince-harry", "Harry Sussex", "kim", AT)
    assert (fresh.name, fresh.aliases) == ("Harry Sussex", ("Prince Harry",))
    gone, moved = edits.renamed(known, "prince-harry", "Harry", "kim", AT, "harry")
    assert (gone.id, gone.merged_into) == ("prince-harry", "harry")
    assert (moved.id, moved.aliases) == ("harry", ("Harry Sussex", "Prince Harry"))


def test_what_is_so_already_changes_nothing() -> None:
    known = held(entity("a", "Ada", aliases=("Addy",), context=("actor",)), entity("b"))
    assert edits.with_alias(known, "a", " Addy ", "kim", AT) == []
    assert edits.with_context(known, "a", ("actor",), AT) == []
    assert edits.renamed(known, "a", "Ada", "kim", AT) == []
    assert edits.with_status(known, "a", "active", AT) == []
    (related,) = edits.related_to(known, "a", "partner-of", "b", AT)
    assert related.related == ("b",)
    assert edits.related_to(held(related, known["b"]), "a", "partner-of", "b", AT) == []


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda known: edits.added(known, entity("a")), "id 'a' is taken by 'Ada'"),
        (lambda known: edits.added(known, entity("c", entity_type="planet")), "type 'planet'"),
        (lambda known: edits.merged(known, "a", "a", "kim", AT), "into itself"),
        (lambda known: edits.merged(known, "z", "a", "kim", AT), "no entity 'z'"),
        (lambda known: edits.without_alias(known, "a", "Bob", AT), "no alias 'Bob'"),
        (lambda known: edits.with_alias(known, "a", " ", "kim", AT), "needs a letter"),
        (lambda known: edits.renamed(known, "a", "B", "kim", AT, "b"), "id 'b' is taken"),
    ],
)
def test_an_edit_that_cannot_be_is_refused_by_name(
    edit: Callable[[edits.Held], list[Entity]], why: str
) -> None:
    with pytest.raises(CatalogueError, match=why):
        edit(held(entity("a", "Ada"), entity("b", "Bea")))


def test_ids_are_made_of_names() -> None:
    assert edits.slug_of("Beyonc\u00e9 & JAY-Z") == "beyonce-jay-z"
    assert edits.slug_of("\ubc29\ud0c4\uc18c\ub144\ub2e8") == ""


def test_a_search_finds_whole_names_first_and_the_better_known_before_others() -> None:
    known = held(
        entity("nova-film", "Nova", entity_type="film", prior=0.2),
        entity("nova-reyes", "Nova Reyes", prior=0.9),
        entity("casanova", "Casanova", prior=0.9),
        entity("gone", "Nova", status="deleted"),
    )
    assert [one.id for one in search(known, "NOVA")] == [
        "nova-film",
        "nova-reyes",
        "casanova",
        "gone",
    ]
    assert [one.id for one in search(known, "nova", "person")] == ["nova-reyes", "casanova", "gone"]
    assert search(known, "nobody") == []
