"""A title and a text made ready for resolving: publisher off, links blank, folded, casing known."""

import re
from typing import Literal, NamedTuple

from streams.core.fold import fold
from streams.core.spotter import LONGEST_TEXT

FieldName = Literal["title", "text"]
Casing = Literal["sentence", "headline", "flat"]
"""sentence: a capital within it means a name; headline: every word has one; flat: none or all."""

_LINK = re.compile(r"(?:https?://|www\.)\S+")
_SUFFIX = re.compile(r"\s+[-|\u2013\u2014]\s+(?=\S)")
_PUBLISHER = re.compile(
    r"\w\.(?:com|co|net|org|in|tv|uk|au)\b|\b(?:news|times|daily|magazine|weekly|online|gazette"
    r"|herald|tribune|chronicle|telegraph|guardian|bollywood hungama|rolling stone|pitchfork"
    r"|hollywood reporter|variety|deadline|reuters|cnn|bbc|ndtv)\b"
)
_LONGEST_PUBLISHER = 6  # words
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")
_SMALL_IN_HEADLINES = re.compile(
    "about|after|before|under|where|which|while|since|until|against|between|during|through"
    "|without|their|there|these|those|would|could|should|among"
)
_SENTENCE_END = ".!?:|\u2022\u2026\n"
_OPENING = " \t\"'(#@\u201c\u2018["


class Field(NamedTuple):
    """One part of a post; `text` keeps the offsets of the part as given."""

    name: FieldName
    text: str
    folded: str
    casing: Casing


def read(title: str, text: str, outlet: str | None) -> tuple[Field, ...]:
    """The fields that say something, the title first.

    `outlet` is the publisher of a headline; None for posts and videos, whose " - " may part an
    artist from a song.
    """
    headline = title[: publisher_start(title, outlet)]
    parts: tuple[tuple[FieldName, str], ...] = (("title", headline), ("text", text))
    return tuple(_field(name, part[:LONGEST_TEXT]) for name, part in parts if part)


def _field(name: FieldName, part: str) -> Field:
    if "://" in part or "www." in part:
        part = _LINK.sub(lambda link: " " * len(link[0]), part)
    return Field(name, part, fold(part), casing_of(part))


def publisher_start(title: str, outlet: str | None) -> int:
    """Where " - Publisher" or " | Publisher" begins at the end of a headline; its length if not."""
    end = len(title)
    for nth in range(2):  # "... | Metro News - Metro.co.uk"
        found = list(_SUFFIX.finditer(title, 0, end))
        if not found or not found[-1].start():
            break
        suffix = fold(title[found[-1].end() : end])
        expected = nth == 0 and outlet is not None
        if len(suffix.split()) > _LONGEST_PUBLISHER or not (expected or _PUBLISHER.search(suffix)):
            break
        end = found[-1].start()
    return end


def casing_of(text: str) -> Casing:
    """Which capitals of this text mean anything?"""
    capitals = sum(map(str.isupper, text))
    if capitals <= 1 + text.startswith("I ") or text.isupper():
        return "flat"
    words = [w for w in _LONG_WORD.findall(text) if not _SMALL_IN_HEADLINES.fullmatch(w)]
    small = sum(word[0].islower() for word in words)
    if capitals > 0.6 * sum(map(str.isalpha, text)):
        return "flat"
    return "headline" if len(words) >= 3 and small <= 0.2 * len(words) else "sentence"


def opens_sentence(text: str, at: int) -> bool:
    """Does the position itself explain a capital?"""
    while at > 0 and text[at - 1] in _OPENING:
        at -= 1
    return at == 0 or text[at - 1] in _SENTENCE_END
