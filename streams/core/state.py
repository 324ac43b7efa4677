"""What is remembered of one entity between ticks: the row of the velocity table.

Times inside are `Millis` or tick numbers, amounts are whole numbers, so that a row packs to the
same bytes wherever it was computed. `closed` is the stamp: the last tick that was folded in.
"""

from typing import Final

import msgspec

from schemas.clock import Millis
from streams.core.windows import Window

STATE_VERSION: Final = 1


class Evidence(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A counted mention, or a trade item, kept for receipts and distinct authors."""

    known_time: Millis
    mention_id: str
    event_time: Millis
    source: str
    source_type: str
    outlet: str
    title: str
    url: str | None


class Saying(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What one counted text says: whether the evidence is of one story is asked of these."""

    known_time: Millis
    text_key: int  # equal for the entities of one text
    author_key: int
    words: tuple[int, ...]


class Feeling(msgspec.Struct, array_like=True):
    """Sums over the counted mentions of an hour, in thousandths."""

    mentions: int = 0
    intensity: int = 0
    sentiment: int = 0


class _Voices:
    """The authors turned around; in no row."""

    heard: dict[int, list[int]] | None = None  # author key -> hours, of those kept


class TypeState(_Voices, msgspec.Struct, array_like=True, dict=True):
    """One source type's windows and the authors of each hour."""

    window: Window = msgspec.field(default_factory=Window)
    authors: dict[int, list[int]] = {}  # hour -> author keys, ascending
    channels: dict[int, dict[int, int]] = {}  # hour -> channel key -> counted
    rhythm: dict[int, tuple[Millis, Millis]] = {}  # author key -> last time and gap, newest last
    sources: list[str] = []  # that counted, ascending
    levels: dict[str, dict[int, int]] = {}  # source -> hour -> highest level, see levels


class Episode(msgspec.Struct, array_like=True):
    """The current span above onset, and what was told of it."""

    id: str
    started: int  # tick
    last_above: int  # tick
    peak_raw: float = 0.0
    peak_tick: int = 0
    hits: list[int] = []  # polls that passed the gate with something new
    hit_folded: int = 0  # counted mentions at the last hit
    opened: int = -1  # tick of the alert, -1 while there is none
    step: int = -1  # last step told
    told_tick: int = -1
    told_raw: float = 0.0
    told_types: int = 0
    cooled: bool = False
    suppressed: bool = False
    trade: Evidence | None = None  # first trade item on it
    trade_told: bool = False
    hash: str = ""
    story_folded: int = -1  # counted mentions when the evidence was last asked for its story
    cohesion: float | None = None  # share of the texts that tell the largest story
    story_items: int = 0  # texts of it
    occasion: str | None = None  # what the story itself says it is, such as a birthday
    label: str | None = None  # the scheduled event or the occasion
    bar: float = 0.0  # what the statistic had to reach
    opened_types: int = 0  # source types at the opening
    confidence: float | None = None  # told with every step
    reached: int = -1  # last poll that reached what the back-check asks for
    held: int = -1  # back-check: -1 not yet, 0 failed, 1 held
    opened_by: list[str] = []  # source types with evidence at the opening
    habit: float = 0.0  # what earlier alerts added to the bar


class _Unwritten:
    """What follows from the rest of the row, and is worked out again after a restart."""

    pruned: int = -1  # the hour up to which what is old was dropped
    silent_since: Millis = 0  # the rhythm of an author not heard since is forgotten
    forgotten: Millis = 0  # such rhythms of before then are dropped
    kept: dict[str, int] | None = None  # source type -> how many of it are in `recent`
    felt: tuple[int, int, int, int] | None = None  # see heat.feelings


class EntityState(_Unwritten, msgspec.Struct, array_like=True, dict=True):
    """Everything about one entity."""

    version: int
    closed: int
    name: str
    entity_type: str
    folded: int = 0  # counted mentions ever
    due: int = 0  # the poll that must evaluate it next; 0: none
    types: dict[str, TypeState] = {}
    texts: dict[int, Millis] = {}  # near-duplicate key -> when the counted one was known
    feelings: dict[int, Feeling] = {}  # by hour
    recent: list[Evidence] = []  # newest counted, ascending
    trades: list[Evidence] = []
    past: list[tuple[int, int]] = []  # hours of ended episodes
    episode: Episode | None = None
    last_alert: int = -1  # tick
    habit: float = 0.0
    habit_tick: int = 0
    told_heat: float = 0.0  # the last heat that was published
    catalogue_version: int = 0
    past_peak: int = -1  # tick of the last ended episode's peak: heat goes on fading from it
    said: list[Saying] = []  # newest counted texts, ascending
    prints: bytes = b""  # fingerprints of texts and the minute each counted, see near
    alerts: list[int] = []  # ticks of the openings of the last weeks
    left_out: dict[int, dict[str, int]] = {}  # hour -> verdict -> mentions not counted
    passed_over: dict[int, Millis] = {}  # near-duplicate key -> when one not counted was known


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(EntityState).decode


def forget_rhythms(state: EntityState) -> None:
    """Drop the rhythms that no judgement looks at any more."""
    oldest = state.silent_since
    if state.forgotten == oldest:
        return
    state.forgotten = oldest
    for kind in state.types.values():
        rhythm = kind.rhythm
        for author in [author for author, (last, _) in rhythm.items() if last < oldest]:
            del rhythm[author]


def pack(state: EntityState) -> bytes:
    forget_rhythms(state)  # because since when they are is in no row
    return _encode(state)


def unpack(row: bytes) -> EntityState:
    """The state in a row. A row of a version this code does not know is our own corruption."""
    state = _decode(row)
    if state.version != STATE_VERSION:
        raise ValueError(f"state version {state.version}, this code reads {STATE_VERSION}")
    return state
