"""What of a post is read, and what its capitals mean."""

import pytest

from streams.core.reading import casing_of, opens_sentence, publisher_start, read


@pytest.mark.parametrize(
    ("title", "outlet", "kept"),
    [
        ("Swift sings again - People", "People", "Swift sings again"),
        ("Swift sings again | Hollywood Reporter", None, "Swift sings again"),
        ("Swift sings again \u2013 BBC News", None, "Swift sings again"),
        ("Swift sings | Metro News - Metro.co.uk", "Metro", "Swift sings"),
        ("Taylor Swift - Love Story", None, "Taylor Swift - Love Story"),
        ("Spider-Man swings", "Variety", "Spider-Man swings"),
        ("A - b c d e f g h", "Variety", "A - b c d e f g h"),
        ("", "Variety", ""),
    ],
)
def test_the_publisher_is_cut_off_a_headline(title: str, outlet: str | None, kept: str) -> None:
    assert title[: publisher_start(title, outlet)] == kept


@pytest.mark.parametrize(
    ("text", "casing"),
    [
        ("Taylor Swift sings at the opening of a small theatre", "sentence"),
        ("Taylor Swift Announces Surprise Album During Concert", "headline"),
        ("saw taylor swift last night and cried", "flat"),
        ("TAYLOR SWIFT SINGS AGAIN", "shouted"),
        ("", "flat"),
    ],
)
def test_casing_says_whether_capitals_mean_names(text: str, casing: str) -> None:
    assert casing_of(text) == casing


def test_a_capital_is_explained_at_the_start_of_a_sentence_only() -> None:
    text = 'It rains. "Her coat is wet," says Us: You'
    assert [at for at in range(len(text)) if text[at].isupper() and opens_sentence(text, at)] == [
        0,
        text.index("Her"),
        text.index("You"),
    ]


def test_links_are_blanked_in_place() -> None:
    (field,) = read("", "see https://example.org/taylor-swift now", None)
    assert field.text == "see " + " " * 32 + " now"
    assert len(field.folded) == len(field.text)
