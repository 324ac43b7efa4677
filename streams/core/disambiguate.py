"""Which entity does a name in a text mean, if any? Pure: same text and lexicon, same answer."""

from streams.core.adding import added
from streams.core.clues import Surroundings, looks, support, surroundings, weigh
from streams.core.lexicon import Lexicon, Sense
from streams.core.named import Named, names_in
from streams.core.objections import (
    RejectionReason,
    in_plain_use,
    is_bare_handle,
    part_of_another,
    stands_out,
)
from streams.core.reading import Field, read
from streams.core.shortnames import owners_of_words
from streams.core.verdicts import Accepted, Reading, Rejected, Resolution

__all__ = ["Accepted", "Rejected", "Resolution", "judge", "resolve_text"]
NOBODY = Resolution((), ())
ACCEPT = 1.0  # the score of a reading over "nobody", which has 0
MARGIN = 0.5  # over the next best entity of the same name
_NO_QUESTIONS = frozenset({"plain-use", "short-for-another", "handle"})
_SUPPORTING = frozenset({"context", "company", "beside"})
COMMON_WORD = 4.5  # Zipf: "queen", "golden": no open question without support


def resolve_text(
    title: str, text: str, lexicon: Lexicon, *, outlet: str | None = None, channel: str = ""
) -> Resolution:
    """Whom a post names. `outlet` as in `reading.read`: None for posts and videos."""
    return resolve_fields(read(title, text, outlet), lexicon, channel)


def resolve_fields(fields: tuple[Field, ...], lexicon: Lexicon, channel: str) -> Resolution:
    """The same of a post that was read already."""
    verdicts = judge(fields, lexicon, channel)
    if not verdicts:
        return NOBODY
    best: dict[str, Accepted] = {}
    rejected: dict[str, Rejected] = {}
    for verdict in verdicts:
        if isinstance(verdict, Accepted):
            known = best.get(verdict.entity_id)
            best[verdict.entity_id] = _better(known, verdict) if known else verdict
        elif _is_question(verdict):
            rejected.setdefault(verdict.surface.lower(), verdict)
    # A short name of somebody who is named in full is a second mention, not an open question.
    open_questions = (
        candidate
        for candidate in rejected.values()
        if not any(entity_id in best for entity_id, *_ in candidate.options)
    )
    return Resolution(tuple(best.values()), tuple(open_questions))


def _better(known: Accepted, other: Accepted) -> Accepted:
    """The surer of two mentions of an entity, with the places of both."""
    surer = other if other.score > known.score else known
    return surer._replace(places=(*known.places, *other.places))


def _is_question(verdict: Rejected) -> bool:
    if verdict.reason in _NO_QUESTIONS:
        return False
    return verdict.zipf < COMMON_WORD or not _SUPPORTING.isdisjoint(verdict.terms)


def judge(
    fields: tuple[Field, ...], lexicon: Lexicon, channel: str = ""
) -> list[Accepted | Rejected]:
    """A verdict on every name that is spotted, in reading order."""
    named = [one for field in fields for one in names_in(field, lexicon)]
    if not named:
        return []
    around: Surroundings | None = None
    verdicts: list[Accepted | Rejected] = []
    for one in named:
        if one.sure:
            verdicts.append(_taken_at_its_word(one, lexicon))
        elif in_plain_use(one.form, one.sight, one.casing):
            verdicts.append(_left(one, "plain-use", 0.0, {}, ()))
        else:
            around = around or _around(fields, named, channel, lexicon)
            verdicts.append(_judge(one, around, lexicon))
    return verdicts


def _around(
    fields: tuple[Field, ...], named: list[Named], channel: str, lexicon: Lexicon
) -> Surroundings:
    in_full = owners_of_words([one.form for one in named if one.form.words > 1], lexicon)
    return surroundings(fields, frozenset(_beyond_doubt(named)), in_full, channel)


def _beyond_doubt(named: list[Named]) -> list[int]:
    return [
        one.form.senses[0].number
        for one in named
        if len(one.form.senses) == 1
        and not one.form.senses[0].doubtful
        and (one.form.words > 1 or not one.form.everyday)
    ]


def _taken_at_its_word(one: Named, lexicon: Lexicon) -> Accepted | Rejected:
    sense = one.form.senses[0]
    terms = looks(one.form, one.sight, lexicon.entities[sense.number].prior)
    return _verdict(one, [(added(terms.values()), terms, sense)], lexicon, {})


def _judge(one: Named, around: Surroundings, lexicon: Lexicon) -> Accepted | Rejected:
    readings = []
    for sense in one.form.senses:
        terms = weigh(one.form, sense, one.sight, around, lexicon)
        readings.append((added(terms.values()), terms, sense))
    # Equal scores fall to the first id, so that the order of the catalogue does not matter.
    readings.sort(key=lambda reading: (-reading[0], reading[2].number))
    return _verdict(one, readings, lexicon, around.in_full)


def _verdict(
    one: Named,
    readings: list[tuple[float, dict[str, float], Sense]],
    lexicon: Lexicon,
    in_full: dict[str, set[int]],
) -> Accepted | Rejected:
    score, terms, sense = readings[0]
    margin = score - max(0.0, readings[1][0] if len(readings) > 1 else 0.0)
    entity = lexicon.entities[sense.number]
    reason = _objection(one, sense, entity.entity_type, terms, score, margin, in_full)
    if reason is not None:
        options = tuple(
            Reading(lexicon.entities[s.number].id, n, terms) for n, terms, s in readings
        )
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
        ((one.field.name, (one.hit.start, one.hit.end)),),
    )


def _left(
    one: Named,
    reason: RejectionReason,
    score: float,
    terms: dict[str, float],
    options: tuple[Reading, ...],
) -> Rejected:
    span = (one.hit.start, one.hit.end)
    return Rejected(
        one.sight.surface, one.field.name, span, reason, score, terms, options, one.form.zipf
    )


def _objection(
    one: Named,
    sense: Sense,
    kind: str,
    terms: dict[str, float],
    score: float,
    margin: float,
    in_full: dict[str, set[int]],
) -> RejectionReason | None:
    form, sight = one.form, one.sight
    if longer := part_of_another(one.field, one.casing, one.hit, form, sense, sight, kind):
        return longer
    if is_bare_handle(one.field.text, one.hit.start, form):
        return "handle"
    if form.text in in_full and not support(terms) and "type-words" not in terms:
        return "short-for-another"
    if form.everyday and form.words == 1 and not stands_out(form, sense, sight, terms):
        return "everyday-word"
    if sense.doubtful and support(terms) < 1:
        return "no-context"
    if score < ACCEPT:
        return "below-score"
    if margin < MARGIN:
        return "ambiguous" if score - margin >= ACCEPT else "below-margin"
    return None
