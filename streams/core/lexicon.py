"""What the resolver knows of every entity, made ready for reading texts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol, Self

from wordfreq import zipf_frequency

from streams.core.fold import fold
from streams.core.spotter import Spotter, canonical

EVERYDAY = 3.5
"""Zipf frequency from which a word is an everyday word: about three in a million."""


_WORD = re.compile(r"\w+(?:'\w+)*")
_ALL_INITIALS = re.compile(r"(?:\w\.)+")  # H.E.R. without its dots would be "her"
_INITIAL_DOT = re.compile(r"(?:(?<=\b[A-Z])|(?<=\b[DJMS]r)|(?<=\bMrs))\.")


class EntityLike(Protocol):
    """What the lexicon reads of `schemas.records.Entity`."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def entity_type(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def prior(self) -> float: ...
    @property
    def context(self) -> tuple[str, ...]: ...
    @property
    def ambiguous(self) -> bool: ...
    @property
    def related(self) -> tuple[str, ...]: ...
    @property
    def status(self) -> str: ...


class Sense(NamedTuple):
    """An entity as one meaning of a form."""

    number: int  # in `Lexicon.entities`
    doubtful: bool  # an ambiguous entity under its ambiguous name: needs supporting context


class Form(NamedTuple):
    """A surface form and what is known of it before any text is read."""

    text: str
    words: int
    zipf: float  # of its rarest word
    acronym: bool  # listed in capitals only, as BTS
    senses: tuple[Sense, ...]

    @property
    def everyday(self) -> bool:
        return self.zipf >= EVERYDAY


class Lexicon:
    """Entities and forms by number, and the spotter of the forms; equal input, equal lexicon."""

    def __init__(self, entities: Sequence[EntityLike]) -> None:
        self.entities = tuple(entities)
        self.spotter = Spotter(
            (variant, number)
            for number, entity in enumerate(self.entities)
            for name in (entity.name, *entity.aliases)
            for variant in variants(name)
        )
        acronyms = _acronyms(self.entities)
        self.forms = tuple(
            Form(
                text,
                word_count(text),
                _zipf(text),
                text in acronyms,
                tuple(Sense(owner, _doubtful(text, self.entities[owner])) for owner in owners),
            )
            for text, owners in zip(self.spotter.forms, self.spotter.owners, strict=True)
        )
        context = [tuple(dict.fromkeys(map(canonical, e.context))) for e in self.entities]
        self.context_words = tuple(frozenset(c for c in own if " " not in c) for own in context)
        self.context_phrases = tuple(tuple(c for c in own if " " in c) for own in context)
        self.related = _related(self.entities, self.forms, context)

    @classmethod
    def from_entities(cls, entities: Iterable[EntityLike]) -> Self:
        """Build from records in any order; deleted entities are left out, dormant ones may wake."""
        living = (entity for entity in entities if entity.status != "deleted")
        return cls(sorted(living, key=lambda entity: entity.id))


def variants(name: str) -> Iterator[str]:
    """The spellings under which a name is met: J.K. and JK, Spider-Man and Spider Man."""
    yield name
    spelled = {
        name.replace("&", "and"),
        name.replace(" and ", " & "),
        re.sub(r"[:,!?]+(?=\s|$)", "", name),
        name.replace("-", " "),
        name if _ALL_INITIALS.fullmatch(name) else _INITIAL_DOT.sub("", name),
        re.sub(r"(?<=\b[A-Z])\.(?=[A-Z])", ". ", name),
        fold(name).replace("'", ""),
    }
    yield from sorted(spelling for spelling in spelled - {name} if len(canonical(spelling)) > 2)


def word_count(form: str) -> int:
    """Spider-Man is two words, and told as surely as two words."""
    return len(_WORD.findall(form))


def _zipf(form: str) -> float:
    """How common the rarest word is: a phrase is as telling as its rarest word."""
    return min((zipf_frequency(word, "en") for word in _WORD.findall(form)), default=0.0)


def _doubtful(form: str, entity: EntityLike) -> bool:
    """Ambiguity is of the name and what is as short: "Prince Rogers Nelson" is not in doubt."""
    if not entity.ambiguous or form[0] in "#@":
        return False
    return word_count(form) <= word_count(canonical(entity.name))


def _acronyms(entities: Sequence[EntityLike]) -> frozenset[str]:
    names = [name for entity in entities for name in (entity.name, *entity.aliases)]
    short = {canonical(name) for name in names if name.isupper() and len(name) <= 5}
    return frozenset(short - {canonical(name) for name in names if not name.isupper()})


def _related(
    entities: Sequence[EntityLike], forms: Sequence[Form], context: Sequence[tuple[str, ...]]
) -> tuple[frozenset[int], ...]:
    """Who vouches for whom: named as related, or one in the other's context words."""
    numbers = {entity.id: number for number, entity in enumerate(entities)}
    sure = {
        form.text: form.senses[0].number
        for form in forms
        if len(form.senses) == 1 and not form.senses[0].doubtful
    }
    related: list[set[int]] = [set() for _ in entities]
    for number, entity in enumerate(entities):
        named = [numbers[other] for other in entity.related if other in numbers]
        for other in [*named, *(sure[phrase] for phrase in context[number] if phrase in sure)]:
            if other != number:
                related[number].add(other)
                related[other].add(number)
    return tuple(frozenset(others) for others in related)
