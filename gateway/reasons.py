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


def _tenth(amount: float) -> str:
    """Never a minus before nothing."""
    return f"{round(amount, 1) + 0.0:.1f}"


def _within(reason: Reason) -> str:
    return f" in {_hours(reason)}" if reason.window_hours > 0 else ""


def _velocity(reason: Reason) -> str:
    # It is measured from a usual day's high hours: below them it says no more than the counts do.
    rises = reason.sigma is not None and reason.sigma >= 0.05
    sigma = f" {reason.sigma:.1f} {SIGMA}" if rises else ""
    usual = "" if reason.usual is None else f", usual {number(reason.usual)}"
    heard = counted(reason.observed, "mention", "mentions")
    return f"{type_words(reason.source_type)}{sigma}: {heard}{_within(reason)}{usual}"


def _level(reason: Reason) -> str:
    sigma = "" if reason.sigma is None else f" {reason.sigma:.1f} {SIGMA}"
    usual = ", too little history of its own" if reason.usual is None else (
        f", usual {number(reason.usual)}")
    return f"{type_words(reason.source_type)}{sigma}: at {number(reason.observed)}{usual}"


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
    first = f", {reason.name} first" if reason.name else ""
    return f"Trade press has it: {heard}{_within(reason)}{first}"


def _story(reason: Reason) -> str:
    share = reason.observed
    if 0 <= share <= 1:
        texts = "" if reason.usual is None else f": {counted(reason.usual, 'text', 'texts')}"
        return f"{share:.0%} of the evidence tells one story{texts}"
    return f"One story in {counted(share, 'mention', 'mentions')}{_within(reason)}"


def _shared(reason: Reason) -> str:
    share = f"{reason.observed:.0%} of the evidence"
    return f"{share} of {reason.name or 'both'} is that of the story"


def _wording(reason: Reason) -> str:
    return f"{reason.name or 'Both'} in the words of the story: {reason.observed:.0%} alike"


def _baseline(reason: Reason) -> str:
    usual = "" if reason.usual is None else f" (usual {number(reason.usual)})"
    whose = type_words(reason.source_type)
    if reason.name == "scaled":
        return f"{whose}: scaled for hours in which the source was away{usual}"
    return (f"{whose}: too little history of its own, measured against what is assumed of a new"
            f" name{usual}")


def _gate(reason: Reason) -> str:
    reached = "unknown" if reason.sigma is None else _tenth(reason.sigma)
    needed = "" if reason.bar is None else f", {reason.bar:.1f} is the bar"
    heard = counted(reason.observed, "mention", "mentions")
    return f"Score {reached}{needed}: {heard}{_within(reason)}"


def _habit(reason: Reason) -> str:
    raised = "" if reason.bar is None else f": the bar is {reason.bar:.1f} higher"
    if not reason.observed:
        return f"Earlier alerts{raised}"
    heard = counted(reason.observed, "earlier alert", "earlier alerts")
    return f"{heard}{_within(reason)}{raised}"


def _scheduled(reason: Reason) -> str:
    return f"Expected: {reason.name or 'a scheduled event'}"


def _silent(reason: Reason) -> str:
    return "Measured, never told: it is a place, a publisher or a platform, or was silenced"


def _left_out(reason: Reason) -> str:
    heard = counted(reason.observed, "mention", "mentions")
    return f"{heard}{_within(reason)} not counted: {reason.name or 'not independent'}"


def _suppressed(reason: Reason) -> str:
    why = "" if reason.source_type is None else f" ({type_words(reason.source_type).lower()})"
    return f"Held back{why}: {number(reason.observed)} where {number(reason.usual or 0)} is needed"


_SENTENCES: Final[dict[str, Callable[[Reason], str]]] = {
    "velocity": _velocity,
    "level": _level,
    "spread": _spread,
    "affect": _affect,
    "trade": _trade,
    "story": _story,
    "shared": _shared,
    "wording": _wording,
    "baseline": _baseline,
    "gate": _gate,
    "habit": _habit,
    "scheduled": _scheduled,
    "silent": _silent,
    "left-out": _left_out,
    "suppressed": _suppressed,
}


def sentence(reason: Reason) -> str:
    """One sentence without a full stop; an unknown clause is told by its numbers."""
    tell = _SENTENCES.get(reason.clause)
    if tell is not None:
        return tell(reason)
    name = reason.clause.replace("-", " ").capitalize() or "Reason"
    return f"{name}: {number(reason.observed)}{_within(reason)}"
