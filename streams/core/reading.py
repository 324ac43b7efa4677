"""A title and a text made ready: publisher off, links blank, folded; what their capitals mean."""

import re
from typing import Literal

from streams.core.adding import tally
from streams.core.cut import capitals_in, letters_of, words_of
from streams.core.fold import fold
from streams.core.spotter import LONGEST_TEXT
from streams.core.words import listed

FieldName = Literal["title", "text"]
Casing = Literal["sentence", "headline", "flat", "shouted"]
"""sentence: a capital within it means a name, small letters mean none; headline: every word has
a capital; flat: hardly any has one, so that small letters mean nothing; shouted: all capitals."""

_LINK = re.compile(r"(?:https?://|www\.)\S+")
_DASHES = (" - ", " | ", " \u2013 ", " \u2014 ")
_PUBLISHER = re.compile(
    r"\w\.(?:com|co|net|org|in|tv|uk|au)\b|\b(?:news|times|daily|magazine|weekly|online|gazette"
    r"|herald|tribune|chronicle|telegraph|guardian|bollywood hungama|rolling stone|pitchfork"
    r"|hollywood reporter|variety|deadline|reuters|cnn|bbc|ndtv)\b"
)
_LONGEST_PUBLISHER = 6  # words
_LONG = 4  # letters of a word that has a capital in headlines only
_SHOUTED = 0.45  # share of capitals among all characters, blanks included
_SMALL_IN_HEADLINES = listed(
    "about after before under where which while since until against between during through without "
    "their there these those would could should among with from over into than upon amid onto when "
    "that like"
)
_SENTENCE_END = ".!?:|\u2022\u2026\n"
_OPENING = " \t\"'(#@\u201c\u2018["


class Field:
    """One part of a post; `text` keeps the offsets of the part as given.

    What is asked only of texts that hold a name is found out once, and with no lock.
    """

    __slots__ = ("_casing", "_folded", "name", "text")

    def __init__(self, name: FieldName, text: str) -> None:
        self.name, self.text = name, text
        self._folded: str | None = None
        self._casing: Casing | None = None

    @property
    def folded(self) -> str:
        if self._folded is None:
            self._folded = fold(self.text)
        return self._folded

    @property
    def casing(self) -> Casing:
        if self._casing is None:
            self._casing = casing_of(self.text)
        return self._casing


def read(title: str, text: str, outlet: str | None) -> tuple[Field, ...]:
    """The fields that say something, the title first.

    `outlet` is the publisher of a headline; None for posts and videos, whose " - " may part an
    artist from a song.
    """
    return fields_of(title[: publisher_start(title, outlet)], text)


def fields_of(headline: str, text: str) -> tuple[Field, ...]:
    """The same of a title whose publisher is off already."""
    if not headline:
        return (_field("text", text),) if text else ()
    title = _field("title", headline)
    return (title, _field("text", text)) if text else (title,)


def _field(name: FieldName, part: str) -> Field:
    part = part[:LONGEST_TEXT]
    if "://" in part or "www." in part:
        part = _LINK.sub(lambda link: " " * len(link[0]), part)
    return Field(name, part)


def publisher_start(title: str, outlet: str | None) -> int:
    """Where " - Publisher" or " | Publisher" begins at the end of a headline; its length if not."""
    end = len(title)
    if not any(map(title.__contains__, _DASHES)):
        return end
    for nth in range(2):  # "... | Metro News - Metro.co.uk"
        cut = max(title.rfind(dash, 0, end) for dash in _DASHES)
        if cut <= 0:
            break
        suffix = fold(title[cut + 3 : end])
        expected = nth == 0 and outlet is not None
        if len(suffix.split()) > _LONGEST_PUBLISHER or not (expected or _PUBLISHER.search(suffix)):
            break
        end = cut
    return end


def casing_of(text: str) -> Casing:
    """Which capitals of this text mean anything?"""
    capitals = capitals_in(text)
    if capitals <= 1 + text.startswith("I "):
        return "flat"
    if capitals > _SHOUTED * len(text):
        return "shouted"
    words = [word for word in letters_of(text) if len(word) >= _LONG]
    small = tally(map(str.islower, words))
    capital = len(words) - small
    if capital < 3:
        return "sentence"
    small -= tally(map(_SMALL_IN_HEADLINES.__contains__, words_of(text)))
    return "headline" if small <= 0.25 * capital else "sentence"


def opens_sentence(text: str, at: int) -> bool:
    """Does the position itself explain a capital?"""
    while at > 0 and text[at - 1] in _OPENING:
        at -= 1
    return at == 0 or text[at - 1] in _SENTENCE_END
