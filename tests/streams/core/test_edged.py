"""A coded text has a byte for every character; an edged name is found only where it is whole."""

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.edged import HIDDEN_CODE, coded, edged
from streams.core.fold import UNSEEN, fold

TEXTS = st.text(alphabet="abzAZ09_ '.#@\u00e9\u0130\u00df\u2019\ufe0f\u0416\ud55c\U0001f602",
                max_size=40)


@given(TEXTS)
def test_a_text_has_as_many_codes_as_characters(text: str) -> None:
    assert len(coded(text)) == len(edged(coded(text))) == len(text)


@given(TEXTS, TEXTS)
def test_ascii_that_folds_alike_is_coded_alike_and_nothing_else(one: str, other: str) -> None:
    if fold(one).isascii() and fold(other).isascii():
        assert (coded(one) == coded(other)) == (fold(one) == fold(other))
        assert (edged(coded(one)) == edged(coded(other))) == (fold(one) == fold(other))


@settings(max_examples=200)
@given(st.text(alphabet="ab_1 '-", min_size=1, max_size=4), st.text("ab_1 '-", max_size=30))
def test_what_begins_and_ends_with_a_letter_is_found_whole_only(name: str, text: str) -> None:
    def joins(letter: str) -> bool:
        return letter.isalnum() or letter == "_"

    if not (joins(name[0]) and joins(name[-1])):
        return
    sought, where, at = edged(coded(name)), edged(coded(text)), -1
    for start in range(len(text) - len(name) + 1):
        end = start + len(name)
        whole = not (joins(text[start - 1 : start]) or joins(text[end : end + 1]))
        at = where.find(sought, start, end)
        assert (at == start) == (text[start:end] == name and whole)


def test_the_unseen_are_the_same_characters_for_both_readings() -> None:
    every = "".join(map(chr, range(0x10000)))  # all that are unseen lie in the first plane
    by_code = {point for point, code in enumerate(coded(every)) if code == HIDDEN_CODE}
    assert by_code == {match.start() for match in UNSEEN.finditer(every)}


def test_texts_longer_than_any_post_are_marked_too() -> None:
    name = edged(coded("taylor swift"))
    assert edged(coded("swiftly taylor swift " * 5_000)).count(name) == 5_000
