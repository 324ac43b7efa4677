"""What the words before a name lead one to expect."""

import re
from collections.abc import Iterator

import pytest

from streams.core import sights

PATTERNS = (sights._HEARD, sights._SEEN, sights._COMPARED)


@pytest.mark.parametrize(("before", "due"), [
    ("I keep listening to ", "heard"), ("songs like ", "heard"), ("her album: the ", "heard"),
    ("we just binged ", "seen"), ("to binge ", "seen"), ("the cast of \"", "seen"),
    ("vibes similar to ", "any"), ("a thing called: ", "any"),
    ("they walked past ", ""), ("", ""), ("like, ", ""),
])
def test_a_name_is_due_after_some_words(before: str, due: str) -> None:
    assert sights._due(before + "nova", len(before), len(before) + 4, led=False) == due


def _spelled(pattern: str) -> Iterator[str]:
    """Every word that a pattern is written with; a letter with a mark may be left out."""
    for token in re.findall(r"[a-z]+\??", pattern):
        yield token.rstrip("?")
        yield token[:-2] if token.endswith("?") else token


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("head", ["", "songs ", "movies ", "stuff "])
def test_no_word_after_which_a_name_is_due_is_passed_over(
    pattern: re.Pattern[str], head: str
) -> None:
    telling = {w for w in _spelled(pattern.pattern) if pattern.search(f"{head}{w} the '")}
    assert telling
    assert telling <= sights._DUE_AFTER
