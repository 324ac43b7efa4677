"""Posts and catalogues made to hurt: work grows with the text, not with its square."""

import random

import pytest

from streams.core.edged import coded
from streams.core.spotter import LONGEST_TEXT, Spotter

NAMES = ("Taylor Swift", "Swift", "a", "a a", "a a a", "@taylorswift13", "방탄", "Жук", "X ∞",
         "Era Tour")
SPOTTER = Spotter((name, number) for number, name in enumerate(NAMES))
FLOODS = {
    "emoji": "\U0001f602", "hearts": "\u2764\ufe0f", "names": "Taylor Swift ", "nested": "a ",
    "near names": "Taylor Swif", "zero width": "\u200b", "zero width inside": "S\u200bwift ",
    "accents": "a\u0301", "right to left": "\u0645\u0631\u062d\u0628\u0627 \u202b",
    "right to left name": "\u202eSwift\u202c ", "signs": "#", "humps": "#" + "aB" * 40,
    "tags": "#EraTour2", "one tag": "eraTour", "hangul": "방탄 ", "hangul tags": "#방탄",
    "possessives": "swifts' ", "lone surrogates": "\ud83d Swift ", "controls": "\x00\x01Swift",
    "addresses": "me@swift.com ",
}


@pytest.mark.parametrize("piece", FLOODS.values(), ids=FLOODS.keys())
def test_twice_the_flood_is_twice_the_finds_and_no_more(piece: str) -> None:
    once = piece * (LONGEST_TEXT // 2 // len(piece))
    finds = [len(SPOTTER._finds(text, coded(text))) for text in (once, once * 2)]
    assert finds[1] <= 2 * finds[0] + len(NAMES)
    assert finds[0] <= 3 * len(once)
    hits = SPOTTER.spot("#" + once * 20)
    assert all(0 <= hit.start < hit.end <= LONGEST_TEXT for hit in hits)


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("\u202eSwift\u202c", ["Swift"]),
        ("S\u200bwift and \u2764\ufe0fSwift\u2764\ufe0f", ["S\u200bwift", "Swift"]),
        ("\ud83dSwift", ["Swift"]),
        ("Swift\x00Swift", ["Swift", "Swift"]),
        ("X \u221e, X ∞!", ["X \u221e", "X ∞"]),
        ("жук, жуки", ["жук"]),
        ("한Swift방", ["Swift"]),
        ("the Swifts' and the \u0416\u0443\u043as' songs", ["Swift", "\u0416\u0443\u043a"]),
    ],
)
def test_a_reader_sees_the_same_name(text: str, surfaces: list[str]) -> None:
    assert [text[hit.start : hit.end] for hit in SPOTTER.spot(text)] == surfaces


def test_a_first_form_keeps_a_tag_that_two_share() -> None:
    spotter = Spotter([("Star Wars", 0), ("Star-Wars", 1), ("#starwars", 2)])
    (hit,) = spotter.spot("#StarWars")
    assert (spotter.forms[hit.name], hit.tagged) == ("#starwars", True)


def test_addresses_are_read_where_that_is_asked_for() -> None:
    names = [("swift", 0)]
    assert Spotter(names).spot("see swift.com") == []
    assert len(Spotter(names, in_addresses=True).spot("see swift.com")) == 1


@pytest.mark.soak
def test_a_million_names_are_all_found() -> None:
    dice = random.Random(7)
    syllables = ("ka", "lo", "mi", "ren", "dra", "vis", "ton", "bel", "sha", "quo")
    names: dict[str, None] = {}
    while len(names) < 1_000_000:
        first, last = ("".join(dice.choices(syllables, k=dice.randint(2, 5))) for _ in "12")
        names[f"{first} {last}"] = None
    listed = list(names)
    spotter = Spotter((name, number) for number, name in enumerate(listed))
    for number in range(0, len(listed), 997):
        (hit,) = spotter.spot(f"So \u201c{listed[number].title()}\u201d it is")
        assert spotter.owners[hit.name] == (number,)
