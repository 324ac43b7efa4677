"""How strongly, and which way, does a short text feel? A linear model of words and their valences.

The weights are learned by `python -m tests.bench.quality.train_affect`, which says from what.
"""

import re
from collections.abc import Sequence
from functools import cache
from math import sqrt
from operator import mul
from pathlib import Path
from typing import NamedTuple

import msgspec

from streams.core.adding import added
from streams.core.valence import plain_words, valences

LONGEST_TEXT = 2_000
"""Characters that are read: time grows with the text, its feeling does not."""

WEIGHTS = Path(__file__).with_name("affect_weights.json")
STRONGEST = 4.0  # people rated from -4 to 4
_EXCLAMATION = 0.29  # each, at most four
_ALPHA = 15.0  # as in VADER: a sum of 4 maps to 0.72
_LONG = 40  # words
_LOUD = re.compile("[A-Z]{2,}")
# Runs of marks. One by itself says nothing, unless it is an exclamation.
_MARKS = re.compile(r"[!-/:-@\[-`{-~]{2,}|!")
_MARK_BYTES = frozenset(b"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_UNMARKED = bytes(byte for byte in range(0x100) if byte not in _MARK_BYTES)
_AS_LOUD = bytes(ord("A") if byte in range(ord("A"), ord("Z") + 1) else 0 for byte in range(0x100))
_SOFT = 0.3  # rounds off the corner of |signed|


class Affect(NamedTuple):
    signed: float  # [-1, 1]
    intensity: float  # [0, 1], whichever way


class Weights(msgspec.Struct, frozen=True):
    """What was learned for each trait and each word: which way, and how much of it at all."""

    version: int
    provenance: str
    signed_traits: tuple[float, ...]
    strength_traits: tuple[float, ...]
    words: dict[str, tuple[float, float]]
    bend: tuple[float, float, float, float]  # intensity from: one, itself, |signed|, signed


NEUTRAL = Affect(0.0, 0.0)


def feel(text: str) -> Affect:
    """The feeling of a text; linear in its length, neutral where nothing says anything."""
    words, traits = read(text[:LONGEST_TEXT])
    if not words:
        return NEUTRAL
    learned = weights()
    signed = added(map(mul, learned.signed_traits, traits))
    strength = added(map(mul, learned.strength_traits, traits))
    for pair in map(learned.words.get, dict.fromkeys(words)):
        if pair is not None:
            signed += pair[0]
            strength += pair[1]
    one, itself, size, way = learned.bend
    intensity = one + itself * strength + size * softened(signed) + way * signed
    return Affect(
        max(-1.0, min(1.0, signed / STRONGEST)), max(0.0, min(1.0, intensity / STRONGEST))
    )


def read(text: str) -> tuple[list[str], list[float]]:
    """The words and runs of marks of a text, and its traits."""
    plain = plain_words(text)
    found = valences(text, plain)
    exclaimed = min(4, text.count("!"))
    return plain + _marks(text), [
        *_traits(found, exclaimed, len(plain)),
        exclaimed / 4,
        min(4, text.count("?")) / 4,
        _shouted(text),
        min(_LONG, len(plain)) / _LONG,
    ]


def _marks(text: str) -> list[str]:
    """The runs that the pattern finds; most texts are seen to have none before it looks."""
    marks = text.encode("ascii", "ignore").translate(None, _UNMARKED)
    return _MARKS.findall(text) if len(marks) > 1 or marks == b"!" else []


def softened(signed: float) -> float:
    """|signed| without its corner, 0 at 0."""
    return sqrt(signed * signed + _SOFT) - sqrt(_SOFT)


def _traits(found: Sequence[float], exclaimed: int, words: int) -> list[float]:
    if not found:
        return [0.0] * 13
    total = added(found)
    gained = (total + added(map(abs, found))) / 2
    lost = total - gained
    emphasis = _EXCLAMATION * exclaimed
    total += emphasis if total > 0 else -emphasis if total < 0 else 0.0
    compound = total / sqrt(total * total + _ALPHA)
    best, worst = max(0.0, max(found)), min(0.0, min(found))
    return [
        1.0,
        compound,
        abs(compound),
        compound * abs(compound),
        gained / sqrt(gained * gained + _ALPHA),
        lost / sqrt(lost * lost + _ALPHA),
        best / STRONGEST,
        worst / STRONGEST,
        max(best, -worst) / STRONGEST,
        total / STRONGEST,
        total / max(1, words),
        abs(total) / max(1, words),
        len(found) / max(1, words),
    ]


def _shouted(text: str) -> float:
    """Runs of capitals, at most three, in a text that is not all capitals."""
    if b"AA" not in text.encode("ascii", "replace").translate(_AS_LOUD):
        return 0.0
    if text.isupper():
        return 0.0
    return min(3, len(_LOUD.findall(text))) / 3


@cache
def weights() -> Weights:
    return msgspec.json.decode(WEIGHTS.read_bytes(), type=Weights)
