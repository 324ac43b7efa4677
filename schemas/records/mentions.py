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
    native_id: str
    kind: str = "article"  # article | post | comment | video | trend | chart | edit
    channel: str = ""  # outlet, subreddit, feed
    author: str | None = None
    title: str = ""
    text: str = ""
    url: str | None = None
    language: str | None = None
    level: float | None = None  # for sources that report levels (views, search interest)
    level_unit: str | None = None
    deleted: bool = False  # a tombstone: upstream took it back
    attributes: dict[str, str] = msgspec.field(default_factory=dict)


class Mention(Record, frozen=True, kw_only=True, gc=False):
    """A raw mention resolved to one entity. `known_time` is lifted past closed intervals."""

    schema_name = "mention"
    id: str
    event_time: Millis
    known_time: Millis
    source: str
    source_type: str
    test: bool = False
    raw_id: str
    late_ms: int = 0
    entity_id: str
    entity_name: str
    entity_type: str
    surface: str
    score: float
    margin: float
    about: str  # subject | passing
    sentiment: float  # [-1, 1]
    intensity: float  # [0, 1]
    spam: float  # [0, 1]
    outlet: str  # owner of the host, or channel
    author_key: int  # same author or owner, same key
    text_key: int  # near-duplicate texts share it
    title: str
    url: str | None = None
    level: float | None = None
    config_hash: str
    catalogue_version: int
    code_version: str
    causation: tuple[str, ...]


class Option(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An entity that an unresolved name might have meant."""

    entity_id: str
    score: float


class Candidate(Record, frozen=True, kw_only=True, gc=False):
    """A raw mention, or a name in it, that was left out, and why."""

    schema_name = "candidate"
    id: str
    event_time: Millis
    known_time: Millis
    source: str
    source_type: str
    test: bool = False
    raw_id: str
    surface: str  # "" when the text holds no known name at all
    reason: str
    options: tuple[Option, ...] = ()
    resolved: bool  # the same raw mention was resolved to some other entity
    title: str
    url: str | None = None
    config_hash: str
    catalogue_version: int
    code_version: str
    causation: tuple[str, ...]
