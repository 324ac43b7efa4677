"""A reason of the computation as one plain sentence. Pure."""

from collections.abc import Callable
from typing import Final

from schemas.records import Reason

SIGMA: Final = "\N{GREEK SMALL LETTER SIGMA}"
TYPE_WORDS: Final = {
    "social": "Social",
    "search": "Search interest",
    "short-video": "Short video",
    "video": "Video",
    "reference": "Wikipedia",
    "news": "News",
    "charts": "Charts",
    "trade": "Trade press",
}


def type_words(source_type: str | None) -> str:
    """What a source type is called in a sentence."""
    if source_type is None:
        return "All sources"
    return TYPE_WORDS.get(source_type, source_type.replace("-", " ").capitalize())


def number(value: float) -> str:
    """`42`, `6.5` or `0.07`: no more digits than a reader can use."""
    if value != value or value in (float("inf"), float("-inf")):
        return "unknown"
    if abs(value) >= 10 or value == round(value):
        return f"{round(value):,}".replace(",", "\u202f")
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.2g}"


def counted(value: float, one: str, many: str) -> str:
    return f"{number(value)} {one if value == 1 else many}"


def _hours(reason: Reason) -> str:
    hours = reason.window_hours
    if 0 < hours < 1:
        return f"{round(hours * 60)} min"
    if hours >= 48 and hours % 24 == 0:
        return f"{number(hours / 24)} d"
    return f"{number(hours)} h"


def _within(reason: Reason) -> str:
    return f" in {_hours(reason)}" if reason.window_hours > 0 else ""


def _velocity(reason: Reason) -> str:
    sigma = "" if reason.sigma is None else f" {reason.sigma:.1f} {SIGMA}"
    usual = "" if reason.usual is None else f", usual {number(reason.usual)}"
    heard = counted(reason.observed, "mention", "mentions")
    return f"{type_words(reason.source_type)}{sigma}: {heard}{_within(reason)}{usual}"


def _spread(reason: Reason) -> str:
    if reason.source_type is not None:
        heard = counted(reason.observed, "independent mention", "independent mentions")
        return f"Spread to {type_words(reason.source_type).lower()}: {heard}{_within(reason)}"
    if reason.observed != round(reason.observed):
        return f"Spread {reason.observed:.2f} of 1{_within(reason)}"
    heard = counted(reason.observed, "type", "independent types")
    return f"Seen in {heard} of source{_within(reason)}"


def _affect(reason: Reason) -> str:
    strength = abs(reason.observed)
    words = "strong" if strength >= 0.6 else "clear" if strength >= 0.3 else "mild"
    return f"{words.capitalize()} feeling: {strength:.2f} of 1{_within(reason)}"


def _trade(reason: Reason) -> str:
    heard = counted(reason.observed, "item", "items")
    return f"Trade press has it: {heard}{_within(reason)}"


def _story(reason: Reason) -> str:
    share = reason.observed
    if 0 <= share <= 1:
        return f"{share:.0%} of the evidence tells one story"
    return f"One story in {counted(share, 'mention', 'mentions')}{_within(reason)}"


def _shared(reason: Reason) -> str:
    share = f"{reason.observed:.0%} of the evidence"
    return f"{share} of {reason.name or 'both'} is that of the story"


def _wording(reason: Reason) -> str:
    return f"{reason.name or 'Both'} in the words of the story: {reason.observed:.0%} alike"


def _baseline(reason: Reason) -> str:
    usual = "" if reason.usual is None else f" (usual {number(reason.usual)})"
    whose = type_words(reason.source_type)
    return f"{whose}: too little history of its own, measured against its category{usual}"


def _suppressed(reason: Reason) -> str:
    why = "" if reason.source_type is None else f" ({type_words(reason.source_type).lower()})"
    return f"Held back{why}: {number(reason.observed)} where {number(reason.usual or 0)} is needed"


_SENTENCES: Final[dict[str, Callable[[Reason], str]]] = {
    "velocity": _velocity,
    "spread": _spread,
    "affect": _affect,
    "trade": _trade,
    "story": _story,
    "shared": _shared,
    "wording": _wording,
    "baseline": _baseline,
    "suppressed": _suppressed,
}


def sentence(reason: Reason) -> str:
    """One sentence without a full stop; an unknown clause is told by its numbers."""
    tell = _SENTENCES.get(reason.clause)
    if tell is not None:
        return tell(reason)
    name = reason.clause.replace("-", " ").capitalize() or "Reason"
    return f"{name}: {number(reason.observed)}{_within(reason)}"
