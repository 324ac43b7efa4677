"""A raw mention to mentions of entities, or to the reasons why it is none."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from schemas.clock import Millis
from schemas.ids import derived_id, short_key
from schemas.records import Candidate, Mention, RawMention
from schemas.version import CODE_VERSION
from streams.core.aboutness import about
from streams.core.affect import NEUTRAL, Affect, feel
from streams.core.disambiguate import Accepted, resolve_fields
from streams.core.left_out import TITLE_LENGTH, Heard, Voice, left_out, open_question
from streams.core.lexicon import Lexicon
from streams.core.newer import steadied
from streams.core.outlets import Outlet, label_of, outlet_of, owner_named
from streams.core.reading import fields_of, publisher_start
from streams.core.spam import Spam
from streams.core.spam_model import SpamModel, spam_by
from streams.core.unknown import unknown_names
from streams.core.wording import Wording, beside, wording

UNKNOWN = "no-known-name"
NO_TEXT = "no-text"
DELETED = "deleted-upstream"
PRESS_TYPES = frozenset({"news", "trade", "charts"})
REMEMBERED = 65_536  # voices whose keys need not be made again


class Catalogue(NamedTuple):
    """The entities as one version of the catalogue knows them, and what was learned of sources."""

    version: int
    lexicon: Lexicon
    spam_models: Mapping[str, SpamModel] = MappingProxyType({})  # by source; off unless configured


class Resolved(NamedTuple):
    """What became of a raw mention; never both empty."""

    mentions: tuple[Mention, ...]
    candidates: tuple[Candidate, ...]


def voice_of(raw: RawMention, publisher: str) -> Voice:
    """The independent voice behind a raw mention.

    A link decides the type where its host does. News speaks with the voice of the host's owner; a
    video or a redirect hides the outlet in the title's suffix; a post has an author.
    """
    behind = outlet_of(raw.url)
    source_type = _type_of(raw, behind)
    if source_type in PRESS_TYPES:
        outlet = behind.owner if behind else owner_named(raw.channel or publisher)
        return _press(source_type, outlet)
    outlet = raw.channel or publisher or (behind.owner if behind else raw.source)
    return Voice(source_type, outlet, _author_key(source_type, raw.author or publisher or outlet))


@lru_cache(maxsize=REMEMBERED)
def _press(source_type: str, outlet: str) -> Voice:
    return Voice(source_type, outlet, short_key(f"outlet:{label_of(outlet)}"))


@lru_cache(maxsize=REMEMBERED)
def _author_key(source_type: str, author: str) -> int:
    return short_key(f"{source_type}:{author.casefold()}")


def type_of(raw: RawMention) -> str:
    """The type of evidence that a raw mention is, whatever its source says."""
    return _type_of(raw, outlet_of(raw.url))


def _type_of(raw: RawMention, behind: Outlet | None) -> str:
    if behind is None or behind.source_type is None:
        return raw.source_type
    if raw.source_type == "social" and behind.source_type != "trade":
        return "social"  # a post that links a video is still a post
    return behind.source_type


def resolve(
    raw: RawMention, known_time: Millis, catalogue: Catalogue, config_hash: str
) -> Resolved:
    """Every entity that the text names beyond doubt, and every name that stayed open.

    `known_time` is the lifted one. Same input, same records, on every replay.
    """
    raw = steadied(raw)
    if raw.deleted or not (raw.title or raw.text):
        heard = Heard(raw, known_time, catalogue.version, config_hash)
        return Resolved((), (left_out(heard, DELETED if raw.deleted else NO_TEXT),))
    publisher_named = raw.channel if raw.source_type in PRESS_TYPES else None
    cut = publisher_start(raw.title, publisher_named) if raw.title else 0
    headline, publisher = raw.title[:cut], raw.title[cut:].strip(" -|\u2013\u2014")
    fields = fields_of(headline, raw.text)
    found = resolve_fields(fields, catalogue.lexicon, raw.channel)
    voice = voice_of(raw, publisher)
    said = wording(headline, raw.text)
    named = tuple(one.entity_id for one in found.accepted)
    feeling = feel(headline or raw.text) if named else NEUTRAL
    model = catalogue.spam_models.get(raw.source)
    spam = spam_by(model, headline, raw.text, raw.kind)
    mentions = tuple(
        _mention(raw, known_time, catalogue, config_hash, one, voice, headline, said, named,
                 spam, feeling)
        for one in found.accepted
    )
    heard = Heard(raw, known_time, catalogue.version, config_hash, voice, said, spam.score)
    candidates = [open_question(heard, one, bool(mentions)) for one in found.candidates]
    if not mentions and not candidates:
        candidates.append(left_out(heard, UNKNOWN))
    candidates += [
        left_out(heard, one.reason, one.surface, bool(mentions))
        for one in unknown_names(raw, headline, fields, found, publisher_named)
    ]
    return Resolved(mentions, _once_each(candidates))


def _once_each(candidates: list[Candidate]) -> tuple[Candidate, ...]:
    """A name that is asked about is not unknown as well, where it stands a second time."""
    if len(candidates) < 2:
        return tuple(candidates)
    first: dict[str, Candidate] = {}
    for candidate in candidates:
        first.setdefault(candidate.id, candidate)
    return tuple(first.values())


def _mention(
    raw: RawMention, known_time: Millis, catalogue: Catalogue, config_hash: str,
    one: Accepted, voice: Voice, headline: str, said: Wording, named: tuple[str, ...],
    spam: Spam, feeling: Affect,
) -> Mention:
    return Mention(
        id=derived_id("mention", raw.id, one.entity_id),
        event_time=raw.event_time, known_time=known_time, source=raw.source,
        source_type=voice.source_type, test=raw.test, raw_id=raw.id,
        late_ms=known_time - raw.known_time, entity_id=one.entity_id,
        entity_name=one.entity_name, entity_type=one.entity_type, surface=one.surface,
        score=one.score, margin=one.margin,
        about=about(headline, raw.text, one.places, one.entity_type),
        sentiment=feeling.signed, intensity=feeling.intensity, spam=spam.score,
        spam_reasons=spam.reasons, outlet=voice.outlet,
        author_key=voice.author_key, text_key=said.text_key, near_key=said.near_key,
        words=beside(said, one.entity_name, one.surface),
        together=tuple(other for other in named if other != one.entity_id), terms=one.terms,
        title=(headline or raw.text)[:TITLE_LENGTH], url=raw.url, level=raw.level,
        config_hash=config_hash, catalogue_version=catalogue.version,
        code_version=CODE_VERSION, causation=(raw.id,),
    )
