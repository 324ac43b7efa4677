"""What is remembered of a name that no catalogue has, or that could mean several entities.

Whose voices used it is kept by the very code that keeps it for entities: a candidate is counted as
a mention of its name.
"""

from typing import Final

import msgspec

from schemas.clock import Millis
from schemas.records import Candidate, Mention
from streams.core import measure
from streams.core.evidence import remember
from streams.core.proposer import name_key
from streams.core.state import STATE_VERSION, EntityState, Evidence

NAME_STATE_VERSION: Final = 1
UNKNOWN_NAME: Final = "unknown-name"  # proposed, and in no catalogue
FOUND_NAME: Final = "discovered-name"  # of an entity that discovery brought in
FOUND_PREFIX: Final = "found-"
TEST_PREFIX: Final = "test "
SPELLINGS: Final = 8
OPTIONS: Final = 8
WAITING: Final = 200
EXAMPLES: Final = 3


class Found(msgspec.Struct, array_like=True):
    """The entity that the name became."""

    entity_id: str
    name: str
    entity_type: str
    tick: int  # of the discovery, or of the return
    outcome: str = ""  # trending | failed | steady
    dormant: bool = False


class Asked(msgspec.Struct, array_like=True):
    """The question whom the name means, and who waits for the answer."""

    reason: str = ""
    options: dict[str, float] = {}  # entity id -> best score
    waiting: list[tuple[Millis, int]] = []  # when known, whose voice; ascending
    told: int = 0  # distinct voices when the question was last told
    examples: list[Evidence] = []  # newest texts, ascending
    catalogue_version: int = 0


class NameState(msgspec.Struct, array_like=True):
    """Everything about one name; a test's names are kept apart from real ones."""

    version: int
    closed: int
    due: int = 0  # the poll that must evaluate it next; 0: none
    voices: EntityState = msgspec.field(default_factory=lambda: measure.fresh(-1))
    spellings: dict[str, int] = {}
    cues: dict[str, int] = {}  # entity type -> texts that speak for it
    first_seen: Millis = 0
    last_heard: int = 0  # tick of the newest counted text
    found: Found | None = None
    asked: Asked = msgspec.field(default_factory=Asked)


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(NameState).decode


def fresh(closed: int) -> NameState:
    return NameState(NAME_STATE_VERSION, closed)


def pack(state: NameState) -> bytes:
    return _encode(state)


def unpack(row: bytes) -> NameState:
    """The state in a row. A row of a version this code does not know is our own corruption."""
    state = _decode(row)
    if (state.version, state.voices.version) != (NAME_STATE_VERSION, STATE_VERSION):
        raise ValueError(f"name state version {state.version}, this code reads "
                         f"{NAME_STATE_VERSION}")
    return state


def name_of(candidate: Candidate) -> str:
    """The key of a candidate on its topic and in the table; "" for one that names nobody."""
    key = name_key(candidate.surface)
    return TEST_PREFIX + key if key and candidate.test else key


def entity_id_of(name: str) -> str:
    """The id that the name's entity has, whenever it is found."""
    return FOUND_PREFIX + "-".join(name.split())


def as_mention(candidate: Candidate, name: str) -> Mention:
    """The candidate as a mention of its name, for counting. Its test flag parted it already."""
    return Mention(
        id=candidate.id, event_time=candidate.event_time, known_time=candidate.known_time,
        source=candidate.source, source_type=candidate.source_type, raw_id=candidate.raw_id,
        entity_id=name, entity_name=candidate.surface, entity_type="name",
        surface=candidate.surface, score=0.0, margin=0.0, about="subject", sentiment=0.0,
        intensity=0.0, spam=candidate.spam, outlet=candidate.outlet,
        author_key=candidate.author_key, text_key=candidate.text_key,
        near_key=candidate.near_key, title=candidate.title, url=candidate.url,
        config_hash=candidate.config_hash, catalogue_version=candidate.catalogue_version,
        code_version=candidate.code_version, causation=candidate.causation,
    )


def spell(state: NameState, surface: str) -> None:
    """Count a spelling; of too many the rarest goes."""
    state.spellings[surface] = state.spellings.get(surface, 0) + 1
    if len(state.spellings) > SPELLINGS:
        others = {s: c for s, c in state.spellings.items() if s != surface}
        rarest = min(sorted(others), key=lambda s: others[s])
        del state.spellings[rarest]


def spellings(state: NameState) -> tuple[str, ...]:
    """The most frequent first; of equals one that is no tag, then by the alphabet."""
    counts = state.spellings
    return tuple(sorted(counts, key=lambda s: (-counts[s], s[:1] in "#@", s)))


def wait(state: NameState, name: str, candidate: Candidate) -> None:
    """Remember that a text waits for the answer whom the name means."""
    asked = state.asked
    asked.reason = candidate.reason
    asked.catalogue_version = max(asked.catalogue_version, candidate.catalogue_version)
    asked.examples.append(remember(as_mention(candidate, name)))
    del asked.examples[:-EXAMPLES]
    for option in candidate.options:
        best = asked.options.get(option.entity_id, option.score)
        asked.options[option.entity_id] = max(best, option.score)
    if len(asked.options) > OPTIONS:
        ranked = sorted(asked.options, key=lambda e: (-asked.options[e], e))
        asked.options = {e: asked.options[e] for e in sorted(ranked[:OPTIONS])}
    asked.waiting.append((candidate.known_time, candidate.author_key))
    del asked.waiting[:-WAITING]
