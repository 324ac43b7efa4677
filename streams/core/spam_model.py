"""A learned correction of the spam rules for one source: hashed words and pairs of words.

What one source's spam looks like does not carry over to another, so a model names its source and is
used nowhere else. It is a table of whole numbers: equal on every machine, versioned by its digest.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from math import fsum, sqrt
from typing import Final, NamedTuple
from zlib import crc32

import msgspec

from schemas.errors import SettingsError
from streams.core.adding import tally
from streams.core.exact import logistic
from streams.core.fold import fold
from streams.core.spam import (
    BIAS,
    LONGEST_TEXT,
    Spam,
    bias_of,
    judged_text,
    log_odds,
    signs_of,
    spam_of,
)

FORMAT: Final = 1
SLOTS: Final = 1 << 16
PAIRING: Final = 40_503  # spreads pairs over the slots; odd
SCALE: Final = 1_000  # weights are kept in thousandths
EPOCHS: Final = 6
PRIME: Final = 65_521  # mixes the order of the steps anew in each epoch
RATE: Final = 0.3
BIAS_RATE: Final = 0.05
TOLD: Final = 3  # of the words that weighed most
TELLING: Final = SCALE // 2
_TOKEN = re.compile(r"https?\S+|\w+|[^\w\s]")


class SpamModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Weights of one source, in thousandths; a slot that is not there weighs nothing."""

    format: int
    source: str
    version: str  # digest of everything else
    examples: int
    spam_examples: int
    bias: int
    weights: dict[int, int]


class Marks(NamedTuple):
    """What is looked at: the words, the pairs of them, the length; each once."""

    words: list[str]
    places: dict[int, int]  # slot -> place: of a word, of a pair after all words, then the length

    def named(self, place: int) -> str:
        """The words behind a place; "" for the length."""
        count = len(self.words)
        if place < count:
            return self.words[place]
        pair = self.words[place - count : place - count + 2]
        return " ".join(pair) if len(pair) == 2 else ""


def marks_of(text: str) -> Marks:
    read = fold(text[:LONGEST_TEXT])
    words = [_normal(token) for token in _TOKEN.findall(read)]
    slots = [slot_of(word) for word in words]
    slots += [(a * PAIRING + b) % SLOTS for a, b in pairwise(slots)]
    slots.append(slot_of(f"length:{min(6, len(read) // 50)}"))
    places: dict[int, int] = {}
    for place, slot in enumerate(slots):
        places.setdefault(slot, place)
    return Marks(words, places)


def _normal(token: str) -> str:
    if token.startswith("http"):
        return "<link>"
    return "<number>" if len(token) > 3 and token.isdigit() else token


@lru_cache(maxsize=65_536)
def slot_of(word: str) -> int:
    return crc32(word.encode(errors="surrogatepass")) % SLOTS


def score(text: str, model: SpamModel, bias: float = BIAS) -> Spam:
    """The rules' score, corrected by what this source's examples taught.

    The reasons are the signs and, in quotes, the words that weighed most towards spam.
    """
    signs, marks, weights = signs_of(text), marks_of(text), model.weights
    parts = [weights.get(slot, 0) for slot in marks.places]
    learned = (model.bias + tally(parts) / sqrt(len(parts))) / SCALE
    heavy = sorted(
        (-part, place) for part, place in zip(parts, marks.places.values(), strict=True)
        if part > TELLING
    )
    words = dict.fromkeys(marks.named(place) for _, place in heavy)
    told = [f"\u201c{word}\u201d" for word in words if word][:TOLD]
    rules = log_odds(signs, bias)
    return Spam(_logistic(rules + learned), (*(reason for _, reason in signs), *told))


def spam_by(model: SpamModel | None, title: str, text: str, kind: str) -> Spam:
    """The score of what a source said, by its model or, without one, by the rules."""
    if model is None:
        return spam_of(title, text, kind)
    return score(judged_text(title, text, kind), model, bias_of(kind))


def train(source: str, labelled: Sequence[tuple[str, bool]]) -> SpamModel:
    """Fit by stochastic steps whose order follows from the texts: same examples, same model.

    Raises SettingsError when one of the two kinds is missing.
    """
    kinds = {spam for _, spam in labelled}
    if len(kinds) < 2:
        raise SettingsError("a model needs examples of spam and of good posts; one is missing")
    rows = sorted(map(_row, labelled))
    weights, steps, bias = [0.0] * SLOTS, [1e-6] * SLOTS, 0.0
    for epoch in range(EPOCHS):
        for _, slots, spam, rules in sorted(rows, key=lambda row: row[0] * (2 * epoch + 1) % PRIME):
            scale = 1.0 / sqrt(len(slots))
            miss = _logistic(rules + bias + scale * fsum(weights[s] for s in slots)) - spam
            bias -= BIAS_RATE * miss
            for slot in slots:
                steps[slot] += miss * scale * (miss * scale)
                weights[slot] -= RATE * miss * scale / sqrt(steps[slot])
    kept = {slot: whole for slot, weight in enumerate(weights) if (whole := round(weight * SCALE))}
    return seal(source, len(rows), tally(spam for _, _, spam, _ in rows), round(bias * SCALE), kept)


def _row(labelled: tuple[str, bool]) -> tuple[int, tuple[int, ...], bool, float]:
    """A place in the order of steps, the slots, the label, and what the rules say already."""
    text, spam = labelled
    slots = tuple(marks_of(text).places)
    rules = log_odds(signs_of(text), BIAS)
    return crc32(text.encode(errors="surrogatepass")), slots, spam, rules


def seal(
    source: str, examples: int, spam_examples: int, bias: int, weights: dict[int, int]
) -> SpamModel:
    bare = SpamModel(format=FORMAT, source=source, version="", examples=examples,
                     spam_examples=spam_examples, bias=bias, weights=weights)
    return msgspec.structs.replace(bare, version=_digest(bare))


def _digest(model: SpamModel) -> str:
    bare = msgspec.structs.replace(model, version="", weights=dict(sorted(model.weights.items())))
    return blake2b(msgspec.json.encode(bare), digest_size=6).hexdigest()


def pack(model: SpamModel) -> bytes:
    return msgspec.json.encode(model) + b"\n"


def unpack(file: bytes, name: str) -> SpamModel:
    """The model in a file. Raises SettingsError when it is none, or was changed."""
    try:
        model = msgspec.json.decode(file, type=SpamModel)
    except (msgspec.DecodeError, UnicodeDecodeError) as refusal:
        raise SettingsError(f"{name} holds no spam model: {refusal}") from None
    if model.format != FORMAT:
        raise SettingsError(f"{name} has format {model.format}; this code reads {FORMAT}")
    if model.version != _digest(model):
        raise SettingsError(f"{name} is not the model {model.version} that it says it is")
    return model


def _logistic(total: float) -> float:
    return logistic(max(-30.0, min(30.0, total)))
