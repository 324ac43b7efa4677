"""Folding: the form in which names and texts are compared, one character out for one in."""

import unicodedata

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
    " ": (0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x2028, 0x2029),
}
_STRAIGHT = {point: folded for folded, points in _ALIKE.items() for point in points}
_LAST_ALPHABET = 0x530  # Latin, Greek and Cyrillic lie below; kana and Hangul stay whole


class _FoldTable(dict[int, str]):
    """Code point to folded character, filled as characters are met."""

    def __missing__(self, code_point: int) -> str:
        folded = self[code_point] = _fold_character(chr(code_point))
        return folded


def _fold_character(character: str) -> str:
    parts = unicodedata.normalize("NFKD", character)
    # One letter and its accents are the letter; a ligature is several letters and stays.
    accented = ord(parts[0]) < _LAST_ALPHABET and all(map(unicodedata.combining, parts[1:]))
    lowered = (parts[0] if accented else character).lower()
    return _STRAIGHT.get(ord(lowered), lowered) if len(lowered) == 1 else character


_TABLE = _FoldTable(_STRAIGHT)


def fold(text: str) -> str:
    """Take case, accents, curly quotes and full width off; offsets stay those of the text."""
    if text.isascii() and text.isprintable():
        return text.lower()  # the same answer, sooner
    return text.translate(_TABLE)
