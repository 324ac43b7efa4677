"""Whether a source that fails is left alone: closed, open for a while, or tried by one probe.

Pure, and of our own: the breakers that libraries offer (purgatory is the one that shares its state
in Redis) read the clock themselves, count failures in a row only, and would be a second state
beside the one that holds pace and budget, which must change together with it.
"""

from typing import Final, Literal

import msgspec

from schemas.clock import MINUTE_MS, Millis

Phase = Literal["closed", "open", "half-open"]

IN_A_ROW: Final = 5
RECENT: Final = 20  # outcomes that the share is taken of
FEWEST: Final = 10  # below this a share means nothing
SHARE: Final = 0.5
OPEN_MS: Final = MINUTE_MS
LONGEST_MS: Final = 30 * MINUTE_MS


class Breaker(msgspec.Struct, frozen=True):
    """`recent` holds one letter per outcome, f or d, newest last."""

    in_a_row: int = 0
    recent: str = ""
    open_until: Millis = 0  # zero: closed
    openings: int = 0  # since it was last closed by a probe
    probe: str = ""
    probe_until: Millis = 0


def phase_of(breaker: Breaker, now: Millis) -> Phase:
    if not breaker.open_until:
        return "closed"
    return "open" if now < breaker.open_until else "half-open"


def closed_to(breaker: Breaker, now: Millis) -> Millis | None:
    """The moment until which nobody may ask; None when somebody may."""
    match phase_of(breaker, now):
        case "open":
            return breaker.open_until
        case "half-open" if breaker.probe and now < breaker.probe_until:
            return breaker.probe_until
        case _:
            return None


def admitted(breaker: Breaker, id_: str, expires: Millis, now: Millis) -> Breaker:
    """After the call `id_` was let through: in half-open it is the probe."""
    if phase_of(breaker, now) == "closed":
        return breaker
    return msgspec.structs.replace(breaker, probe=id_, probe_until=expires)


def withdrawn(breaker: Breaker, id_: str) -> Breaker:
    """The call `id_` was never made."""
    if breaker.probe != id_:
        return breaker
    return msgspec.structs.replace(breaker, probe="", probe_until=0)


def succeeded(breaker: Breaker, id_: str) -> Breaker:
    """The source answered. While it is not closed only the probe's word counts."""
    if breaker.open_until and breaker.probe != id_:
        return breaker
    if breaker.open_until:
        return Breaker()
    return Breaker(0, _with(breaker.recent, "d"), openings=breaker.openings)


def failed(breaker: Breaker, id_: str, now: Millis) -> Breaker:
    """The source did not answer well."""
    if breaker.open_until:
        return _opened(breaker, now) if breaker.probe == id_ else breaker
    recent = _with(breaker.recent, "f")
    counted = Breaker(breaker.in_a_row + 1, recent, openings=breaker.openings)
    bad_share = len(recent) >= FEWEST and recent.count("f") >= SHARE * len(recent)
    return _opened(counted, now) if counted.in_a_row >= IN_A_ROW or bad_share else counted


def merged(ours: Breaker, theirs: Breaker) -> Breaker:
    """Two views of one truth: the one that is more careful."""
    return max(ours, theirs, key=lambda b: (b.open_until, b.in_a_row, b.recent.count("f")))


def _opened(breaker: Breaker, now: Millis) -> Breaker:
    """Twice as long each time."""
    length = min(LONGEST_MS, OPEN_MS * 2**breaker.openings)
    return Breaker(breaker.in_a_row, "", now + length, min(breaker.openings + 1, 10))


def _with(recent: str, outcome: str) -> str:
    return (recent + outcome)[-RECENT:]
