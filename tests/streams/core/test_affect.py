"""A text feels something, one way or the other, more or less."""

import re
from pathlib import Path
from statistics import correlation

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.affect import LONGEST_TEXT, NEUTRAL, WEIGHTS, feel, read, weights
from streams.core.valence import plain_words

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
    assert feeling.intensity > feel("a table in the room").intensity + 0.1


@pytest.mark.parametrize("text", ["The table is in the room", "' ' '", "\u2019", "Tour dates 2026"])
def test_a_text_without_feeling_words_is_next_to_neutral(text: str) -> None:
    feeling = feel(text)
    assert abs(feeling.signed) < 0.1
    assert feeling.intensity < 0.2


def test_no_text_feels_nothing() -> None:
    assert feel("") == feel("  \n") == NEUTRAL


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("Film star dies after long illness", "Film star marries in emotional ceremony"),
        ("Singer pleads guilty in fraud scandal", "Singer thanks fans for love and support"),
        ("Show cancelled as ratings fall", "Show announces third season"),
    ],
)
def test_it_reads_headlines_too(worse: str, better: str) -> None:
    assert feel(worse).signed < feel(better).signed


def test_the_weights_hold_single_words_and_say_where_they_are_from() -> None:
    learned = weights()
    assert "odd ids" in learned.provenance
    assert "MIT" in learned.provenance
    assert [word for word in learned.words if not word.isalpha() and len(word) > 4] == []
    assert WEIGHTS.stat().st_size < 200_000


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
    unseen = [(float(rating), feel(text)) for number, rating, text in rows if int(number) % 2 == 0]
    rated = [rating for rating, _ in unseen]
    assert correlation([feeling.signed for _, feeling in unseen], rated) > 0.89
    strength = [abs(rating) for rating in rated]
    assert correlation([feeling.intensity for _, feeling in unseen], strength) > 0.735


@settings(deadline=None)  # the first call reads the list of words
@given(st.text(st.sampled_from("!?.,:;()-aB \u2026\u2019\U0001f60d"), max_size=30))
def test_marks_are_runs_of_them_and_exclamations(text: str) -> None:
    marks = re.findall(r"[!-/:-@\[-`{-~]{2,}|!", text)
    assert read(text)[0] == plain_words(text) + marks
