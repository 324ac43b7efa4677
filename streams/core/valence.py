"""The valence of the feeling words of a text: VADER's list, turned and raised by neighbours."""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from streams.core.adding import added

NEGATED = -0.74  # "not great" is bad, but less so than "bad"
BOOST = 0.29  # "very", "extremely"; "slightly" takes as much away
FADING = (1.0, 0.95, 0.9)  # a booster one, two, three words before
CAPITALS = 0.73  # LOVE among small letters
BEFORE_BUT, AFTER_BUT = 0.5, 1.5  # what follows "but" is what is meant
REACH = 3  # words back in which a negation or booster counts

_NEGATIONS = frozenset(
    re.findall(
        r"\w+",
        "aint arent cannot cant couldnt didnt doesnt dont hadnt hasnt havent isnt mustnt neither "
        "never nobody none nope nor not nothing nowhere shouldnt wasnt werent without wont wouldnt "
        "hardly rarely seldom despite no",
    )
)
_MORE = frozenset(
    re.findall(
        r"\w+",
        "absolutely amazingly awfully completely considerably decidedly deeply enormously entirely "
        "especially exceptionally extremely fabulously flipping fully greatly highly hugely "
        "incredibly intensely majorly more most particularly purely quite really remarkably so "
        "substantially thoroughly totally tremendously uber unbelievably unusually utterly very "
        "super freaking fucking effing",
    )
)
_LESS = frozenset(
    re.findall(
        r"\w+",
        "almost barely hardly kinda less little marginally occasionally partly scarcely slightly "
        "somewhat sorta",
    )
)
_TURNING = _NEGATIONS | _MORE | _LESS
_EDGES = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\u2018\u2019\u201c\u201d\u2026"
_FIRST_PICTURE = 0x2190  # arrows, symbols and emoji lie above


def plain_words(text: str) -> list[str]:
    """The words in small letters, without their marks; as many as `text.split()` has."""
    plain = [token.strip(_EDGES) for token in text.lower().replace("\u2019", "'").split()]
    if "'" in text or "\u2019" in text:
        plain = [word.replace("'", "") for word in plain]
    return plain


def valences(text: str, plain: list[str]) -> list[float]:
    """The valence of each word and picture that has one, as its neighbours make it."""
    words, pictures = _lexicon()
    found = _of_words(text, plain, words)
    if not text.isascii():
        found += [pictures[c] for c in text if ord(c) >= _FIRST_PICTURE and c in pictures]
    return found


def _of_words(text: str, plain: list[str], words: dict[str, float]) -> list[float]:
    telling = [at for at, word in enumerate(plain) if word in words or len(word) < 2]
    if not telling:
        return []
    tokens = text.split()
    turn = plain.index("but") if "but" in plain else -1
    shouting = text.isupper()
    found: list[float] = []
    for at in telling:
        # An emoticon loses its marks with the edges: it is looked up as it stands.
        valence = words.get(plain[at] if len(plain[at]) > 1 else tokens[at], 0.0)
        if not valence or plain[at] in _MORE:
            continue
        if not shouting and len(plain[at]) > 1 and tokens[at].isupper():
            valence += CAPITALS if valence > 0 else -CAPITALS
        if turn >= 0:
            valence *= BEFORE_BUT if at < turn else AFTER_BUT
        found.append(_turned(valence, plain[max(0, at - REACH) : at]))
    return found


def _turned(valence: float, before: list[str]) -> float:
    if _TURNING.isdisjoint(before):
        return valence
    sign = 1.0 if valence > 0 else -1.0
    turned = valence
    for distance, word in enumerate(reversed(before)):
        if word in _MORE:
            turned += sign * BOOST * FADING[distance]
        elif word in _LESS:
            turned -= sign * BOOST * FADING[distance]
    return turned * NEGATED if any(word in _NEGATIONS for word in before) else turned


@cache
def _lexicon() -> tuple[dict[str, float], dict[str, float]]:
    """Words and pictures with their valence, from the installed package's two lists."""
    found = find_spec("vaderSentiment")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("vaderSentiment is not installed: its word list is needed")
    folder = Path(found.origin).parent
    words: dict[str, float] = {}
    for line in (folder / "vader_lexicon.txt").read_text("utf-8").splitlines():
        word, valence, *_ = line.split("\t")
        words[word.replace("'", "") if word.isalpha() else word] = float(valence)
    pictures: dict[str, float] = {}
    for line in (folder / "emoji_utf8_lexicon.txt").read_text("utf-8").splitlines():
        picture, meaning, *_ = line.split("\t")
        if len(picture) == 1:
            pictures[picture] = added(words.get(word, 0.0) for word in meaning.split())
    return words, pictures
