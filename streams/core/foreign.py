"""Names with a character that no ASCII character stands for: other scripts, symbols, emoji."""

import re
from collections.abc import Iterator, Sequence

from ahocorasick_rs import BytesAhoCorasick

from streams.core.edged import LETTER_CODE, SYMBOL_CODE, UNSPACED_CODE, coded
from streams.core.fold import FIRST_UNSPACED

_WIDTH = 4  # bytes of a character in UTF-32: an offset in bytes is one in characters
_POSSESSIVE = re.compile(r"s'(?!\w)")
_RAREST_FIRST = (UNSPACED_CODE, LETTER_CODE, SYMBOL_CODE)


class ForeignNames:
    """Finds the given forms in folded texts; asked only where a text holds such characters."""

    def __init__(self, forms: Sequence[str]) -> None:
        codes = [coded(form) for form in forms]
        kinds = {next(kind for kind in _RAREST_FIRST if kind in code) for code in codes}
        # One kind of character for each form, without which it cannot be in a text.
        self._telling = tuple(bytes([kind]) for kind in _RAREST_FIRST if kind in kinds)
        self._automaton = BytesAhoCorasick([_wide(form) for form in forms])

    def may_be_in(self, codes: bytes) -> bool:
        return any(kind in codes for kind in self._telling)

    def find(self, folded: str) -> Iterator[tuple[int, int, int]]:
        """Start, end and number of every form that stands whole, overlapping ones too."""
        wide = _wide(folded)
        for number, first, last in self._automaton.find_matches_as_indexes(wide, overlapping=True):
            if first % _WIDTH == 0:
                start, end = first // _WIDTH, last // _WIDTH
                inside = _joins(folded[start - 1 : start], folded[start]) or (
                    _joins(folded[end : end + 1], folded[end - 1])
                    and not _POSSESSIVE.match(folded, end)
                )
                if not inside:
                    yield start, end, number


def _wide(text: str) -> bytes:
    return text.encode("utf-32-le", "surrogatepass")


def _joins(neighbour: str, edge: str) -> bool:
    """Does this neighbour, if there is one, put the name's edge inside a longer word?"""
    return (neighbour.isalnum() or neighbour == "_") and (
        ord(neighbour) < FIRST_UNSPACED or ord(edge) >= FIRST_UNSPACED
    )
