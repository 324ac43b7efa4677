"""A person's answer to a question of the resolve queue, as a change of the catalogue."""

import re
from collections import Counter
from typing import Final

import msgspec

from producers.catalogue import edits
from producers.catalogue.edits import Held
from producers.catalogue.search import plain
from schemas.errors import SkippableError
from schemas.ids import derived_id
from schemas.records import Action, Entity, Question

NEW: Final = "new"
NONE: Final = "none"
TELLING: Final = 4.8  # Zipf: a more frequent word speaks for nobody
CONTEXT_WORDS: Final = 6
_WORD: Final = re.compile(r"[^\W\d_]{4,}")


class UnreadablePickError(SkippableError):
    """An action that says pick and does not say what."""


def question_of(action: Action) -> Question:
    """The question as the person saw it. Raises UnreadablePickError."""
    try:
        question = msgspec.json.decode(action.attributes.get("question", ""), type=Question)
    except msgspec.DecodeError as error:
        raise UnreadablePickError(f"pick {action.id}: its question: {error}") from None
    if not action.attributes.get("picked"):
        raise UnreadablePickError(f"pick {action.id}: nothing was picked")
    return question


def changes(held: Held, action: Action, question: Question) -> list[Entity]:
    """An alias where the entity has no such name; else words that tell this use of it apart."""
    picked, at = action.attributes["picked"], action.known_time
    surface = question.surface.strip()
    if picked == NONE:
        return []
    if picked == NEW:
        return _new_entity(held, question, action)
    entity = edits.named(held, picked)
    names = {plain(name) for name in (entity.name, *entity.aliases)}
    if plain(surface) not in names:
        return edits.with_alias(held, entity.id, surface, action.actor or "person", at)
    return edits.with_context(held, entity.id, telling_words(question, entity), at)


def _new_entity(held: Held, question: Question, action: Action) -> list[Entity]:
    name = question.surface.strip().lstrip("#@")
    base = edits.slug_of(name) or derived_id("entity", name)[:10]
    # Several meanings of one name are told apart by what they were asked as.
    entity_id = base if base not in held else f"{base}-{question.question_id[:6]}"
    if entity_id in held:
        return []  # this very answer, given before
    kind = action.attributes.get("entity_type", "person")
    shared = bool(question.options)
    return edits.added(
        held,
        Entity(
            id=entity_id,
            event_time=action.known_time,
            known_time=action.known_time,
            source="catalogue",
            test=question.test,
            name=name,
            entity_type=kind,
            context=telling_words(question, None) if shared else (),
            ambiguous=shared,
            first_seen=question.known_time,
            provenance=f"pick of {action.actor or 'a person'}",
        ),
    )


def telling_words(question: Question, entity: Entity | None) -> tuple[str, ...]:
    """Words of the texts that waited, the most common and rarest of English first."""
    from wordfreq import zipf_frequency  # a third of a second, and few picks need it

    own = set(plain(f"{question.surface} {entity.name if entity else ''}").split())
    counts: Counter[str] = Counter()
    for receipt in question.receipts:
        counts.update(set(_WORD.findall(plain(receipt.title))) - own)
    telling = [word for word in counts if zipf_frequency(word, "en") < TELLING]
    telling.sort(key=lambda word: (-counts[word], zipf_frequency(word, "en"), word))
    return tuple(telling[:CONTEXT_WORDS])


def settled(question: Question, action: Action) -> Question:
    """The question with its answer. Same action, same record."""
    return msgspec.structs.replace(
        question,
        id=derived_id("question-settled", question.question_id, action.id),
        state="settled",
        picked=action.attributes["picked"],
        actor=action.actor,
        event_time=action.event_time,
        known_time=action.known_time,
    )
