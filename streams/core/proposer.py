"""Names that a text seems to use and no catalogue has: what discovery counts.

A run of capitals that nothing else explains, words in quotation marks that look like a title, a
tag of joined words. Where capitals mean nothing (headlines in capitals, shouting) only runs with a
rare word are taken; where there are none, only tags and quotations.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from streams.core.adding import tally
from streams.core.fold import fold
from streams.core.reading import Casing, Field, FieldName, opens_sentence
from streams.core.words import zipf

RARE: Final = 3.6  # Zipf: about four in a million words
UNCOMMON: Final = 4.0
EVERYDAY: Final = 5.0
OPENER: Final = 5.4  # "John" is a little rarer, "When" and "People" are not
LONGEST: Final = 6  # words in a name
MOST: Final = 12  # names of one text
SHORTEST: Final = 3  # letters
FROM_TAG: Final = 5

_TOKEN = re.compile(r"[^\W\d_](?:[\w]|['\u2019.&-](?=\w))*|\d+")
_TAG = re.compile(r"(?<!\w)#([^\W\d_]\w*)")
# What must not stand before is asked after the first character: the search leaps to that one.
_QUOTED = re.compile(
    r"[\"\u201c'\u2018](?:(?<=[\"\u201c])([^\"\u201c\u201d]{3,60})[\"\u201d]"
    r"|(?<=['\u2018])(?<!\w.)([^'\u2018\u2019]{3,60})['\u2019](?!\w))"
)
_OPENING = re.compile(r"'(?<!\w.)")
_DOUBLE_OR_CURLY = ('"', "\u201c", "\u2018")
_CAPITAL = "[A-Z\u00c0-\u00d6\u00d8-\u00de\u0410-\u042f]"
_REST = r"\w*(?:['\u2019.&-]\w+)*"
_CAPITAL_WORD = _CAPITAL + _REST
_JOIN = r" (?:(?:of|the|de|la|van|von|da|del|di|&) ){0,2}"
_MAY_JOIN = "(?= [^a-ce-kmnp-suw-z])"  # most words that follow begin otherwise than those
_RUN = re.compile(
    rf"{_CAPITAL}(?<![\w#@].){_REST}(?:{_MAY_JOIN}{_JOIN}{_CAPITAL_WORD}| \d{{1,2}}(?!\w))*"
)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_")
_NAME_WORD = re.compile(r"\w+")
_JOINING: Final = frozenset({"of", "the", "de", "la", "van", "von", "da", "del", "di", "&"})
_NOT_NAMES: Final = """
monday tuesday wednesday thursday friday saturday sunday january february march april
may june july august september october november december sept oct nov dec christmas
easter god lord english french american british indian chinese european african asian
german spanish twitter facebook instagram youtube google tiktok reddit whatsapp internet
mr mrs ms dr sir lol omg rt via ok tv dvd cd am pm usa uk us i im ill ive id watch video
photos pics review trailer exclusive breaking update live new news official season
episode coronavirus covid
"""
_NEVER: Final = frozenset(_NOT_NAMES.split())


class Proposed(NamedTuple):
    """A name as written, and where: the span is of the field as given."""

    surface: str
    field: FieldName
    start: int
    end: int


@lru_cache(maxsize=65_536)
def name_key(surface: str) -> str:
    """What all spellings of a name share: `#NovaReyes`, `Nova Reyes` and `NOVA REYES`."""
    bare = surface.lstrip("#@")
    if surface != bare and not bare.islower():
        bare = " ".join(part for part in _HUMP.split(bare) if part)
    return " ".join(_NAME_WORD.findall(fold(_trimmed(bare))))


def proposals(
    fields: Iterable[Field], known: Iterable[tuple[FieldName, int, int]] = ()
) -> list[Proposed]:
    """Names of the fields, each spelling once, in reading order; none that overlaps a known one."""
    telling = [field for field in fields if not is_plain(field.text)]
    if not telling:
        return []
    taken: dict[FieldName, list[tuple[int, int]]] = {}
    for field_name, start, end in known:
        taken.setdefault(field_name, []).append((start, end))
    found: dict[str, Proposed] = {}
    for field in telling:
        spans = taken.get(field.name, [])
        for one in _of_field(field, spans):
            if not any(one.start < end and start < one.end for start, end in spans):
                found.setdefault(name_key(one.surface), one)
    if len(found) < 2:
        return list(found.values())
    return sorted(found.values(), key=lambda one: (one.field == "text", one.start))[:MOST]


def _of_field(field: Field, known: Sequence[tuple[int, int]]) -> Iterator[Proposed]:
    """A run that a known name covers whole is not looked at: nothing in it could be new."""
    text = field.text
    casing = field.casing
    for tag in _TAG.finditer(text) if "#" in text else ():
        if _is_joined(tag[1]):
            yield Proposed(tag[0], field.name, tag.start(), tag.end())
    quotations = _QUOTED.finditer(text) if _quotes(text) else ()
    quoted = [(q.start(), q.end(), q) for q in quotations]
    for _, _, quotation in quoted:
        group = 1 if quotation[1] else 2
        if _is_title(quotation[group], casing):
            start, end = quotation.span(group)
            yield Proposed(text[start:end], field.name, start, end)
    if casing == "shouted":
        return
    for run in _RUN.finditer(text):
        first, last = run.span()
        if known and any(start <= first and last <= end for start, end in known):
            continue
        name = _name_in(run[0], first, text, casing)
        if name and not any(s <= name[0] and name[1] <= e for s, e, _ in quoted):
            yield Proposed(_trimmed(text[name[0] : name[1]]), field.name, *name)


def is_plain(text: str) -> bool:
    """Nothing that a name is proposed for: no capital, tag or quotation. Asked of ASCII only."""
    return text.isascii() and text == text.lower() and not ("#" in text or _quotes(text))


def _quotes(text: str) -> bool:
    """May a quotation begin here?"""
    if any(map(text.__contains__, _DOUBLE_OR_CURLY)):
        return True
    return "'" in text and _OPENING.search(text) is not None


def _trimmed(surface: str) -> str:
    return surface.removesuffix("'s").removesuffix("\u2019s")


def _is_joined(tag: str) -> bool:
    """A tag of several words with capitals, or a rare one: no mood, no date."""
    parts = [part for part in _HUMP.split(tag) if part]
    if len(tag) < FROM_TAG or fold(tag) in _NEVER:
        return False
    if len(parts) > 1:
        return 1 < len(parts) <= LONGEST and any(zipf(fold(p)) < EVERYDAY for p in parts)
    return tag[:1].isupper() and 0 < zipf(fold(tag)) < RARE


def _is_title(words: str, casing: Casing) -> bool:
    """Quoted words that are a title rather than what somebody said."""
    tokens = _TOKEN.findall(words)
    if not 1 <= len(tokens) <= LONGEST or words[-1] in ".!?,":
        return False
    capitals = [t for t in tokens if t[0].isupper() or t.isdigit()]
    small = [t for t in tokens if t[0].islower() and t not in _JOINING]
    if small or not capitals or tokens[0].lower() in _NEVER:
        return False
    return len(tokens) > 1 or (casing == "sentence" and zipf(fold(tokens[0])) < EVERYDAY)


def _name_in(run: str, at: int, text: str, casing: Casing) -> tuple[int, int] | None:
    """Where the part of a run is that is a name, if any: a run is words, a blank between two."""
    if " " not in run:
        fits = casing != "headline" and _is_new(run) and not opens_sentence(text, at)
        return (at, at + len(run)) if fits else None
    words = run.split(" ")
    first, last, start, end = 0, len(words), at, at + len(run)
    while first < last and _explained(words[first], text, start, last - first):
        start += len(words[first]) + 1
        first += 1
        while first < last and (words[first] in _JOINING or words[first].isdigit()):
            start += len(words[first]) + 1
            first += 1
    while first < last and (_says_nothing(words[last - 1]) or words[last - 1].isdigit()):
        last -= 1
        end -= len(words[last]) + 1
    return (start, end) if _is_name(words[first:last], casing) else None


def _is_name(words: list[str], casing: Casing) -> bool:
    if len(words) == 1:
        return casing != "headline" and _is_new(words[0])
    if not words or len(words) > LONGEST or tally(map(len, words)) < SHORTEST:
        return False
    if casing == "headline":
        return len(words) <= 3 and min(map(_rarity, words)) < UNCOMMON
    return not all(map(str.isupper, words))


@lru_cache(maxsize=65_536)
def _is_new(word: str) -> bool:
    """One word that by itself looks like a name where its capital means something."""
    if len(word) < SHORTEST or _says_nothing(word):
        return False
    return _rarity(word) < (RARE if word.isupper() else EVERYDAY)


def _explained(word: str, text: str, start: int, length: int) -> bool:
    """Does something else than a name explain this capital?"""
    if _says_nothing(word):
        return True
    if not opens_sentence(text, start):
        return False
    return length == 1 or _opens(word)


@lru_cache(maxsize=65_536)
def _opens(word: str) -> bool:
    """Is it a word with which sentences begin rather than one of a longer name?"""
    folded = fold(word)
    return zipf(folded) >= OPENER or folded.endswith(("ing", "'s", "n't", "ed"))


@lru_cache(maxsize=65_536)
def _rarity(word: str) -> float:
    """Zipf of a word as written, without a possessive."""
    return zipf(fold(_trimmed(word)))


@lru_cache(maxsize=65_536)
def _says_nothing(word: str) -> bool:
    return fold(word) in _NEVER
