"""What the headers of an answer say is left: how many requests, for how many seconds."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Final

from schemas.clock import SECOND_MS, Millis, millis

REMAINING: Final = ("x-ratelimit-remaining", "x-rate-limit-remaining", "ratelimit-remaining")
RESET: Final = ("x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset")
EPOCH_S: Final = 1_000_000_000  # a number of seconds this large is a moment
# RateLimit: "default";r=50;t=30, and the older  RateLimit: limit=100, remaining=50, reset=30
JOINT: Final = re.compile(r"(?:^|[\s,;])(r|remaining|t|reset)\s*=\s*([0-9.]+)")
MEANS: Final = {"r": "remaining", "remaining": "remaining", "t": "reset", "reset": "reset"}


def told_by(headers: Mapping[str, str], now: Millis) -> dict[str, float]:
    """`remaining` requests and `reset` in seconds; empty when nothing is told of the first."""
    known = {name.lower(): text for name, text in headers.items()}
    told: dict[str, float] = {}
    now = _moment(known.get("date"), now)
    for name, text in JOINT.findall(known.get("ratelimit", "").lower()):
        _note(told, MEANS[name], text, now)
    for meaning, names in (("remaining", REMAINING), ("reset", RESET)):
        for name in names:
            _note(told, meaning, known.get(name, ""), now)
    return told if "remaining" in told else {}


def _moment(date: str | None, now: Millis) -> Millis:
    """The source's own clock, by which it names a moment; ours when it does not tell."""
    try:
        return millis(parsedate_to_datetime(date)) if date else now
    except (ValueError, TypeError, OverflowError):
        return now


def _note(told: dict[str, float], meaning: str, text: str, now: Millis) -> None:
    """Of several that say the same thing the more careful counts."""
    try:
        number = float(text.split(",")[0])
    except ValueError:
        return
    if not isfinite(number):
        return
    number = max(0.0, number)
    if meaning == "reset" and number >= EPOCH_S:
        moment = number * SECOND_MS if number < EPOCH_S * SECOND_MS else number
        number = max(0.0, (moment - now) / SECOND_MS)
    choose = min if meaning == "remaining" else max
    told[meaning] = choose(told.get(meaning, number), number)
