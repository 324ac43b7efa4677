"""Short names that a full one explains: "Kim and Khloe Kardashian", "Tom and Zendaya", "Swift"."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from streams.core.lexicon import Form, Lexicon
from streams.core.reading import Field
from streams.core.spotter import Hit

_BEFORE = re.compile(r"(?<![\w'])(\w[\w'-]*) (?:and|&|x|\+) \Z")
_AFTER = re.compile(r" (?:and|&|x|\+) (\w[\w'-]*)(?![\w'-]| \w+ (?:jr|sr)\b)")
_JOINED_BEFORE = (" and ", " & ", " x ", " + ")  # with which `_BEFORE` ends
_NEAR = 30  # characters in which the other name must lie
_PERSON = "person"


class Short(NamedTuple):
    """A first name at text[start:end] that stands for the one person of the form."""

    start: int
    end: int
    form: Form


def explained(field: Field, hits: Sequence[Hit], lexicon: Lexicon) -> Iterator[Short]:
    """First names that the full name right beside them completes."""
    starts = [hit.start for hit in hits]
    for short in _completed(field, hits, lexicon):
        holder = bisect_right(starts, short.start) - 1
        if holder < 0 or hits[holder].end <= short.end:
            yield short


def _completed(field: Field, hits: Sequence[Hit], lexicon: Lexicon) -> Iterator[Short]:
    for hit in hits:
        form = lexicon.form(hit.name)
        if not _is_person(form, lexicon):
            continue
        near = max(0, hit.start - _NEAR)
        joined = field.folded.endswith(_JOINED_BEFORE, near, hit.start)
        before = _BEFORE.search(field.folded, near, hit.start) if joined else None
        if before and _is_written_as_name(field.text, before.start(1), hit.start):
            whom = _with_surname_of(before[1], form, lexicon) or _partner(before[1], form, lexicon)
            if whom is not None:
                yield Short(before.start(1), before.end(1), whom)
        after = _AFTER.match(field.folded, hit.end)
        if after and _is_written_as_name(field.text, after.start(1), hit.start):
            whom = _partner(after[1], form, lexicon)
            if whom is not None:
                yield Short(after.start(1), after.end(1), whom)


def _is_person(form: Form, lexicon: Lexicon) -> bool:
    return len(form.senses) == 1 and lexicon.entities[form.senses[0].number].entity_type == _PERSON


def _is_written_as_name(text: str, start: int, full: int) -> bool:
    return text[start].isupper() or not text[full].isupper()


def _with_surname_of(first: str, form: Form, lexicon: Lexicon) -> Form | None:
    """Kim and Khloe Kardashian: both have the surname."""
    surname = form.text.partition(" ")[2]
    found = lexicon.known(f"{first} {surname}") if surname else None
    return found if found is not None and _is_person(found, lexicon) else None


def _partner(first: str, form: Form, lexicon: Lexicon) -> Form | None:
    """Tom and Zendaya: one Tom is known to belong to her."""
    found = []
    for number in lexicon.related(form.senses[0].number):
        name = lexicon.entities[number].name
        if name.lower().startswith(f"{first} ") and (known := lexicon.known(name)) is not None:
            found.append(known)
    return found[0] if len(found) == 1 and _is_person(found[0], lexicon) else None


def owners_of_words(full_names: Sequence[Form], lexicon: Lexicon) -> dict[str, set[int]]:
    """Which persons named in full have this word at either end of their name."""
    owners: dict[str, set[int]] = {}
    for form in full_names:
        if not _is_person(form, lexicon):
            continue
        words = form.text.split()
        for word in (words[0], words[-1]):
            owners.setdefault(word, set()).update(sense.number for sense in form.senses)
    return owners
