"""Which entity does a name in a text mean, if any? Pure: same text and lexicon, same answer."""

import re
from typing import NamedTuple

from streams.core.clues import Surroundings, looks, support, surroundings, weigh
from streams.core.lexicon import Form, Lexicon, Sense
from streams.core.objections import (
    RejectionReason,
    in_plain_use,
    is_bare_handle,
    part_of_another,
    stands_out,
)
from streams.core.reading import Casing, Field, FieldName, casing_of, read
from streams.core.sights import Sight, glance, look
from streams.core.spotter import Hit
from streams.core.words import EVERYDAY

ACCEPT = 1.0  # the score of a reading over "nobody", which has 0
MARGIN = 0.5  # over the next best entity of the same name
COMMON_WORD = 4.5  # Zipf: "queen", "golden": no open question without support
_FULL_NAME_PRIOR = 0.25  # from here a full name passes in whatever letters

# What parts two names that stand side by side: "tool and pink floyd", "waves by the bahamas".
_BETWEEN = re.compile(
    r"(?:'s)?(?:[ ,;/&|+\u2022-]|\b(?:and|or|by|vs|x|feat|ft|featuring|from|with)\b\.?|[\"'])*\Z"
)
_CREDITED = re.compile(r"\b(?:by|feat|ft|featuring)\b")  # a title and its artist: both are meant
_FURTHEST = 12  # characters between two names side by side


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
    sure: bool


def resolve_text(
    title: str, text: str, lexicon: Lexicon, *, outlet: str | None = None, channel: str = ""
) -> Resolution:
    """Whom a post names. `outlet` as in `reading.read`: None for posts and videos."""
    best: dict[str, Accepted] = {}
    rejected: dict[str, Rejected] = {}
    for verdict in judge(read(title, text, outlet), lexicon, channel):
        if isinstance(verdict, Accepted):
            known = best.get(verdict.entity_id)
            if known is None or verdict.score > known.score:
                best[verdict.entity_id] = verdict
        elif _is_question(verdict):
            rejected.setdefault(verdict.surface.lower(), verdict)
    # A short name of somebody who is named in full is a second mention, not an open question.
    open_questions = (
        candidate
        for candidate in rejected.values()
        if not any(entity_id in best for entity_id, _ in candidate.options)
    )
    return Resolution(tuple(best.values()), tuple(open_questions))


def _is_question(verdict: Rejected) -> bool:
    if verdict.reason in {"plain-use", "short-for-another"}:
        return False
    return verdict.terms.get("rarity", 0.0) > -0.5 or support(verdict.terms) > 0


def judge(
    fields: tuple[Field, ...], lexicon: Lexicon, channel: str = ""
) -> list[Accepted | Rejected]:
    """A verdict on every name that is spotted, in reading order."""
    named = [one for field in fields for one in _names(field, lexicon)]
    if not named:
        return []
    around: Surroundings | None = None
    company = frozenset(_beyond_doubt(named))
    verdicts: list[Accepted | Rejected] = []
    for one in named:
        if one.sure:
            verdicts.append(_taken_at_its_word(one, lexicon))
        elif in_plain_use(one.form, one.sight, one.casing):
            verdicts.append(_left(one, "plain-use", 0.0, {}, ()))
        else:
            around = around or surroundings(fields, company, channel)
            verdicts.append(_judge(one, around, lexicon))
    return verdicts


def _names(field: Field, lexicon: Lexicon) -> list[_Named]:
    hits = lexicon.spotter.spot_folded(field.text, field.folded)
    if not hits:
        return []
    casing = casing_of(field.text)
    forms = [lexicon.form(hit.name) for hit in hits]
    named = []
    for nth, (hit, form) in enumerate(zip(hits, forms, strict=True)):
        sure = _is_sure(form) and lexicon.entities[form.senses[0].number].prior >= _FULL_NAME_PRIOR
        if sure:
            sight = glance(field, casing, hit, form)
        else:
            sight = look(field, casing, hit, form, _beside_name(nth, hits, forms, field))
        named.append(_Named(field, casing, hit, form, sight, sure))
    return named


def _is_sure(form: Form) -> bool:
    """A full name of one entity: what else the post says can but confirm it."""
    return (
        form.words > 1
        and form.zipf < EVERYDAY
        and len(form.senses) == 1
        and not form.senses[0].doubtful
    )


def _beside_name(nth: int, hits: list[Hit], forms: list[Form], field: Field) -> bool:
    """Does a name that is no everyday word stand right before or after?"""
    for other in (nth - 1, nth + 1):
        if not 0 <= other < len(hits):
            continue
        first, second = (hits[other], hits[nth]) if other < nth else (hits[nth], hits[other])
        gap = field.folded[first.end : second.start]
        if len(gap) > _FURTHEST or not _BETWEEN.match(gap):
            continue
        if _CREDITED.search(gap) or not (forms[other].everyday and forms[other].words == 1):
            return True
    return False


def _beyond_doubt(named: list[_Named]) -> list[int]:
    return [
        one.form.senses[0].number
        for one in named
        if len(one.form.senses) == 1
        and not one.form.senses[0].doubtful
        and (one.form.words > 1 or not one.form.everyday)
    ]


def _taken_at_its_word(one: _Named, lexicon: Lexicon) -> Accepted | Rejected:
    sense = one.form.senses[0]
    terms = looks(one.form, one.sight, lexicon.entities[sense.number].prior)
    return _verdict(one, [(sum(terms.values()), terms, sense)], lexicon)


def _judge(one: _Named, around: Surroundings, lexicon: Lexicon) -> Accepted | Rejected:
    readings = []
    for sense in one.form.senses:
        terms = weigh(one.form, sense, one.sight, around, lexicon)
        readings.append((sum(terms.values()), terms, sense))
    # Equal scores fall to the first id, so that the order of the catalogue does not matter.
    readings.sort(key=lambda reading: (-reading[0], reading[2].number))
    return _verdict(one, readings, lexicon)


def _verdict(
    one: _Named, readings: list[tuple[float, dict[str, float], Sense]], lexicon: Lexicon
) -> Accepted | Rejected:
    score, terms, sense = readings[0]
    margin = score - max(0.0, readings[1][0] if len(readings) > 1 else 0.0)
    entity = lexicon.entities[sense.number]
    reason = _objection(one, sense, entity.entity_type, terms, score, margin)
    if reason is not None:
        options = tuple((lexicon.entities[s.number].id, total) for total, _, s in readings)
        return _left(one, reason, score, terms, options)
    return Accepted(
        entity.id,
        entity.name,
        entity.entity_type,
        one.sight.surface,
        one.field.name,
        (one.hit.start, one.hit.end),
        score,
        margin,
        terms,
    )


def _left(
    one: _Named,
    reason: RejectionReason,
    score: float,
    terms: dict[str, float],
    options: tuple[tuple[str, float], ...],
) -> Rejected:
    span = (one.hit.start, one.hit.end)
    return Rejected(one.sight.surface, one.field.name, span, reason, score, terms, options)


def _objection(
    one: _Named, sense: Sense, kind: str, terms: dict[str, float], score: float, margin: float
) -> RejectionReason | None:
    form, sight = one.form, one.sight
    if longer := part_of_another(one.field, one.casing, one.hit, form, sense, sight, kind):
        return longer
    if is_bare_handle(one.field.text, one.hit.start, form):
        return "handle"
    if form.everyday and form.words == 1 and not stands_out(form, sense, sight, terms):
        return "everyday-word"
    if sense.doubtful and support(terms) < 1:
        return "no-context"
    if score < ACCEPT:
        return "below-score"
    if margin < MARGIN:
        return "ambiguous" if score - margin >= ACCEPT else "below-margin"
    return None
