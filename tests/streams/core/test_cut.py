"""What is cut quickly is what the plain patterns find."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streams.core.cut import capitals_in, letters_of, words_of

# Characters on which a table and a pattern could disagree, among those on which they cannot.
TEXTS = st.text(st.one_of(
    st.characters(max_codepoint=0x17F),
    st.sampled_from("Aa0_ '\x1c\x1f\x7f\x85\u2019\u2026\ud800\u0660"),
))


@given(TEXTS)
@example("it's_2 O'Neil\x1cx\n\x00y 4e12")
def test_words_are_those_of_the_pattern(text: str) -> None:
    assert words_of(text) == re.findall(r"\w+", text)
    assert letters_of(text) == re.findall(r"[^\W\d_]+", text)


@given(TEXTS)
@example("\u00d7 \u00de \u00df \u0100 A")
def test_capitals_are_those_of_the_pattern(text: str) -> None:
    assert capitals_in(text) == len(re.findall("[A-Z\u00c0-\u00de]", text))


@pytest.mark.parametrize("text", ["", " ", "?!"])
def test_where_there_is_no_word_none_is_cut(text: str) -> None:
    assert words_of(text) == letters_of(text) == []
