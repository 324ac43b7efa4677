"""A text as bytes in which every letter tells whether its word begins or ends with it.

A name that is written so can be found in a text that is written so only where it stands whole:
the search never stops at the pieces of longer words.
"""

from typing import Final

from streams.core.fold import HIDDEN, LETTER, STAND_IN, SYMBOL, UNSPACED_LETTER, flat_table

# Letters, digits and the underscore have the high bit; what is no ASCII character is below blank.
JOINING: Final = 0x80
SYMBOL_CODE: Final = 0x01
HIDDEN_CODE: Final = 0x02
LETTER_CODE: Final = 0x03
UNSPACED_CODE: Final = 0x04
UNDERSCORE: Final = JOINING | ord("_")
_CODES: Final = {
    **{byte: byte | JOINING for byte in b"abcdefghijklmnopqrstuvwxyz0123456789_"},
    SYMBOL: SYMBOL_CODE, HIDDEN: HIDDEN_CODE,
    LETTER: LETTER_CODE, UNSPACED_LETTER: UNSPACED_CODE,
}
_TABLE: Final = flat_table(_CODES)
_FEW: Final = 20_000


def _joining(size: int) -> int:
    return int.from_bytes(bytes([JOINING]) * size, "little")


_JOINING_OF_FEW: Final = _joining(_FEW)


def coded(text: str) -> bytes:
    """One byte a character: folded ASCII, letters with the high bit, or the code of its kind."""
    return text.encode("latin-1", STAND_IN).translate(_TABLE)


def edged(codes: bytes) -> bytes:
    """Mark in every letter whether another one follows and whether one goes before.

    The bytes are taken as one number: a letter's high bit, moved by a byte, meets its neighbour's.
    """
    size = len(codes)
    number = int.from_bytes(codes, "little")
    few = size <= _FEW
    letters = number & (_JOINING_OF_FEW if few else _joining(size))
    followed = letters & (letters >> 8)
    # A followed letter loses its high bit; one that follows, a byte further on, changes its 0x20.
    return (number ^ followed ^ (followed << 6)).to_bytes(size, "little")
