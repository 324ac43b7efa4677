"""Fingerprints of texts: two that say nearly the same in the same words differ in few bits.

Each of 63 bits is the lowest one of a MinHash slot, so that texts whose word sets overlap by J
differ in about 63 (1 - J) / 2 bits: one word in twelve changed makes five, another headline on the
same event twenty, an unrelated one thirty-two. Never compare fingerprints of two versions of the
library: a replay makes its own.
"""

import re
import struct
from functools import cache
from typing import Final

import numpy as np
from rensa import RMinHash

from streams.core.cut import letters_of
from streams.core.fold import fold

BITS: Final = 63  # what fits a signed 64-bit number on the wire
FEWEST_WORDS: Final = 6  # below it one changed word is half the message
KEPT: Final = 256  # of one entity
LONGEST_TEXT: Final = 400  # characters; what comes after says little new
_SEED: Final = 42
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_UNPACKED = struct.Struct(f"<{BITS}I")
_ENTRY = struct.Struct("<QQ")
_YES: Final = b"\x01"
_WORDS: Final = np.dtype("<u8")
_FEW: Final = 12  # up to here a plain loop is quicker than an array
_LOWEST_BIT = bytes(ord("01"[n & 1]) for n in range(256))


def plain_words(text: str) -> list[str]:
    """The words of a text, each once, in order; links and numbers left out."""
    return sorted(_words(fold(text[:LONGEST_TEXT])))


def _words(folded: str) -> set[str]:
    if "://" in folded or "www." in folded:
        folded = _LINK.sub(" ", folded)
    return {word for word in letters_of(folded) if len(word) > 1}


def near_key(text: str) -> int:
    """The fingerprint of a text; 0 when it has too few words for one."""
    return folded_key(fold(text[:LONGEST_TEXT]))


def folded_key(folded: str) -> int:
    """The same of a text that is folded already; in what order its words come is all one."""
    words = _words(folded[:LONGEST_TEXT])
    if len(words) < FEWEST_WORDS:
        return 0
    sketch = RMinHash(BITS, _SEED)
    sketch.update(words)
    return int(_UNPACKED.pack(*sketch.digest())[::4].translate(_LOWEST_BIT), 2)


def distance(one: int, other: int) -> int:
    """How many bits two fingerprints differ in."""
    return (one ^ other).bit_count()


def find(prints: bytes, key: int, bits: int, oldest: int) -> int:
    """The minute of the first text within `bits` that is not older than `oldest`; -1 if none."""
    if len(prints) <= _FEW * _ENTRY.size:
        for other, minute in _ENTRY.iter_unpack(prints):
            if minute >= oldest and (other ^ key).bit_count() <= bits:
                return int(minute)
        return -1
    bits_apart = np.bitwise_count(np.frombuffer(prints, _WORDS) ^ key).tobytes()[::2]
    near = bits_apart.translate(_within(bits))
    place = near.find(_YES)
    while place >= 0:
        minute = int(_ENTRY.unpack_from(prints, place * _ENTRY.size)[1])
        if minute >= oldest:
            return minute
        place = near.find(_YES, place + 1)
    return -1


@cache
def _within(bits: int) -> bytes:
    """A table that turns so few bits apart into a yes; quicker than to compare an array."""
    return bytes(apart <= bits for apart in range(256))


def add(prints: bytes, key: int, minute: int) -> bytes:
    """With one more; of too many the newest stay."""
    return prints[-(KEPT - 1) * _ENTRY.size :] + _ENTRY.pack(key, minute)


def prune(prints: bytes, oldest: int) -> bytes:
    """Without those of minutes before `oldest`."""
    if not prints or _ENTRY.unpack_from(prints)[1] >= oldest:
        return prints
    entries = _ENTRY.iter_unpack(prints)
    return b"".join(_ENTRY.pack(*entry) for entry in entries if entry[1] >= oldest)
