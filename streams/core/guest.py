"""A forecast model that somebody else wrote: what it is told, what it must answer, and the proof.

It may be as heavy as it likes, embeddings or graphs over time; it is told all it needs and has no
clock. What it learned is text, so that it travels in the record of its training like any table.
"""

from collections.abc import Mapping, Sequence, Set
from math import isfinite
from numbers import Real
from typing import NamedTuple, Protocol, TypeGuard

from schemas.clock import Millis
from streams.core.forecast import Band
from streams.core.risers import HORIZONS, MOST


class Hours(NamedTuple):
    """Heat of each entity at the end of every hour up to `at`, oldest first; 0 when it is cold."""

    at: Millis
    heats: Mapping[str, Sequence[float]]  # all of one length, and at least 25 hours


class Ahead(NamedTuple):
    """What is foretold of one entity, by hours ahead."""

    bands: Mapping[int, Band]
    chances: Mapping[int, float]  # to be on the list; an hour that is left out is not told


class Guest(Protocol):
    """What an installed model is: equal input, equal answer. Anything it raises is a refusal."""

    def fit(self, past: Hours) -> str:
        """Everything that was learned, as text."""

    def foretell(self, learned: str, now: Hours) -> Mapping[str, Ahead]:
        """Of every entity in `now`, with a band for each of `risers.HORIZONS`."""


def nonsense(answer: object, names: Set[str]) -> str | None:
    """What keeps an answer from being told, if anything does."""
    if not isinstance(answer, Mapping):
        return f"it answered with {type(answer).__name__}, not with a mapping"
    missing = sorted(names - answer.keys())
    if missing:
        return f"it said nothing of {missing[0]}" + _more(missing)
    for name in sorted(names):
        wrong = _flaw(answer[name])
        if wrong:
            return f"{name}: {wrong}"
    return None


def _more(missing: Sequence[str]) -> str:
    return f" and {len(missing) - 1} more" if len(missing) > 1 else ""


def _flaw(ahead: object) -> str | None:
    if not (isinstance(ahead, tuple) and len(ahead) == len(Ahead._fields)
            and all(isinstance(part, Mapping) for part in ahead)):
        return "bands and chances are expected"
    bands, chances = ahead
    for hours in HORIZONS:
        wrong = _band_flaw(bands.get(hours))
        if wrong:
            return f"{wrong} for {hours} h"
    for hours, chance in chances.items():
        if not (_number(chance) and 0.0 <= chance <= 1.0):
            return f"{chance!r} is no chance, for {hours} h"
    return None


def _band_flaw(band: object) -> str | None:
    if band is None:
        return "there is no band"
    if not (isinstance(band, tuple) and len(band) == len(Band._fields) and all(map(_number, band))):
        return f"{band!r} is no band of three numbers"
    if list(band) != sorted(band):
        return f"the quantiles {band!r} are not in order"
    if not 0.0 <= band[0] <= band[-1] <= MOST:
        return f"{band!r} is not within what heat can be, 0 to {MOST}"
    return None


def plain(ahead: Ahead) -> Ahead:
    """The same in our own bands and numbers, whatever library's it came in. After `nonsense`."""
    return Ahead(
        {hours: Band(*map(float, ahead[0][hours])) for hours in HORIZONS},
        {hours: float(chance) for hours, chance in ahead[1].items()},
    )


def _number(value: object) -> TypeGuard[float]:
    return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)
