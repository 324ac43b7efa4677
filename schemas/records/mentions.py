"""What sources said: raw, resolved to an entity, or left out with the reason."""

import msgspec

from schemas.clock import Millis
from schemas.records.base import Record


class RawMention(Record, frozen=True, kw_only=True, gc=False):
    """What a source said, before anyone decided whom it is about."""

    schema_name = "raw-mention"
    id: str
    event_time: Millis
    known_time: Millis
    source: str
    source_type: str
    test: bool = False
    native_id: str  # the source's own name for it
    kind: str = "article"  # article | post | comment | video | trend | chart | edit
    channel: str = ""  # outlet, subreddit, feed
    author: str | None = None  # as the source names them
    title: str = ""
    text: str = ""
    url: str | None = None  # of what was said, when it has one
    language: str | None = None  # as the source tells it, such as en
    level: float | None = None  # for sources that report levels (views, search interest)
    level_unit: str | None = None  # what is counted, such as views
    deleted: bool = False  # a tombstone: upstream took it back
    attributes: dict[str, str] = msgspec.field(default_factory=dict)  # what else the source tells


class Mention(Record, frozen=True, kw_only=True, gc=False):
    """A raw mention resolved to one entity. `known_time` is lifted past closed intervals."""

    schema_name = "mention"
    id: str
    event_time: Millis
    known_time: Millis
    source: str
    source_type: str
    test: bool = False
    raw_id: str  # id of the raw mention
    late_ms: int = 0  # by how much known_time was lifted
    entity_id: str
    entity_name: str
    entity_type: str
    surface: str  # the words that named the entity
    score: float  # over the reading that nobody is meant; accepted from 1
    margin: float  # ahead of the next best reading
    about: str  # subject | passing
    sentiment: float  # [-1, 1]
    intensity: float  # [0, 1]
    spam: float  # [0, 1]
    spam_reasons: tuple[str, ...] = ()  # short fixed phrases, the heaviest first
    outlet: str  # owner of the host, or channel
    author_key: int  # same author or owner, same key
    text_key: int  # texts of the same words share it
    near_key: int = 0  # fingerprint: near-duplicate texts differ in few bits
    words: tuple[int, ...] = ()  # keys of what the headline says beside the entity's own words
    together: tuple[str, ...] = ()  # ids of the other entities of the same raw mention
    terms: dict[str, float] = msgspec.field(default_factory=dict)  # what the score is the sum of
    title: str  # without the publisher's name; cut when long
    url: str | None = None
    level: float | None = None  # as in the raw mention
    config_hash: str
    catalogue_version: int
    code_version: str
    causation: tuple[str, ...]


class Option(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An entity that an unresolved name might have meant."""

    entity_id: str
    score: float  # over the reading that nobody is meant
    terms: dict[str, float] = msgspec.field(default_factory=dict)  # what the score is the sum of


class Candidate(Record, frozen=True, kw_only=True, gc=False):
    """A raw mention, or a name in it, that was left out, and why."""

    schema_name = "candidate"
    id: str
    event_time: Millis
    known_time: Millis
    source: str
    source_type: str
    test: bool = False
    raw_id: str  # id of the raw mention
    surface: str  # "" when the text holds no known name at all
    reason: str  # a short fixed phrase, such as ambiguous or below-score
    options: tuple[Option, ...] = ()  # best first
    resolved: bool  # the same raw mention was resolved to some other entity
    outlet: str = ""  # owner of the host, or channel
    author_key: int = 0  # same author or owner, same key
    text_key: int = 0  # texts of the same words share it
    near_key: int = 0  # fingerprint: near-duplicate texts differ in few bits
    spam: float = 0.0  # [0, 1]
    title: str  # as in the raw mention; cut when long
    url: str | None = None
    config_hash: str
    catalogue_version: int
    code_version: str
    causation: tuple[str, ...]
