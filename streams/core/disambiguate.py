"""Which entity does a name in a text mean, if any? Pure: same text and lexicon, same answer."""

import re
from typing import Literal, NamedTuple

from streams.core.clues import TYPE_WORDS, Sight, Surroundings, look, support, surroundings, weigh
from streams.core.lexicon import Form, Lexicon, Sense
from streams.core.reading import Casing, Field, FieldName, casing_of, opens_sentence, read
from streams.core.spotter import Hit

RejectionReason = Literal[
    "ambiguous",  # two entities are about equally likely
    "no-context",  # the name needs support from the text and finds none
    "everyday-word",  # an everyday word whose capital proves nothing here
    "below-score",
    "below-margin",
    "inside-longer-name",  # a neighbouring capital makes it part of another name
    "publisher-or-place",  # a magazine or a street called so
]

ACCEPT = 1.0  # the score of a reading over "nobody", which has 0
MARGIN = 0.5  # over the next best entity of the same name
EXPLAINED_SUPPORT = 2.0  # what a doubtful everyday word needs where its capital means nothing
COMMON_WORD = 4.5  # Zipf: "queen", "golden": no open question without support
FUNCTION_WORD = 5.0  # Zipf: for "it", "her", "us" even a stray capital is no sign of a name

_PLACE = re.compile(
    r"[ -](?:Street|St|Avenue|Boulevard|Blvd|Road|Square|County|City|Airport|Hospital|University"
    r"|College|School|Island|Stadium|Bridge|Beach|Park|Gardens|Hotel|Weekly|Magazine|Times|Herald"
    r"|Tribune|Gazette|Journal|Media|Foundation)\b"
)
_HEIR = re.compile(r",? (?:Jr|Sr|II|III|IV)\b")
_NUMBERED = frozenset({"event", "show"})  # WrestleMania 36 is WrestleMania; Frozen 3 is not Frozen
_NUMBER = re.compile(r"[ -](?:\d{1,2}|II|III|IV|V)\b")


class Accepted(NamedTuple):
    """An entity that the text names, with its best hit; the span is of the field as given."""

    entity_id: str
    entity_name: str
    entity_type: str
    surface: str
    field: FieldName
    span: tuple[int, int]
    score: float
    margin: float
    terms: dict[str, float]


class Rejected(NamedTuple):
    """A name that was left out, why, and whom it might have meant, the likeliest first."""

    surface: str
    field: FieldName
    span: tuple[int, int]
    reason: RejectionReason
    score: float
    terms: dict[str, float]
    options: tuple[tuple[str, float], ...]


class Resolution(NamedTuple):
    """Each entity at most once, in reading order; an everyday word in plain use is no candidate."""

    accepted: tuple[Accepted, ...]
    candidates: tuple[Rejected, ...]


class _Named(NamedTuple):
    field: Field
    casing: Casing
    hit: Hit
    form: Form
    sight: Sight


def resolve_text(
    title: str, text: str, lexicon: Lexicon, *, outlet: str | None = None
) -> Resolution:
    """Whom a post names. `outlet` as in `reading.read`: None for posts and videos."""
    fields = read(title, text, outlet)
    named = [one for field in fields for one in _names(field, lexicon)]
    if not named:
        return Resolution((), ())
    around = surroundings(fields, frozenset(_beyond_doubt(named)))
    best: dict[str, Accepted] = {}
    rejected: dict[str, Rejected] = {}
    for one in named:
        verdict = _judge(one, around, lexicon)
        if isinstance(verdict, Rejected):
            if one.form.zipf < COMMON_WORD or support(verdict.terms) > 0:
                rejected.setdefault(one.form.text, verdict)
        elif verdict.entity_id not in best or verdict.score > best[verdict.entity_id].score:
            best[verdict.entity_id] = verdict
    # A short name of somebody who is named in full is a second mention, not an open question.
    open_questions = (
        candidate
        for candidate in rejected.values()
        if not any(entity_id in best for entity_id, _ in candidate.options)
    )
    return Resolution(tuple(best.values()), tuple(open_questions))


def _names(field: Field, lexicon: Lexicon) -> list[_Named]:
    """The hits of a field that look like names at all."""
    hits = lexicon.spotter.spot_folded(field.text, field.folded)
    casing = casing_of(field.text) if hits else "flat"
    named = []
    for hit in hits:
        form = lexicon.forms[hit.name]
        sight = look(field.text, casing, hit, form)
        if not _in_plain_use(form, sight, casing):
            named.append(_Named(field, casing, hit, form, sight))
    return named


def _in_plain_use(form: Form, sight: Sight, casing: Casing) -> bool:
    """An everyday word, or a phrase of them, in small letters; an acronym that is not one."""
    if sight.tagged:
        return False
    if form.acronym:
        return casing == "sentence" and not sight.surface.isupper()
    if form.zipf >= FUNCTION_WORD and sight.capital and not sight.quoted:
        return sight.explained or (len(sight.surface) > 1 and sight.surface.isupper())  # the US
    if sight.capital or not form.everyday:
        return False
    return form.words == 1 or casing != "flat"


def _beyond_doubt(named: list[_Named]) -> list[int]:
    return [
        one.form.senses[0].number
        for one in named
        if len(one.form.senses) == 1
        and not one.form.senses[0].doubtful
        and (one.form.words > 1 or not one.form.everyday)
    ]


def _judge(one: _Named, around: Surroundings, lexicon: Lexicon) -> Accepted | Rejected:
    readings = []
    for sense in one.form.senses:
        terms = weigh(one.form, sense, one.sight, around, lexicon)
        readings.append((sum(terms.values()), terms, sense))
    # Equal scores fall to the first id, so that the order of the catalogue does not matter.
    readings.sort(key=lambda reading: (-reading[0], reading[2].number))
    score, terms, sense = readings[0]
    margin = score - max(0.0, readings[1][0] if len(readings) > 1 else 0.0)
    entity = lexicon.entities[sense.number]
    span = (one.hit.start, one.hit.end)
    reason = _objection(one, sense, entity.entity_type, terms, score, margin)
    if reason is None:
        return Accepted(
            entity.id,
            entity.name,
            entity.entity_type,
            one.sight.surface,
            one.field.name,
            span,
            score,
            margin,
            terms,
        )
    options = tuple((lexicon.entities[s.number].id, total) for total, _, s in readings)
    return Rejected(one.sight.surface, one.field.name, span, reason, score, terms, options)


def _objection(
    one: _Named, sense: Sense, kind: str, terms: dict[str, float], score: float, margin: float
) -> RejectionReason | None:
    form, sight = one.form, one.sight
    if (longer := _part_of_another(one, kind)) is not None:
        return longer
    if form.everyday and form.words == 1 and not _stands_out(form, sense, sight, terms):
        return "everyday-word"
    if sense.doubtful and support(terms) < 1:
        return "no-context"
    if score < ACCEPT:
        return "below-score"
    if margin < MARGIN:
        return "ambiguous" if score - margin >= ACCEPT else "below-margin"
    return None


def _stands_out(form: Form, sense: Sense, sight: Sight, terms: dict[str, float]) -> bool:
    """Is there a sign that this everyday word is used as a name here?"""
    if sight.tagged or "quoted" in terms:
        return True
    if sight.capital and not sight.explained and form.zipf < FUNCTION_WORD:
        return True
    if not sense.doubtful:
        return sight.capital  # a famous single name: its prior speaks for it
    return support(terms) >= EXPLAINED_SUPPORT


def _part_of_another(one: _Named, kind: str) -> RejectionReason | None:
    text, end, form, sight = one.field.text, one.hit.end, one.form, one.sight
    if sight.tagged:
        return None
    if _PLACE.match(text, end):
        return "publisher-or-place"
    if _HEIR.match(text, end):
        return "inside-longer-name"
    if form.words > 1 or sight.quoted:
        return None
    if _NUMBER.match(text, end) and kind not in _NUMBERED:
        return "inside-longer-name"
    # A rare title keeps its name beside a capital ("BBC EastEnders"); a first name does not.
    unmistakable = not (form.everyday or form.senses[0].doubtful or kind == "person")
    if unmistakable or one.casing != "sentence":
        return None
    return "inside-longer-name" if _has_capital_neighbour(one) else None


def _has_capital_neighbour(one: _Named) -> bool:
    """Andrew Prince, Pink Floyd: a capital that neither its sentence nor a role explains."""
    sight, start = one.sight, one.hit.start
    if sight.next[:1].isupper():
        return True
    previous = sight.previous
    if not previous[:1].isupper() or previous.lower() in TYPE_WORDS["person"]:
        return False
    return not opens_sentence(one.field.text, start - 1 - len(previous))
