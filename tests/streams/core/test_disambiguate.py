"""A name means the right entity, or is left out with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import Entity
from streams.core.adding import added
from streams.core.clues import COMPANY, CONTEXT, DOUBTFUL
from streams.core.disambiguate import ACCEPT, MARGIN, Resolution, resolve_text
from streams.core.lexicon import Lexicon, variants


def entity(
    name: str,
    kind: str = "person",
    *aliases: str,
    entity_id: str = "",
    prior: float = 0.8,
    context: tuple[str, ...] = (),
    ambiguous: bool = False,
    related: tuple[str, ...] = (),
    status: str = "active",
) -> Entity:
    return Entity(
        id=entity_id or name.lower().replace(" ", "-"),
        event_time=0,
        known_time=0,
        source="test",
        name=name,
        entity_type=kind,
        aliases=aliases,
        prior=prior,
        context=context,
        ambiguous=ambiguous,
        related=related,
        status=status,
    )


ENTITIES = (
    entity("Taylor Swift", "person", "@taylorswift13", context=("eras",)),
    entity("Zendaya"),
    entity("Prince", context=("paisley park", "funk"), ambiguous=True, related=("purple-rain",)),
    entity("Prince Harry", context=("meghan",)),
    entity("Purple Rain", "film"),
    entity("Drake", context=("mixtape", "toosie slide"), ambiguous=True),
    entity("It", "film", context=("pennywise",), ambiguous=True),
    entity("Us", "film", context=("jordan peele",), ambiguous=True),
    entity("Friends", "show", context=("jennifer aniston", "chandler"), ambiguous=True),
    entity("This Morning", "show", context=("itv", "holly"), ambiguous=True),
    entity("Frozen", "film", context=("elsa",), ambiguous=True),
    entity("WrestleMania", "event"),
    entity("BTS", "group"),
    entity("Chris Evans", context=("marvel", "avengers"), ambiguous=True, entity_id="actor"),
    entity("Chris Evans", context=("radio", "breakfast"), ambiguous=True, entity_id="presenter"),
    entity("J.K. Rowling"),
    entity("Lilo & Stitch", "film"),
    entity("Gone Girl", "film", status="deleted"),
)
LEXICON = Lexicon.from_entities(ENTITIES)


def named(resolution: Resolution) -> list[str]:
    return [accepted.entity_id for accepted in resolution.accepted]


def reasons(resolution: Resolution) -> dict[str, str]:
    return {candidate.surface: candidate.reason for candidate in resolution.candidates}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Taylor Swift's new song is out", ["taylor-swift"]),
        ("saw taylor swift in london", ["taylor-swift"]),
        ("Swift moves by the central bank", []),
        ("Swift, says Taylor Swift", ["taylor-swift"]),
        ("we love @taylorswift13", ["taylor-swift"]),
        ("zendaya and nobody else", ["zendaya"]),
        ("Rapper Drake is back with a mixtape", ["drake"]),
        ("She feeds a drake in the park", []),
        ("Drake University opens in autumn", []),
        ("Prince Harry leaves for good", ["prince-harry"]),
        ("A museum shows what Prince wore in Purple Rain", ["prince", "purple-rain"]),
        ("A clown like Pennywise: It returns to cinemas", []),
        ("The clown Pennywise is why the film It scared so many", ["it"]),
        ("A clown called Pennywise: how to Remake It in time", []),
        ("Jordan Peele on the US economy", []),
        ("It was a good day for Pennywise the cat", []),
        ("She told us about Jordan Peele", []),
        ("Jordan Peele's 'Us' tops the box office", ["us"]),
        ("Jennifer Aniston meets friends for lunch", []),
        ("Jennifer Aniston on the Friends reunion", ["friends"]),
        ("Holly hosts This Morning on ITV again", ["this-morning"]),
        ("This morning Holly went to ITV", []),
        ("Elsa returns in Frozen 3 next year", []),
        ("Who wins at WrestleMania 40?", ["wrestlemania"]),
        ("bts pictures: behind the scenes with Anna and Bob in Rome", []),
        ("BTS return with a single", ["bts"]),
        ("Chris Evans returns to the Avengers", ["actor"]),
        ("Chris Evans leaves his radio breakfast slot", ["presenter"]),
        ("Chris Evans buys a house", []),
        ("JK Rowling and J. K. Rowling are one", ["j.k.-rowling"]),
        ("Lilo and Stitch come back", ["lilo-&-stitch"]),
        ("Gone Girl again", []),
        ("", []),
    ],
)
def test_a_name_means_its_entity_or_nobody(text: str, expected: list[str]) -> None:
    assert named(resolve_text("", text, LEXICON)) == expected


@pytest.mark.parametrize(
    ("text", "surface", "reason"),
    [
        ("Yesterday Chris Evans ate lunch", "Chris Evans", "no-context"),
        ("Chris Evans of the Avengers at the radio", "Chris Evans", "ambiguous"),
        ("He studies at Drake University now", "Drake", "publisher-or-place"),
        ("They called Nick Drake a genius of quiet songs", "Drake", "inside-longer-name"),
        ("Frozen by all that Elsa said", "Frozen", "everyday-word"),
        ("Elsa is back in Frozen 3 soon", "Frozen", "inside-longer-name"),
    ],
)
def test_what_is_left_out_says_why_and_whom_it_might_have_meant(
    text: str, surface: str, reason: str
) -> None:
    found = resolve_text("", text, LEXICON)
    assert reasons(found)[surface] == reason
    assert found.candidates[0].options[0][1] >= found.candidates[0].options[-1][1]


def test_a_title_case_headline_explains_every_capital() -> None:
    assert named(resolve_text("Drake Leaves Everyone Speechless During Concert", "", LEXICON)) == []
    supported = "Drake Drops Surprise Mixtape After Toosie Slide Success"
    assert named(resolve_text(supported, "", LEXICON)) == ["drake"]


def test_a_name_in_the_publisher_suffix_is_no_mention() -> None:
    title = "New album out - Zendaya Daily"
    assert resolve_text(title, "", LEXICON, outlet="Zendaya Daily") == Resolution((), ())
    assert named(resolve_text("Zendaya - New album out", "", LEXICON)) == ["zendaya"]


def test_an_entity_is_mentioned_once_per_text_by_its_best_name() -> None:
    found = resolve_text("Taylor Swift sings", "@taylorswift13 and Taylor Swift again", LEXICON)
    (accepted,) = found.accepted
    assert (accepted.field, accepted.surface) == ("text", "taylorswift13")


def test_a_decision_carries_its_terms_and_they_add_up() -> None:
    (accepted, _) = resolve_text("", "What Prince wore in Purple Rain: funk", LEXICON).accepted
    assert accepted.terms["doubtful"] == DOUBTFUL
    assert accepted.terms["company"] == COMPANY
    assert accepted.terms["context"] == CONTEXT
    assert accepted.score == added(accepted.terms.values())
    assert accepted.score >= ACCEPT
    assert accepted.margin >= MARGIN


def test_spans_are_of_the_field_as_given() -> None:
    title, text = "  \u201cHi\u201d ", "\U0001f602 caf\u00e9: Zendaya\u2019s day"
    (accepted,) = resolve_text(title, text, LEXICON).accepted
    start, end = accepted.span
    assert (accepted.field, text[start:end]) == ("text", "Zendaya")


def test_the_order_of_the_catalogue_changes_nothing() -> None:
    turned = Lexicon.from_entities(reversed(ENTITIES))
    text = "Chris Evans, Zendaya and Prince: Purple Rain on the radio with Marvel"
    assert resolve_text("", text, turned) == resolve_text("", text, LEXICON)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_is_read_without_a_crash_and_twice_alike(title: str, text: str) -> None:
    first = resolve_text(title, text, LEXICON)
    assert first == resolve_text(title, text, LEXICON)
    for accepted in first.accepted:
        start, end = accepted.span
        assert {"title": title, "text": text}[accepted.field][start:end] == accepted.surface


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("J.K. Rowling", "JK Rowling"),
        ("Spider-Man", "Spider Man"),
        ("Lilo & Stitch", "Lilo and Stitch"),
        ("Schitt's Creek", "schitts creek"),
        ("Thor: Ragnarok", "Thor Ragnarok"),
        ("Mrs. America", "Mrs America"),
    ],
)
def test_a_name_is_known_by_its_usual_spellings(name: str, spelling: str) -> None:
    assert spelling in set(variants(name))


def test_dots_inside_a_stage_name_are_no_initials() -> None:
    assert "william" not in {spelling.lower() for spelling in variants("will.i.am")}
