"""How likely an alert is to hold on its back-check; None where there is no basis for a figure.

A logistic curve over a few features of the opening, fitted on replays. It speaks only within the
range that it was fitted on; the table carries how often alerts held that were said to. Far out the
curve says more than was ever seen, so what is said stays between `floor` and `ceiling`: how often
the least and the most likely of the held-out alerts held, with four imagined ones (two of each
kind) beside each part, so that a few alerts that all held are no certainty.
"""

from functools import cache
from importlib.resources import files
from math import fsum
from operator import mul
from typing import Final, NamedTuple

import msgspec

from streams.core.exact import log, logistic

MOST_INEXPERIENCE: Final = 0.5  # beyond it, baselines are more imagined than seen
SIGNS: Final = ("excess", "cohesion", "authors", "mentions")


class Features(NamedTuple):
    """What is known of an alert at the moment it opens; nothing that is known only later."""

    excess: float  # gating statistic over its bar
    types: int  # source types with evidence in the last 12 h
    authors: int  # distinct authors and owners of the last 24 h, all types
    mentions: int  # counted in the last 12 h
    cohesion: float | None  # share of the evidence in its largest story; None: not known
    habit: float  # how much earlier alerts raised the bar
    inexperience: float  # [0, 1]: imagined share of the baselines
    hour: int  # of the day, UTC


class Bin(msgspec.Struct, frozen=True):
    """A line of the reliability table, of alerts that the curve was not fitted on."""

    alerts: int
    said: float  # mean chance
    held: float  # share that held


class Curve(msgspec.Struct, frozen=True):
    """The fitted weights, a constant last, and where they may be used."""

    name: str
    signs: tuple[str, ...]
    weights: tuple[float, ...]
    least: tuple[float, ...]
    most: tuple[float, ...]
    reliability: tuple[Bin, ...]
    basis: str  # what it was fitted on
    floor: float = 0.0  # nothing below and nothing above is said: as the reliability table bears
    ceiling: float = 1.0


@cache
def packaged() -> Curve | None:
    """The curve that was shipped with the code; None when there is none."""
    file = files("streams.core").joinpath("weights", "confidence.json")
    return msgspec.json.decode(file.read_bytes(), type=Curve) if file.is_file() else None


def of(features: Features) -> float | None:
    """Calibrated chance, in [0, 1], that an alert with these features holds at its back-check."""
    curve = packaged()
    return None if curve is None else by(curve, features)


def by(curve: Curve, features: Features) -> float | None:
    """By one curve: None outside of the range that it was fitted on, or without experience."""
    signs = signs_of(features)
    if signs is None or features.inexperience > MOST_INEXPERIENCE:
        return None
    if any(not low <= sign <= high
           for sign, low, high in zip(signs, curve.least, curve.most, strict=True)):
        return None
    chance = logistic(fsum(map(mul, (*signs, 1.0), curve.weights)))
    return min(max(chance, curve.floor), curve.ceiling)


def signs_of(features: Features) -> tuple[float, ...] | None:
    """In the order of SIGNS; None when one is not known."""
    if features.cohesion is None or features.authors < 1 or features.mentions < 1:
        return None
    return (
        min(max(features.excess, 0.0), 5.0), features.cohesion, log(features.authors),
        log(features.mentions),
    )
