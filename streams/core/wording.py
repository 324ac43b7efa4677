"""What a text says, as keys of its words: equal texts share one, stories share many."""

from functools import lru_cache
from typing import NamedTuple

from schemas.ids import short_key
from streams.core.cut import words_of
from streams.core.fold import fold
from streams.core.near import folded_key
from streams.core.words import zipf

READ_TEXT = 400  # characters of a text without a headline
LINKING = 5.6
"""Zipf frequency from which a word tells nothing of a story: after, new, said."""

KEPT_WORDS = 16
SHORTEST = 3  # letters of a word


class Wording(NamedTuple):
    """The words of a headline, or of the beginning of a text without one."""

    text_key: int  # the same words in whatever order and case
    words: tuple[str, ...]  # each once, in reading order
    near_key: int  # nearly the same words, few different bits


@lru_cache(maxsize=65_536)
def _word_key(word: str) -> int:
    """0 for a word that any story may use."""
    return 0 if zipf(word) >= LINKING else short_key(word)


def wording(headline: str, text: str) -> Wording:
    said = headline or text[:READ_TEXT]
    folded = fold(said)
    words = tuple(dict.fromkeys([word for word in words_of(folded) if len(word) >= SHORTEST]))
    return Wording(short_key(" ".join(sorted(words)) or said), words, folded_key(folded))


def beside(said: Wording, *names: str) -> tuple[int, ...]:
    """Keys of what is said beside the words of the names, in reading order, a few at most."""
    own = _own_words(names)
    keys: list[int] = []
    for word in said.words:  # most texts name nobody, and are never asked
        if word not in own and (key := _word_key(word)):
            keys.append(key)
            if len(keys) == KEPT_WORDS:
                break
    return tuple(keys)


@lru_cache(maxsize=16_384)
def _own_words(names: tuple[str, ...]) -> frozenset[str]:
    """Short ones too: none of those is among the words."""
    return frozenset(words_of(fold(" ".join(names))))
