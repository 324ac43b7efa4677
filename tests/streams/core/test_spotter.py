"""Names stand whole in a text, are found where they stand, and the longest wins."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.fold import fold
from streams.core.spotter import LONGEST_TEXT, Hit, Spotter, canonical

NAMES = ("Taylor Swift", "Swift", "Beyoncé", "Jay-Z", "Star Wars", "Wars", "@taylorswift13", "방탄")
SPOTTER = Spotter((name, number) for number, name in enumerate(NAMES))


def spotted(text: str, spotter: Spotter = SPOTTER) -> list[tuple[str, str]]:
    return [(text[hit.start : hit.end], spotter.forms[hit.name]) for hit in spotter.spot(text)]


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("Taylor Swift", ["Taylor Swift"]),
        ("(taylor swift)", ["taylor swift"]),
        ("Swift's and the Swifts' songs", ["Swift", "Swift"]),
        ("swiftly, Taylors, unSwift, swift_one", []),
        ("BEYONCE and Beyonce\u0301!", ["BEYONCE", "Beyonce"]),
        ("JAY\u2011Z", ["JAY\u2011Z"]),
        ("\U0001f602Swift\U0001f602", ["Swift"]),
        ("Swift\u306f\u6765\u308b", ["Swift"]),
        ("T\u200bayl\u00ador Swift", ["T\u200bayl\u00ador Swift"]),
        ("star wars: the star warship", ["star wars"]),
        ("Taylor\nSwift", ["Taylor\nSwift"]),
        ("mail me@swift or see swift.com", []),
        ("방탄 방탄소년단", ["방탄"]),
        ("", []),
    ],
)
def test_a_name_counts_only_where_it_stands_whole(text: str, surfaces: list[str]) -> None:
    assert [surface for surface, _ in spotted(text)] == surfaces


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("#TaylorSwift", ["taylor swift"]),
        ("#taylorswift @taylorswift13", ["taylor swift", "@taylorswift13"]),
        ("#TaylorSwiftTheErasTour", ["taylor swift"]),
        ("#taylorswifttheerastour", []),
        ("taylorswift taylorswift13", []),
        ("@taylorswift133", []),
        ("#swift", ["swift"]),
        ("#JayZ", ["jay-z"]),
    ],
)
def test_joined_names_count_only_as_tags(text: str, forms: list[str]) -> None:
    assert [form for _, form in spotted(text)] == forms


def test_tags_are_marked_and_their_sign_is_outside_the_span() -> None:
    assert SPOTTER.spot("hi #TaylorSwift") == [
        Hit(4, 15, SPOTTER.forms.index("taylor swift"), True)
    ]


def test_names_that_fold_alike_are_one_form_with_all_owners() -> None:
    spotter = Spotter([("Rosé", 7), ("ROSE", 3)])
    assert spotter.forms == ("rose",)
    assert spotter.owners == ((3, 7),)


def test_the_order_of_the_names_does_not_matter() -> None:
    turned = Spotter([(name, number) for number, name in enumerate(NAMES)][::-1])
    assert (turned.forms, turned.owners) == (SPOTTER.forms, SPOTTER.owners)


def test_a_shorter_name_is_found_where_a_longer_one_breaks_off() -> None:
    spotter = Spotter([("the art", 0), ("artist", 1), ("art", 2)])
    assert spotted("the artist", spotter) == [("artist", "artist")]


def test_a_spotter_without_names_finds_nothing() -> None:
    assert Spotter([]).spot("anything") == []
    assert Spotter([("...", 0), ("", 1)]).spot("... and more") == []


LETTERS = st.text(alphabet="abB .'#\u00e9\U0001f600", max_size=40)


def brute_force(names: list[str], text: str) -> list[tuple[int, int, str]]:
    """Every span in turn, by the definition: whole, untagged forms; leftmost, then longest."""
    folded, forms = fold(text), {canonical(name) for name in names}
    forms.discard("")
    found: list[tuple[int, int, str]] = []
    start = 0
    while start < len(text):
        ends = [
            end
            for end in range(start + 1, len(text) + 1)
            if folded[start:end] in forms
            and not (start and folded[start - 1].isalnum())
            and not (end < len(text) and folded[end].isalnum())
        ]
        if ends:
            found.append((start, max(ends), folded[start : max(ends)]))
        start = max(ends) if ends else start + 1
    return found


@settings(max_examples=400)
@given(
    st.lists(st.text(alphabet="ab\u00e9 ", min_size=1, max_size=6), max_size=6),
    st.text(alphabet="abB \u00e9,\U0001f600", max_size=40),
)
def test_the_automaton_finds_what_trying_every_span_finds(names: list[str], text: str) -> None:
    spotter = Spotter((name, number) for number, name in enumerate(names) if name.strip())
    hits = [(hit.start, hit.end, spotter.forms[hit.name]) for hit in spotter.spot(text)]
    assert hits == brute_force(names, text)


@given(LETTERS)
def test_hits_never_overlap_and_never_cut_a_word(text: str) -> None:
    spotter = Spotter([("a", 0), ("b a", 1), ("ab", 2), ("a b", 3)])
    hits = spotter.spot(text)
    assert all(one.end <= other.start for one, other in pairwise(hits))
    for hit in hits:
        assert not (hit.start and text[hit.start - 1].isalnum())


@pytest.mark.parametrize(
    "flood",
    [
        "\U0001f602" * 100_000,
        "Taylor Swift " * 10_000,
        "Taylor Swif" * 10_000,
        "\u200b" * 100_000,
        "a\u0301" * 50_000,
        "\u0645\u0631\u062d\u0628\u0627 \u202b" * 20_000,
        "#" * 100_000,
        "x" * 100_000,
    ],
    ids=["emoji", "names", "near-names", "zero-width", "accents", "rtl", "signs", "one-word"],
)
def test_a_flood_is_read_up_to_the_cap(flood: str) -> None:
    assert all(hit.end <= LONGEST_TEXT for hit in SPOTTER.spot(flood))
