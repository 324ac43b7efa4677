"""A first name beside a full one, and a surname after it, mean that person once."""

import pytest

from streams.core.disambiguate import judge, resolve_text
from streams.core.lexicon import Lexicon
from streams.core.reading import read
from streams.core.verdicts import Accepted
from tests.streams.core.test_disambiguate import entity

LEXICON = Lexicon.from_entities(
    [
        entity("Kim Kardashian"),
        entity("Khloe Kardashian"),
        entity("Kylie Jenner"),
        entity("Kendall Jenner"),
        entity("Kylie Minogue", "person", "Kylie"),
        entity("Zendaya", related=("tom-holland",)),
        entity("Tom Holland"),
        entity("Tom Hardy"),
        entity("Lady Gaga", "person", "Gaga"),
        entity("Taylor Swift"),
        entity("Swift", "group"),
    ]
)


def spans(text: str) -> list[tuple[str, str]]:
    verdicts = judge(read("", text, None), LEXICON)
    return [(one.surface, one.entity_id) for one in verdicts if isinstance(one, Accepted)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Kim and Khloe Kardashian argue",
            [("Kim", "kim-kardashian"), ("Khloe Kardashian", "khloe-kardashian")],
        ),
        (
            "kylie & kendall jenner in milan",
            [("kylie", "kylie-jenner"), ("kendall jenner", "kendall-jenner")],
        ),
        ("Tom and Zendaya are out", [("Tom", "tom-holland"), ("Zendaya", "zendaya")]),
        ("Zendaya and Tom are out", [("Zendaya", "zendaya"), ("Tom", "tom-holland")]),
        ("Tom and Khloe Kardashian are out", [("Khloe Kardashian", "khloe-kardashian")]),
        ("the kim and khloe of this town", []),
        ("Taylor Swift left. Swift was tired", [("Taylor Swift", "taylor-swift")]),
        ("Swift play their first gig tonight in Leeds, the band says", [("Swift", "swift")]),
    ],
)
def test_a_short_name_is_completed_by_the_full_one(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert spans(text) == expected


def test_a_second_mention_by_the_surname_counts_once() -> None:
    found = resolve_text("Lady Gaga sings", "Then Gaga left. Lady Gaga was tired", LEXICON)
    (accepted,) = found.accepted
    assert accepted.entity_id == "lady-gaga"
    assert [field for field, _ in accepted.places] == ["title", "text", "text"]
