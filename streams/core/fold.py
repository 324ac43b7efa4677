"""Folding: the form in which names and texts are compared, one character out for one in."""

import codecs
import re
import unicodedata
from typing import Final

# What Unicode does not decompose but a reader takes for the same letter or mark, by code point.
_ALIKE = {
    "'": (0x2018, 0x2019, 0x201A, 0x201B, 0x02BC, 0x02B9, 0x00B4, 0x2032, 0xFF07),
    '"': (0x201C, 0x201D, 0x201E, 0x201F, 0x00AB, 0x00BB, 0x2033),
    "-": (0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212),
    "o": (0x00D8, 0x00F8),
    "l": (0x0141, 0x0142),
    "d": (0x0110, 0x0111),
    "i": (0x0131,),
    "\u03c3": (0x03C2,),  # a final sigma is a sigma
    " ": (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029),  # controls part words like blanks
}
_STRAIGHT = {point: folded for folded, points in _ALIKE.items() for point in points}
_LAST_ALPHABET = 0x530  # Latin, Greek and Cyrillic lie below; kana and Hangul stay whole
FIRST_UNSPACED: Final = 0x2E80
"""CJK, kana, Hangul: a Latin name may stand right beside them."""

# Combining marks, soft hyphen, zero width, direction marks, variation selectors.
UNSEEN: Final = re.compile(
    "[\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff]"
)

# The bytes of `flat` that stand for characters which no ASCII character does; all above 0x7f.
SYMBOL: Final = 0xA6
HIDDEN: Final = 0xAD
LETTER: Final = 0xFE
UNSPACED_LETTER: Final = 0xAC


class _FoldTable(dict[int, str]):
    """Code point to folded character, filled as characters are met."""

    def __missing__(self, code_point: int) -> str:
        folded = self[code_point] = _fold_character(chr(code_point))
        return folded


class _FlatTable(dict[int, str]):
    """Code point to the character whose byte stands for it in a flat text."""

    def __missing__(self, code_point: int) -> str:
        flattened = self[code_point] = _flatten_character(chr(code_point))
        return flattened


class _AloneTable(dict[str, str]):
    """The same by character: most runs are one, and are found here without a translation."""

    def __missing__(self, character: str) -> str:
        flattened = self[character] = _FAR[ord(character)]
        return flattened


def _fold_character(character: str) -> str:
    parts = unicodedata.normalize("NFKD", character)
    # One letter and its accents are the letter; a ligature is several letters and stays.
    accented = ord(parts[0]) < _LAST_ALPHABET and all(map(unicodedata.combining, parts[1:]))
    lowered = (parts[0] if accented else character).lower()
    return _STRAIGHT.get(ord(lowered), lowered) if len(lowered) == 1 else character


def _flatten_character(character: str) -> str:
    folded = _TABLE[ord(character)]
    if folded.isascii() or ord(folded) == UNSPACED_LETTER:
        return folded  # the sign that lends its byte is read as what it stands for
    if UNSEEN.match(folded):
        return chr(HIDDEN)
    if not folded.isalnum():
        return chr(SYMBOL)
    return chr(LETTER if ord(folded) < FIRST_UNSPACED else UNSPACED_LETTER)


def _flatten_run(error: UnicodeError) -> tuple[str, int]:
    """Stand in for characters that Latin-1 does not know: the codec calls it once a run."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    end = error.end
    run = error.object[error.start : end]
    return (_ALONE[run] if len(run) == 1 else run.translate(_FAR)), end


_TABLE = _FoldTable(_STRAIGHT)
_FAR = _FlatTable()
_ALONE = _AloneTable()
_NEAR = bytes(ord(_flatten_character(chr(point))) for point in range(0x100))
STAND_IN: Final = "heat-fold"
codecs.register_error(STAND_IN, _flatten_run)


def flat(text: str) -> bytes:
    """One byte a character: its folded form where that is ASCII, else a mark of its kind.

    The codec reads the bulk of a text; Python sees only the runs beyond Latin-1.
    """
    return text.encode("latin-1", STAND_IN).translate(_NEAR)


def flat_table(codes: dict[int, int]) -> bytes:
    """The table of a `flat` whose bytes are replaced by other codes in the same pass."""
    return _NEAR.translate(bytes(codes.get(byte, byte) for byte in range(0x100)))


def fold(text: str) -> str:
    """Take case, accents, curly quotes and full width off; offsets stay those of the text."""
    if text.isascii() and text.isprintable():
        return text.lower()  # the same answer, sooner
    flattened = flat(text)
    return flattened.decode() if flattened.isascii() else text.translate(_TABLE)
