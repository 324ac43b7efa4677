"""What stayed open in a raw mention, as candidates with the reason and with whose voice it was."""

from typing import NamedTuple

from schemas.clock import Millis
from schemas.ids import derived_id
from schemas.records import Candidate, Option, RawMention
from schemas.version import CODE_VERSION
from streams.core.verdicts import Rejected
from streams.core.wording import Wording

TITLE_LENGTH = 300


class Voice(NamedTuple):
    """Who speaks, and as what type of evidence."""

    source_type: str
    outlet: str
    author_key: int


class Heard(NamedTuple):
    """A raw mention and what was made of it before any name was looked for."""

    raw: RawMention
    known_time: Millis
    catalogue_version: int
    config_hash: str
    voice: Voice | None = None
    said: Wording | None = None
    spam: float = 0.0


def open_question(heard: Heard, one: Rejected, resolved: bool) -> Candidate:
    """A known name that could not be given to anybody."""
    options = tuple(
        Option(entity_id=entity, score=score, terms=terms) for entity, score, terms in one.options
    )
    return left_out(heard, one.reason, one.surface, resolved, options)


def left_out(
    heard: Heard, reason: str, surface: str = "", resolved: bool = False,
    options: tuple[Option, ...] = (),
) -> Candidate:
    """A name, or with no surface the whole text, that is no mention."""
    raw, voice, said = heard.raw, heard.voice, heard.said
    return Candidate(
        id=derived_id("candidate", raw.id, surface), event_time=raw.event_time,
        known_time=heard.known_time, source=raw.source,
        source_type=voice.source_type if voice else raw.source_type, test=raw.test,
        raw_id=raw.id, surface=surface, reason=reason, options=options, resolved=resolved,
        outlet=voice.outlet if voice else "", author_key=voice.author_key if voice else 0,
        text_key=said.text_key if said else 0, near_key=said.near_key if said else 0,
        spam=heard.spam, title=(raw.title or raw.text)[:TITLE_LENGTH], url=raw.url,
        config_hash=heard.config_hash, catalogue_version=heard.catalogue_version,
        code_version=CODE_VERSION, causation=(raw.id,),
    )
