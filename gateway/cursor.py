"""Where in the feed a client begins, or why it cannot begin there. Pure."""

import re

from gateway.ring import Ring
from gateway.subscription import RefusedError
from schemas.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Millis, parse_time

AGE = re.compile(r"(\d{1,6})(s|m|h|d)")
_UNITS = {"s": SECOND_MS, "m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS}


def begin(ring: Ring, cursor: str | None) -> int:
    """The seq after which events are told. Raises RefusedError for one that cannot be served."""
    if cursor is None or cursor == "latest":
        return ring.tip
    if cursor == "earliest":
        return ring.floor
    seq = int(cursor)
    if seq < ring.floor:
        raise RefusedError(
            "CursorTooOld",
            f"cursor {seq} is older than what is kept: begin at {ring.floor}, or take a snapshot; "
            "older events are in the topics heat and alerts and in the archive",
            floor_seq=ring.floor,
            tip_seq=ring.tip,
        )
    if seq > ring.tip:
        raise RefusedError(
            "CursorUnknown",
            f"cursor {seq} is beyond the newest event, {ring.tip}: it is from another feed",
            floor_seq=ring.floor,
            tip_seq=ring.tip,
        )
    return seq


def parse_since(text: str, newest: Millis, name: str = "since") -> Millis:
    """A time, or an age counted back from the newest event: the deployment's clock, not ours."""
    age = AGE.fullmatch(text)
    if age:
        return newest - int(age[1]) * _UNITS[age[2]]
    try:
        return parse_time(text)
    except ValueError as error:
        raise RefusedError(
            "BadParameter",
            f"parameter {name!r}: {text!r} is neither an age such as 2h "
            f"nor an ISO time with a zone ({error})",
        ) from None


def begin_since(ring: Ring, since: str) -> int:
    """The seq after which the events of a time come. Raises RefusedError when some are gone."""
    moment = parse_since(since, ring.newest_time() or 0)
    seq = ring.seq_before_time(moment)
    # An offset below zero is before everything: then nothing can be missing.
    if seq == ring.floor >= 0:
        raise RefusedError(
            "CursorTooOld",
            f"since {since}: events of that time may be gone; begin at {ring.floor} or later",
            floor_seq=ring.floor,
            tip_seq=ring.tip,
        )
    return seq
