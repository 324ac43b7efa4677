"""What the resolver knows of every entity, made ready for reading texts."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol, Self

from streams.core.fold import fold
from streams.core.spotter import Spotter, canonical
from streams.core.words import (
    CAPITALISED,
    EVERYDAY,
    FUNCTION_WORD,
    Nameliness,
    nameliness,
    zipf,
)

_WORD = re.compile(r"\w+(?:'\w+)*")
_ARTICLE = re.compile(r"(?:the|a|an) ")
_ALL_INITIALS = re.compile(r"(?:\w\.)+")  # H.E.R. without its dots would be "her"
_INITIAL_DOT = re.compile(r"(?:(?<=\b[A-Z])|(?<=\b[DJMS]r)|(?<=\bMrs))\.")
_SPELLED_ONE_WAY = re.compile(r"[^\W_]+(?: [^\W_]+)*")  # no sign in it that people leave out
COUNTED_AS_EVERYDAY = 3.0  # Zipf: dunes and parasites are met outside the cinema too
FULL_NAME_PRIOR = 0.25  # from here a full name passes in whatever letters
_LONGEST_ACRONYM = 5
ARTICLE_ADDS = 0.75  # Zipf units: "The Town" is rarer than "town"
_NONE: frozenset[int] = frozenset()


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
    words: int  # a leading article is none: "The Crown" is told as surely as "Crown"
    article: bool  # "the crown": led by one
    zipf: float  # of its rarest word; an article makes a word less common
    nameliness: Nameliness  # of its one word
    capitalised: bool  # written with a capital whatever it means: "Chicago"
    acronym: bool  # listed in capitals only, as BTS
    everyday: bool  # met as often without any entity in mind
    sure: bool  # a full name of one entity: what else a post says can but confirm it
    senses: tuple[Sense, ...]


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
        self._acronyms = _acronyms(self.entities)
        self._forms: dict[int, Form] = {}  # of a million forms few are ever met
        context = {
            number: tuple(dict.fromkeys(map(canonical, entity.context)))
            for number, entity in enumerate(self.entities)
            if entity.context
        }
        self.context_words = {
            number: frozenset(c for c in own if " " not in c) for number, own in context.items()
        }
        self.context_phrases = {
            number: phrases
            for number, own in context.items()
            if (phrases := tuple(c for c in own if " " in c))
        }
        self._related = self._vouching(context)

    @classmethod
    def from_entities(cls, entities: Iterable[EntityLike]) -> Self:
        """Build from records in any order; who is deleted or merged away is left out."""
        living = (entity for entity in entities if entity.status not in {"deleted", "merged"})
        return cls(sorted(living, key=lambda entity: entity.id))

    def form(self, number: int) -> Form:
        """The form of a hit."""
        form = self._forms.get(number)
        if form is None:
            text, owners = self.spotter.forms[number], self.spotter.owners[number]
            form = self._forms[number] = _form(text, owners, self.entities, self._acronyms)
        return form

    def known(self, name: str) -> Form | None:
        """The form of a name, if it is one."""
        text = canonical(name)
        number = bisect_left(self.spotter.forms, text)
        found = number < len(self.spotter.forms) and self.spotter.forms[number] == text
        return self.form(number) if found else None

    def related(self, number: int) -> frozenset[int]:
        """Who vouches for an entity: named as related, or one in the other's context words."""
        return self._related.get(number, _NONE)

    def _vouching(self, context: dict[int, tuple[str, ...]]) -> dict[int, frozenset[int]]:
        numbers = {e.id: n for n, e in enumerate(self.entities)} if self._any_related() else {}
        related: dict[int, set[int]] = {}
        for number, entity in enumerate(self.entities):
            others = [numbers[other] for other in entity.related if other in numbers]
            for other in (*others, *map(self._sure, context.get(number, ()))):
                if other is not None and other != number:
                    related.setdefault(number, set()).add(other)
                    related.setdefault(other, set()).add(number)
        return {number: frozenset(others) for number, others in related.items()}

    def _any_related(self) -> bool:
        return any(entity.related for entity in self.entities)

    def _sure(self, phrase: str) -> int | None:
        form = self.known(phrase)
        if form is None or len(form.senses) > 1 or form.senses[0].doubtful:
            return None
        return form.senses[0].number


def variants(name: str) -> Iterator[str]:
    """The spellings under which a name is met: J.K. and JK, Spider-Man and Spider Man."""
    yield name
    if _SPELLED_ONE_WAY.fullmatch(name) and " and " not in name:
        return
    spelled = {
        name.replace("&", "and"),
        name.replace(" and ", " & "),
        re.sub(r"[:,!?]+(?=\s|$)", "", name),
        name.replace("-", " "),
        name if _ALL_INITIALS.fullmatch(name) else _INITIAL_DOT.sub("", name),
        re.sub(r"(?<=\b[A-Z])\.(?=[A-Z])", ". ", name),
        fold(name).replace("'", ""),
        " ".join(re.sub(r"[-:,!?.]+", " ", fold(name).replace("'", "")).split()),
    }
    yield from sorted(spelling for spelling in spelled - {name} if len(canonical(spelling)) > 2)


def word_count(form: str) -> int:
    """Spider-Man is two words, and told as surely as two words; an article is none."""
    return len(_WORD.findall(form, len(_article(form))))


def _article(form: str) -> str:
    found = _ARTICLE.match(form)
    return found[0] if found else ""


def _form(
    text: str, owners: Sequence[int], entities: Sequence[EntityLike], acronyms: frozenset[str]
) -> Form:
    words = _WORD.findall(text, len(_article(text))) or [text]
    one, article = len(words) == 1, bool(_article(text))
    rarest = min(map(zipf, words)) - ARTICLE_ADDS * (one and article)
    kind = nameliness(words[0]) if one else Nameliness.WORD
    word = kind is Nameliness.WORD
    plain = one and word and rarest >= FUNCTION_WORD
    senses = tuple(
        Sense(owner, _doubtful(text, plain, entities[owner]))
        for owner in _meant(text, owners, entities)
    )
    return Form(
        text,
        len(words),
        article,
        rarest,
        kind,
        one and words[0] in CAPITALISED,
        text in acronyms and (rarest < EVERYDAY or word),
        word and rarest >= COUNTED_AS_EVERYDAY,
        not one and rarest < EVERYDAY and _is_one_and_known(senses, entities),
        senses,
    )


def _is_one_and_known(senses: Sequence[Sense], entities: Sequence[EntityLike]) -> bool:
    if len(senses) > 1 or senses[0].doubtful:
        return False
    return entities[senses[0].number].prior >= FULL_NAME_PRIOR


def _meant(text: str, owners: Sequence[int], entities: Sequence[EntityLike]) -> Sequence[int]:
    """Who lists the form itself comes before whom a spelling of it was made up for."""
    if len(owners) == 1:
        return owners
    listed = [
        owner
        for owner in owners
        if text in map(canonical, (entities[owner].name, *entities[owner].aliases))
    ]
    return listed or owners


def _doubtful(form: str, plain: bool, entity: EntityLike) -> bool:
    """Ambiguity is of the name and what is as short: "Prince Rogers Nelson" is not in doubt."""
    if form[0] in "#@":
        return False
    if plain:
        return True
    return entity.ambiguous and word_count(form) <= word_count(canonical(entity.name))


def _acronyms(entities: Sequence[EntityLike]) -> frozenset[str]:
    names = [
        name
        for entity in entities
        for name in (entity.name, *entity.aliases)
        if len(name) <= _LONGEST_ACRONYM
    ]
    short = {canonical(name) for name in names if name.isupper()}
    return frozenset(short - {canonical(name) for name in names if not name.isupper()})
