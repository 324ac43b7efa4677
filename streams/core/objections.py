"""What speaks against a reading that scores well enough: reasons to leave a name out."""

import re
from typing import Literal

from streams.core.clues import TYPE_WORDS, is_namelike, support
from streams.core.lexicon import Form, Sense
from streams.core.reading import Casing, Field, opens_sentence
from streams.core.sights import UNDER_ALL_NOTICE, Sight
from streams.core.spotter import Hit
from streams.core.words import FUNCTION_WORD, Nameliness, nameliness, zipf

RejectionReason = Literal[
    "ambiguous",  # two entities are about equally likely
    "no-context",  # the name needs support from the text and finds none
    "everyday-word",  # an everyday word whose capital proves nothing here
    "plain-use",  # an everyday word or phrase in small letters: not even a question
    "below-score",
    "below-margin",
    "inside-longer-name",  # a neighbouring capital makes it part of another name
    "short-for-another",  # the text names somebody in full whose name holds this word
    "handle",  # an @account of that name: nobody said that it is theirs
    "publisher-or-place",  # a magazine or a street called so
]

_SIGNS = frozenset({"acts", "type-words", "source"})  # with a capital that a position explains
FAMOUS = 0.8  # its prior term: it nearly always means this entity, where the word is not too common
FAMOUS_BELOW = 4.0  # Zipf
EXPLAINED_SUPPORT = 2.0  # what a doubtful everyday word needs where its capital means nothing

# Zipf of the rarest word from which a phrase of so many words is said by chance.
EVERYDAY_PHRASES = {2: FUNCTION_WORD, 3: 5.3}
NEVER_SAID = 5.6
NEVER_PART = 5.0  # Zipf: "also", "love", "big"

_PLACE = re.compile(
    r"[ -](?:Street|St|Avenue|Boulevard|Blvd|Road|Square|County|City|Airport|Hospital|University"
    r"|College|School|Island|Stadium|Bridge|Beach|Park|Gardens|Hotel|Weekly|Magazine|Times|Herald"
    r"|Tribune|Gazette|Journal|Media|Foundation)\b"
)
_HEIR = re.compile(r",? (?:Jr|Sr|II|III|IV)\b")
# WrestleMania 36 is WrestleMania and "Adele 25" is about Adele; Frozen 3 is not Frozen.
_SEQUELS = frozenset({"film", "song", "album", "franchise", "character"})
_NUMBER = re.compile(
    r"[ -](?:\d{1,2}|II|III|IV|VI{0,3}|IX|X)\b(?!\s*(?:%|/|:\d|million|billion|years?\b))"
)
_SUBTITLED = re.compile(r": (?:The|A|An|Part|Chapter|Volume|Vol\.?|Episode) [A-Z0-9]")
_WORKS = frozenset({"film", "song", "album"})


def in_plain_use(form: Form, sight: Sight, casing: Casing) -> bool:
    """An everyday word, or a phrase of them, in small letters; an acronym that is not one."""
    if sight.tagged:
        return False
    if form.acronym:
        return casing == "sentence" and not sight.surface.isupper()
    if is_namelike(form, sight):
        return False
    if form.words == 1 and form.zipf >= FUNCTION_WORD and sight.capital and not sight.quoted:
        return len(sight.surface) > 1 and sight.surface.isupper() and not sight.dated  # the US
    if sight.capital or not form.everyday or sight.quoted:
        return False
    if form.words > 1:
        said = EVERYDAY_PHRASES.get(form.words, NEVER_SAID)
        return form.zipf >= said and not (sight.due or sight.beside_name)
    unnoticed = form.zipf >= UNDER_ALL_NOTICE
    if unnoticed or casing == "headline" or sight.called_common == "one":
        return True
    return not (sight.due or sight.beside_name or casing == "flat")


def is_bare_handle(text: str, start: int, form: Form) -> bool:
    """@drake may be anybody's account; @taylorswift hardly, and a listed handle is known."""
    return start > 0 and text[start - 1] == "@" and form.words == 1 and form.text[0] != "@"


def stands_out(form: Form, sense: Sense, sight: Sight, terms: dict[str, float]) -> bool:
    """Is there a sign that this everyday word is used as a name here?"""
    if sight.tagged or "quoted" in terms:
        return True
    if sight.capital and not sight.explained and form.zipf < FUNCTION_WORD:
        return True
    if not sense.doubtful:
        famous = form.zipf < FAMOUS_BELOW and terms["prior"] >= FAMOUS
        signed = famous or not _SIGNS.isdisjoint(terms)
        return (sight.capital and signed) or support(terms) >= 0.5
    needed = 1.0 if sight.capital and not sight.explained else EXPLAINED_SUPPORT
    return support(terms) + ("acts" in terms) >= needed


def part_of_another(
    field: Field, casing: Casing, hit: Hit, form: Form, sense: Sense, sight: Sight, kind: str
) -> RejectionReason | None:
    """Is the name only a piece of what stands there: Drake University, Frozen 3, Andrew Prince?"""
    text, end = field.text, hit.end
    if sight.tagged:
        return None
    if _PLACE.match(text, end):
        return "publisher-or-place"
    if _HEIR.match(text, end) or (kind in _WORKS and _SUBTITLED.match(text, end)):
        return "inside-longer-name"
    if form.words > 1 or sight.quoted:
        return None
    if sight.next == "of" and form.everyday and not sight.due:
        return "inside-longer-name"  # Prince of Wales, the voice of reason
    if _NUMBER.match(text, end) and kind in _SEQUELS:
        return "inside-longer-name"
    # A rare title keeps its name beside a capital ("BBC EastEnders"); a first name does not.
    unmistakable = not (form.everyday or sense.doubtful or kind == "person")
    if unmistakable:
        return None
    if casing == "headline":
        return "inside-longer-name" if _has_surname(sight, kind) else None
    if casing != "sentence":
        return None
    return "inside-longer-name" if _has_capital_neighbour(field, hit, sight) else None


def _has_surname(sight: Sight, kind: str) -> bool:
    """In a headline every word has a capital: only a word that is a name tells."""
    if kind != "person" or not sight.next[:1].isupper():
        return False
    return len(sight.next) > 1 and nameliness(sight.next.lower()) is not Nameliness.WORD


def _has_capital_neighbour(field: Field, hit: Hit, sight: Sight) -> bool:
    """Andrew Prince, Pink Floyd: a capital that neither its sentence nor a role explains."""
    possessive = field.text[hit.end : hit.end + 1] in {"'", "\u2019"}
    if _may_be_part(sight.next) and not possessive:
        return True
    previous = sight.previous
    if not _may_be_part(previous) or previous.lower() in TYPE_WORDS["person"]:
        return False
    if not opens_sentence(field.text, hit.start - 1 - len(previous)):
        return True
    return nameliness(previous.lower()) is not Nameliness.WORD  # Adam Prince runs a bakery


def _may_be_part(neighbour: str) -> bool:
    """A capital that is neither shouted nor of a word like "Hi", "Or" and "Can"."""
    if not neighbour[:1].isupper():
        return False
    if len(neighbour) > 1 and neighbour.isupper():
        return False
    word = neighbour.lower()
    return zipf(word) < NEVER_PART or nameliness(word) is not Nameliness.WORD
