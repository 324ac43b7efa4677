"""A name is what a post is about, or stands in it by the way."""

import pytest

from streams.core.aboutness import about


def judged(title: str, text: str, name: str, kind: str = "") -> str:
    field, body = ("title", title) if name in title else ("text", text)
    start = body.index(name)
    place = ("title" if field == "title" else "text", (start, start + len(name)))
    return about(title, text, [place], kind)


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


@pytest.mark.parametrize(
    ("title", "name", "kind", "expected"),
    [
        ("Euphoria's Jacob Elordi wins again", "Euphoria", "show", "passing"),
        ("Euphoria's Finale Explained", "Euphoria", "show", "subject"),
        ("Police look into the death of Brad Pitt", "Brad Pitt", "person", "subject"),
        ("Guests pose with flowers at the Met Gala", "Met Gala", "event", "passing"),
        ("Donald Duck is not impressed | Loose Women", "Loose Women", "show", "passing"),
        ("Anna once sang in Adele's 'Hello'", "Adele", "person", "passing"),
        ("When will there be news of The Crown season 5?", "The Crown", "show", "subject"),
        ("Adele's Mother's Day wish", "Adele", "person", "subject"),
        ("Beatles photographer dies", "Beatles", "group", "passing"),
    ],
)
def test_what_kind_of_entity_it_is_decides_too(
    title: str, name: str, kind: str, expected: str
) -> None:
    assert judged(title, "", name, kind) == expected


def test_where_the_title_names_it_the_title_decides() -> None:
    title, text = "Seinfeld actor dies", "Seinfeld was his great time"
    places = [("title", (0, 8)), ("text", (0, 8))]
    assert about(title, text, places, "show") == "passing"
    assert about("An actor dies", text, places[1:], "show") == "subject"


def test_a_shared_surname_is_somebody_else() -> None:
    title = "When Nawazuddin Siddiqui confessed"
    assert judged(title, "And here is the wife, Aaliya Siddiqui", "Aaliya Siddiqui") == "passing"
