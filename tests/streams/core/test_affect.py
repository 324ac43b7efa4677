"""A text feels something, one way or the other, more or less."""

from pathlib import Path
from statistics import correlation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.affect import LONGEST_TEXT, NEUTRAL, feel

RATED = Path(__file__).parents[4] / "shared/data/quality/vader_tweets/tweets_GroundTruth.txt"


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ("The film is good", "The film is very good"),
        ("The film is very good", "The film is very good!!!"),
        ("The film is good", "The film is GOOD"),
        ("The film is not good", "The film is good"),
        ("The film is terrible", "The film isn't terrible"),
        ("The film isn\u2019t good", "The film is good"),
        ("It is good, but the end is terrible", "It is terrible, but the end is good"),
        ("The film is somewhat good", "The film is good"),
    ],
)
def test_neighbours_raise_lower_and_turn_a_word(weaker: str, stronger: str) -> None:
    assert feel(weaker).signed < feel(stronger).signed


def test_emoticons_and_emoji_feel() -> None:
    assert feel("see you :)").signed > 0
    assert feel("see you :(").signed < 0
    assert feel("see you \U0001f60d").signed > 0


def test_a_quarrel_is_neither_good_nor_cold() -> None:
    feeling = feel("love hate")
    assert abs(feeling.signed) < 0.2
    assert feeling.intensity > 0.3


@pytest.mark.parametrize("text", ["", "The table is in the room", "!!!", "' ' '", "\u2019"])
def test_a_text_without_feeling_words_is_neutral(text: str) -> None:
    assert feel(text) == NEUTRAL


@given(st.text(max_size=300))
def test_feeling_is_bounded_and_repeatable(text: str) -> None:
    feeling = feel(text)
    assert -1 <= feeling.signed <= 1
    assert 0 <= feeling.intensity <= 1
    assert feel(text) == feeling


def test_the_tail_of_an_endless_text_is_not_read() -> None:
    assert feel("good " * LONGEST_TEXT) == feel("good " * LONGEST_TEXT + " terrible" * 9_999)


@pytest.mark.skipif(not RATED.exists(), reason="the rated tweets are not on this machine")
def test_it_agrees_with_people() -> None:
    rows = [line.split("\t") for line in RATED.read_text("utf-8").splitlines()]
    rated = [float(row[1]) for row in rows]
    felt = [feel(row[2]) for row in rows]
    assert correlation([feeling.signed for feeling in felt], rated) > 0.85
    strength = [abs(rating) for rating in rated]
    assert correlation([feeling.intensity for feeling in felt], strength) > 0.57
