"""Folding changes how characters look, never where they stand."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.fold import fold

MEANINGLESS = {"Cn", "Co", "Cs"}  # unassigned, private, halves of a pair


@given(st.text())
def test_every_character_stays_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(text) == "".join(fold(character) for character in text)


def test_no_character_of_unicode_folds_to_more_than_one_or_changes_twice() -> None:
    """Every one that has a meaning, and some of the million that have none."""
    points = range(sys.maxunicode + 1)
    every = "".join(chr(n) for n in points
                    if n % 97 == 0 or unicodedata.category(chr(n)) not in MEANINGLESS)
    assert len(every) > 150_000
    folded = fold(every)
    assert len(folded) == len(every)
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Beyoncé", "beyonce"),
        ("ROSALÍA", "rosalia"),
        ("Mø", "mo"),
        ("\u0130stanbul \u0131", "istanbul i"),
        ("\uff34\uff21\uff39", "tay"),
        ("\U0001d413\U0001d41a\U0001d432", "tay"),
        ("\u2018Swift\u2019s\u2019 \u201cera\u201d", "'swift's' \"era\""),
        ("Jay\u2011Z \u2013 4:44", "jay-z - 4:44"),
        ("new\nline\tand\u00a0blank", "new line and blank"),
        ("Σίσυφος", "σισυφοσ"),
    ],
)
def test_letters_that_read_alike_fold_alike(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    "text", ["\ufb01lm", "straße", "ガールズ", "한국", "\uac00", "\uff76\uff9e"]
)
def test_ligatures_kana_and_hangul_are_left_alone(text: str) -> None:
    assert fold(text) == text


def test_kana_keeps_its_voicing_mark_in_one_character() -> None:
    assert unicodedata.is_normalized("NFC", fold("がぎぐ"))
