"""The names that stand in a field, each with its form and how it looks there."""

import re
from typing import NamedTuple
from unicodedata import combining

from streams.core.lexicon import Form, Lexicon
from streams.core.reading import Casing, Field, opens_sentence
from streams.core.shortnames import Short, explained
from streams.core.sights import Sight, glance, look
from streams.core.spotter import Hit

# What parts two names that stand side by side: "tool and pink floyd", "waves by the bahamas".
_BETWEEN = re.compile(
    r"(?:'s)?(?:[ ,;/&|+<>=\u2022-]|\b(?:and|or|by|vs|x|feat|ft|featuring|from|with)\b\.?|[\"'])*\Z"
)
_CREDITED = re.compile(r"\b(?:by|feat|ft|featuring)\b")  # a title and its artist: both are meant
_JOINED = (" and ", " & ", " x ", " + ")
_FURTHEST = 12  # characters between two names side by side


class Named(NamedTuple):
    field: Field
    casing: Casing
    hit: Hit
    form: Form
    sight: Sight
    sure: bool


def names_in(field: Field, lexicon: Lexicon) -> list[Named]:
    hits = lexicon.spotter.spot(field.text)
    if not hits:
        return []
    if not field.text.isascii():
        hits = [_with_marks(field.text, hit) for hit in hits]
    casing = field.casing
    forms = [lexicon.form(hit.name) for hit in hits]
    joined = any(map(field.folded.__contains__, _JOINED))
    shorts = tuple(explained(field, hits, lexicon)) if joined else ()
    taken = {short.start for short in shorts}
    named = [_short(field, casing, short) for short in shorts]
    for nth, (hit, form) in enumerate(zip(hits, forms, strict=True)):
        if hit.start in taken:
            continue
        if form.sure:
            sight = glance(field, casing, hit, form)
        else:
            room = _room(nth, hits, forms, field)
            sight = look(
                field, casing, hit, form, room, _beside_name(nth, hits, forms, field, casing)
            )
        named.append(Named(field, casing, hit, form, sight, form.sure))
    return sorted(named, key=lambda one: one.hit.start) if shorts else named


def _short(field: Field, casing: Casing, short: Short) -> Named:
    hit = Hit(short.start, short.end, -1, False)
    return Named(field, casing, hit, short.form, glance(field, casing, hit, short.form), True)


def _with_marks(text: str, hit: Hit) -> Hit:
    """A loose accent belongs to its letter."""
    end = hit.end
    while end < len(text) and combining(text[end]):
        end += 1
    return hit if end == hit.end else Hit(hit.start, end, hit.name, hit.tagged)


def _room(nth: int, hits: list[Hit], forms: list[Form], field: Field) -> tuple[int, int]:
    """What lies between the names before and after: their words are no neighbours."""
    start = hits[nth - 1].end if nth and not _is_everyday_word(forms[nth - 1]) else 0
    bounded = nth + 1 < len(hits) and not _is_everyday_word(forms[nth + 1])
    return start, hits[nth + 1].start if bounded else len(field.text)


def _is_everyday_word(form: Form) -> bool:
    return form.everyday and form.words == 1


def _beside_name(
    nth: int, hits: list[Hit], forms: list[Form], field: Field, casing: Casing
) -> bool:
    """Does a name that is no everyday word stand right before or after?"""
    for other in (nth - 1, nth + 1):
        if not 0 <= other < len(hits):
            continue
        first, second = (hits[other], hits[nth]) if other < nth else (hits[nth], hits[other])
        gap = field.folded[first.end : second.start]
        if len(gap) > _FURTHEST or not _BETWEEN.match(gap):
            continue
        if _CREDITED.search(gap) or not _is_everyday_word(forms[other]):
            return True
        if casing == "sentence" and _has_own_capital(field.text, hits[other].start):
            return True
    return False


def _has_own_capital(text: str, start: int) -> bool:
    return text[start].isupper() and not opens_sentence(text, start)
