"""What an explanation is made of: receipts, reasons, and the speed of each source type."""

import msgspec

from schemas.clock import Millis


class Receipt(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A piece of evidence a person can open."""

    mention_id: str
    source: str
    source_type: str
    outlet: str  # owner of the host, or channel
    title: str
    url: str | None  # null when the source has none
    event_time: Millis
    known_time: Millis


class Reason(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One clause of an explanation, with its numbers and what it rests on."""

    clause: str  # velocity | level | spread | affect | trade | story | gate | habit | and so on
    source_type: str | None = None  # of velocity and trade clauses
    observed: float  # a count, or for affect the value itself
    usual: float | None = None  # mean of the baseline's windows
    sigma: float | None = None  # distance from usual, in standard deviations
    bar: float | None = None  # what had to be reached
    name: str | None = None  # whose clause it is, such as the scheduled event's
    window_hours: float
    mention_ids: tuple[str, ...] = ()  # what the clause rests on; not all of it


class TypeVelocity(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How fast one source type mentions one entity."""

    source_type: str
    mentions: int  # counted mentions in the last 12 h; a level that rose is one
    authors: int  # distinct authors or owners among them
    usual: float  # mean of the baseline's 12 h windows
    z: float  # the literal z: 12 h against the trailing 7 d, uncapped
    fast_z: float  # 30 min against 14 d
    slow_z: float  # 12 h against 14 d
    score: float  # detection score of this type
    baseline: str  # observed | prior | scaled: less a pause of all its sources | level: an amount's
    coverage: float = 1.0  # [0, 1]: share of the last 12 h in which a source of it was present


class Advanced(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Seven dimensions of attention, each in [0, 1], and their weighted sum."""

    velocity: float  # how far above its usual: 1 - exp(-detection score / 3)
    acceleration: float  # the last three hours against the three before them
    spread: float  # as in heat
    affect: float  # as in heat
    novelty: float  # share of the mentions that is beyond the usual
    breadth: float  # distinct voices per mention, believed as mentions come in
    persistence: float  # share of the last twelve hours in which anything was said
    total: float  # [0, 100]
