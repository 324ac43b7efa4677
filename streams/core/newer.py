"""Letters that one Python knows and another does not: every one reads a sign in their place.

What a letter is comes from the Unicode table that a Python was built with: 14 in 3.11, 15 in 3.12
and 3.13, 16 in 3.14. A text in a script that was written down since would be parted into words in
two ways, and an alert that it led to would be computed here and not there. Nothing else changed
between them that a word is made of; new emoji are signs in all.
"""

import re
from typing import Final

from msgspec.structs import replace

from schemas.records import RawMention

IN_THEIR_PLACE: Final = "\N{REPLACEMENT CHARACTER}"
_SINCE_14: Final = (
    (0x10FC, 0x10FC), (0xA7F2, 0xA7F4), (0xAB69, 0xAB69),  # small since
    (0x10EFD, 0x10EFF), (0x1123F, 0x11240), (0x11F00, 0x11F5F),  # Arabic, Khojki, Kawi
    (0x1342F, 0x1345F), (0x1B132, 0x1B132), (0x1B155, 0x1B155),  # hieroglyphs, small kana
    (0x1D2C0, 0x1D2DF), (0x1DF25, 0x1DF2A), (0x1E030, 0x1E08F),  # Kaktovik, Latin, Cyrillic
    # Nag Mundari, Chinese
    (0x1E4D0, 0x1E4FF), (0x2B739, 0x2B73F), (0x2EBF0, 0x2EE5F), (0x31350, 0x3347F),
)
_SINCE_15: Final = (
    (0x088F, 0x088F), (0x0897, 0x0897), (0x1C89, 0x1C8A), (0xA7CB, 0xA7CF), (0xA7D2, 0xA7D2),
    (0xA7D4, 0xA7D4), (0xA7DA, 0xA7DC), (0xA7F1, 0xA7F1), (0x105C0, 0x105FF), (0x10940, 0x1095F),
    (0x10D40, 0x10D8F), (0x10EC2, 0x10EC7), (0x10ED0, 0x10EDF), (0x10EFA, 0x10EFC),
    (0x11380, 0x113FF), (0x116D0, 0x116FF), (0x11B60, 0x11B7F), (0x11BC0, 0x11BFF),
    (0x11DB0, 0x11DEF), (0x13460, 0x143FF), (0x16100, 0x1613F), (0x16D40, 0x16D7F),
    (0x16EA0, 0x16EDF), (0x16FF2, 0x16FF6), (0x18D09, 0x18D1E), (0x18D80, 0x18DFF),
    (0x1CCF0, 0x1CCF9), (0x1E5D0, 0x1E5FF), (0x1E6C0, 0x1E6FF),
)
NEWER: Final = re.compile(
    "[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in (*_SINCE_14, *_SINCE_15)) + "]"
)


def steadied(raw: RawMention) -> RawMention:
    """The same raw mention, its places those of the text as given; nearly always itself."""
    found = {
        name: NEWER.sub(IN_THEIR_PLACE, text)
        for name, text in (("title", raw.title), ("text", raw.text), ("channel", raw.channel),
                           ("author", raw.author))
        if text and not text.isascii() and NEWER.search(text)
    }
    return replace(raw, **found) if found else raw
