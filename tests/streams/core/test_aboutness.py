"""A name is what a post is about, or stands in it by the way."""

import pytest

from streams.core.aboutness import about


def judged(title: str, text: str, name: str) -> str:
    field, body = ("title", title) if name in title else ("text", text)
    start = body.index(name)
    return about(title, text, "title" if field == "title" else "text", (start, start + len(name)))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Zendaya wins again", "Zendaya"),
        ("Met Gala: Zendaya wins again", "Zendaya"),
        ("Fans cannot believe what Zendaya did", "Zendaya"),
        ("Zendaya and Tom Holland get engaged", "Tom Holland"),
        ("In Tenet, time runs backwards", "Tenet"),
        ("Zendaya's new film opens", "Zendaya"),
    ],
)
def test_a_name_in_the_title_is_the_subject(title: str, name: str) -> None:
    assert judged(title, "", name) == "subject"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Kanye West's bodyguard tells all", "Kanye West"),
        ("Kanye West\u2019s former bodyguard tells all", "Kanye West"),
        ("Euphoria star Anna Smith marries", "Euphoria"),
        ("Anna Smith, the star of Euphoria, marries", "Euphoria"),
        ("Newcomer Anna Smith sings like Adele", "Adele"),
        ("Newcomer releases a single ft. Drake", "Drake"),
        ("The daughter of Brad Pitt dances", "Brad Pitt"),
        ("A Madonna-inspired gown for the gala", "Madonna"),
    ],
)
def test_a_foil_or_a_relation_is_named_in_passing(title: str, name: str) -> None:
    assert judged(title, "", name) == "passing"


@pytest.mark.parametrize(
    ("title", "text", "name", "expected"),
    [
        ("Swift sings again", "A night with Taylor Swift in town", "Taylor Swift", "subject"),
        ("She sings again", "Taylor Swift has opened her tour", "Taylor Swift", "subject"),
        ("She sings again", "Singer Taylor Swift has opened", "Taylor Swift", "subject"),
        ("Who came", "Guests were Anna Bee, Taylor Swift and Bob Cee", "Taylor Swift", "passing"),
        ("A new film", "It was shot where once Taylor Swift lived", "Taylor Swift", "passing"),
        (
            "Swift's guests",
            "Guests were Anna Bee, Taylor Swift and Bo Li",
            "Taylor Swift",
            "passing",
        ),
    ],
)
def test_a_name_in_the_text_alone_needs_a_sign(
    title: str, text: str, name: str, expected: str
) -> None:
    assert judged(title, text, name) == expected
