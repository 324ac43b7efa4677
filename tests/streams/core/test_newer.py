"""Letters that not every Python knows: read as signs by each."""

import re
import unicodedata
from hashlib import sha256

import pytest

from streams.core.newer import IN_THEIR_PLACE, NEWER, steadied
from tests.streams.core.test_outlets import raw

KAWI, GARAY, NEW_CJK = "\U00011f04", "\U00010d50", "\U00031350"
ASSIGNED = (*range(0xD800), *range(0xE000, 0x33480), *range(0xE0000, 0xE0200))
# Of what every Python makes of these.
READ_ALIKE = "07a0063450fbdf8bc497ebb624c218fdf9ce55d2e7e5a55d8f7c40502ecbe2ce"
_WORD = re.compile(r"\w")


def meaning(character: str) -> str:
    """All that the core asks of a character."""
    parts = unicodedata.normalize("NFKD", character)
    told = (
        character.isalnum(), _WORD.match(character) is not None, character.islower(),
        character.isupper(), character.isspace(), *(unicodedata.combining(p) > 0 for p in parts),
    )
    forms = (character.lower(), character.casefold(), parts)
    return "".join("01"[one] for one in told) + " ".join(forms)


def test_what_is_left_means_the_same_to_every_python() -> None:
    known = sha256()
    for character in map(chr, ASSIGNED):
        if not NEWER.match(character):
            known.update(meaning(character).encode())
    assert known.hexdigest() == READ_ALIKE, f"Unicode {unicodedata.unidata_version}"


@pytest.mark.parametrize("letter", [KAWI, GARAY, NEW_CJK])
def test_a_newer_letter_is_a_sign_in_its_place(letter: str) -> None:
    told = raw(title=f"Nova {letter}Reyes", text=f"a{letter}b", channel=letter, author=letter)
    read = steadied(told)
    assert (read.title, read.text) == (f"Nova {IN_THEIR_PLACE}Reyes", f"a{IN_THEIR_PLACE}b")
    assert (read.channel, read.author) == (IN_THEIR_PLACE, IN_THEIR_PLACE)
    assert not any(map(str.isalnum, IN_THEIR_PLACE))
    assert (read.id, read.url) == (told.id, told.url)


@pytest.mark.parametrize("title", [
    "Nova Reyes", "Beyonc\u00e9", "\u5f20\u827a\u8c0b", "Nova \U0001fae8\U0001fa77", "\u10db\u10d0",
])
def test_other_texts_stay_as_they_are(title: str) -> None:
    told = raw(title=title)
    assert steadied(told) is told
