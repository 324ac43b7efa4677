"""A word is known for a name by what other languages and other shapes say of it."""

import pytest

from streams.core.words import Nameliness, nameliness, zipf


@pytest.mark.parametrize(
    "word", ["ryan", "james", "trump", "drake", "eminem", "halsey", "zendaya", "kendrick"]
)
def test_a_name_travels_and_does_not_bend(word: str) -> None:
    assert nameliness(word) is Nameliness.ALWAYS


@pytest.mark.parametrize(
    "word",
    [
        "it",
        "us",
        "friends",
        "queen",
        "pink",
        "joker",
        "parasite",
        "dune",
        "euphoria",
        "snubbed",
        "dismisses",
        "plan",
        "test",
        "chicago",
        "monday",
        "internet",
        "x",
    ],
)
def test_a_word_bends_or_stays_at_home(word: str) -> None:
    assert nameliness(word) is Nameliness.WORD


@pytest.mark.parametrize("word", ["bill", "mark", "mason"])
def test_some_names_are_words_in_small_letters(word: str) -> None:
    assert nameliness(word) is Nameliness.WITH_CAPITAL


def test_how_common_a_word_is() -> None:
    assert zipf("the") > zipf("queen") > zipf("zendaya") > zipf("xqzvbnk") == 0
