"""Whether texts tell one story or a mix."""

import pytest

from schemas.clock import DAY_MS, HOUR_MS
from schemas.ids import short_key
from streams.core.cohesion import Cohesion, cohesion
from streams.core.state import Saying

NOW = 1_700_000_000_000
BREAK_UP = ("divorce", "filed", "court", "husband")
RECIPE = ("pasta", "kitchen", "microwave", "disaster")


def saying(number: int, *words: str, hours_ago: float = 1.0) -> Saying:
    known = NOW - round(hours_ago * HOUR_MS)
    return Saying(known, number, number, tuple(short_key(word) for word in words))


def test_texts_of_one_story_are_found_among_others() -> None:
    said = [saying(n, *BREAK_UP, f"word{n}") for n in range(4)]
    said += [saying(10, "album", "tracklist", "cover"), saying(11, *RECIPE)]
    assert cohesion(said, NOW) == Cohesion(6, 4)
    assert cohesion(said, NOW).share == pytest.approx(4 / 6)


def test_a_mix_tells_no_story() -> None:
    said = [saying(n, f"a{n}", f"b{n}", f"c{n}") for n in range(6)]
    assert cohesion(said, NOW) == Cohesion(6, 1)


def test_texts_that_say_nothing_beside_the_name_are_no_evidence_of_either() -> None:
    assert cohesion([saying(n) for n in range(9)], NOW).share is None
    said = [saying(n, *BREAK_UP) for n in range(3)] + [saying(n) for n in range(10, 19)]
    assert cohesion(said, NOW) == Cohesion(3, 3)


def test_equal_texts_count_once() -> None:
    assert cohesion([saying(7, *BREAK_UP) for _ in range(5)], NOW) == Cohesion(1, 1)


def test_what_was_said_more_than_a_day_ago_is_not_asked() -> None:
    said = [saying(n, *RECIPE, hours_ago=30) for n in range(8)] + [saying(20, *BREAK_UP)]
    assert cohesion(said, NOW) == Cohesion(1, 1)
    assert cohesion(said, NOW + DAY_MS) == Cohesion(0, 0)


def test_what_was_said_a_day_ago_to_the_millisecond_is_asked() -> None:
    said = [saying(20, *BREAK_UP, hours_ago=24)]
    assert cohesion(said, NOW) == Cohesion(1, 1)
    assert cohesion(said, NOW + 1) == Cohesion(0, 0)


def test_only_the_newest_texts_are_compared() -> None:
    older = [saying(n, *RECIPE) for n in range(100)]
    newest = [saying(n, *BREAK_UP) for n in range(200, 230)]
    assert cohesion([*older, *newest], NOW) == Cohesion(30, 30)


def test_a_story_names_its_occasion_when_half_of_its_texts_do() -> None:
    wishes = [saying(n, "birthday", "wishes", "fans", f"w{n}") for n in range(4)]
    assert cohesion(wishes, NOW).occasion == "birthday"
    mostly = [saying(n, *BREAK_UP) for n in range(3)] + [saying(9, *BREAK_UP, "birthday")]
    assert cohesion(mostly, NOW).occasion is None


def test_of_several_occasions_the_most_frequent_is_named() -> None:
    said = [saying(n, *BREAK_UP, "birthday") for n in range(2)]
    said += [saying(n, *BREAK_UP, "finale") for n in range(2, 5)]
    assert cohesion(said, NOW).occasion == "finale"
    said += [saying(5, *BREAK_UP, "birthday")]
    assert cohesion(said, NOW).occasion == "birthday"
