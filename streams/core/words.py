"""How common a word is, and whether it is met as a name more than as a word."""

from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

from streams.core.exact import log


def listed(words: str) -> frozenset[str]:
    """A set of words from a text of them."""
    return frozenset(words.split())


EVERYDAY = 3.5
"""Zipf frequency from which a word is an everyday word: about three in a million."""

FUNCTION_WORD = 5.0
"""From here on even a stray capital is no sign of a name: it, her, us."""

# A name travels: "Ryan" is about as frequent in French as in English; "girl" is not.
_ELSEWHERE = ("de", "fr", "es", "it", "pl")
_TRAVELS = 0.75  # Zipf units that a name may lose in the median of the other languages
_NEVER_A_NAME = 5.3  # so common that the others' figures tell of loans: "it", "real", "oh"
_HISSING = ("s", "sh", "ch", "x", "z")
_UNHEARD_OF = 1.5
# A word bends, a name does not: "plans" is common, "Ryans" is not.
_BENDS = 1.3  # Zipf units between a word and its commonest other shape
_LOANS = listed(
    "media etc via anti plus lol status mobile digital marketing software auto audio trans mini "
    "piano chaos jury terror haha sexy grey semi vice champions ultra alpha hockey rugby anime "
    "marine premier solo musical motor http https www www2 diy sms wifi usb dvd html popcorn "
    "turbo micro camping multimedia hardware sensible paradise streaming tweets genre salsa funky "
    "wtf hmm hmmm aka btw ups sis infinity fantasy wolf champagne mac internet twitter facebook "
    "instagram reddit youtube spotify google tiktok snapchat netflix itunes iphone android app "
    "yahoo soundcloud"
)
# Given names whose plural is a surname, or that are words too, though mostly names.
_BENDING_NAMES = listed(
    "adam andrew bill carl dan daniel dave drew edward frank helen jacob jean joe jon matt matthew "
    "nick oscar owen pete peter philip rick rob robert robin roger roman roy sam samuel stephen "
    "steven tim victor walter william richard joseph hugh phil abraham isaac lauren ruby lily "
    "douglas simpson mick simmons kelly john mark carol mason jay ray finn ed jesus usher"
)
# Names that the other languages' lists are too short for.
_RARER_NAMES = listed(
    "kathleen andrea frances doris brittany alexis lori conor connor lebron scotty bella kendrick "
    "tanner remy"
)

# Written with a capital whatever they mean: no sign that a film or a band is meant.
CAPITALISED = listed(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday easter christmas halloween "
    "chicago boston london paris berlin rome roma vienna tokyo seoul dallas houston seattle "
    "philadelphia phoenix brooklyn manhattan hollywood vegas liverpool manchester madrid milan "
    "moscow sydney toronto montreal miami atlanta orlando denver detroit portland nashville "
    "kansas texas california florida georgia alabama nevada arizona ohio oregon virginia "
    "nebraska montana dakota utah alaska hawaii america europe asia africa australia canada "
    "mexico brazil india china japan korea russia ukraine germany france spain italy england "
    "ireland scotland wales britain jamaica cuba egypt israel iran iraq syria turkey greece "
    "american british english french german italian spanish irish indian chinese japanese "
    "korean russian mexican canadian african asian european jewish muslim christian catholic "
    "god internet english"
)


LN10 = log(10.0)


@lru_cache(maxsize=200_000)
def zipf(word: str) -> float:
    """How common a word is in English: the logarithm of its uses in a thousand million."""
    if word.isascii() and word.isalpha() and word.islower():
        return _listed_zipf(word)
    from wordfreq import zipf_frequency  # as slow to import as all of the core: for who asks

    return float(zipf_frequency(word, "en"))


def _listed_zipf(word: str) -> float:
    """The same of a plain word, which is its own only token: no tokenizer is asked."""
    from wordfreq import get_frequency_dict

    share = get_frequency_dict("en").get(word)
    return max(round(log(share) / LN10 + 9, 2), 0.0) if share else 0.0


class Nameliness(Enum):
    """Is a word rather a name than a word?"""

    WORD = 0
    WITH_CAPITAL = 1  # "Bill", but not "bill"
    ALWAYS = 2  # "ryan" in whatever letters


@lru_cache(maxsize=50_000)
def nameliness(word: str) -> Nameliness:
    """Is a word mostly a name, as "ryan", "trump", "drake" and "halsey"?

    English lists tell no case, but a name does not bend, and a frequent one is about as frequent
    in the lists of other languages.
    """
    known = zipf(word)
    if word in _BENDING_NAMES:
        return Nameliness.WITH_CAPITAL
    if word in _RARER_NAMES:
        return Nameliness.ALWAYS
    if known > _NEVER_A_NAME or len(word) < 3 or word in _LOANS or word in CAPITALISED:
        return Nameliness.WORD
    named = known < _UNHEARD_OF or (
        known - max(map(zipf, _bent(word))) >= _BENDS
        and (known < EVERYDAY or known - _elsewhere(word) <= _TRAVELS)
    )
    return Nameliness.ALWAYS if named else Nameliness.WORD


def _elsewhere(word: str) -> float:
    from wordfreq import zipf_frequency

    known = sorted(zipf_frequency(word, language, wordlist="small") for language in _ELSEWHERE)
    return float(known[len(known) // 2])


def _bent(word: str) -> tuple[str, ...]:
    """Other shapes that a word has, and a name has not."""
    stem = word.removesuffix("e")
    many = f"{word[:-1]}ies" if word.endswith("y") else f"{word}es"
    bent = (f"{word}s", many, f"{stem}ed", f"{stem}ing", f"{word}{word[-1]}ing", f"{word}ful")
    return (*bent, *_straightened(word))


def _straightened(word: str) -> Iterator[str]:
    """What a word in one of those shapes may come from: dismisses, snubbed, streaming."""
    if word.endswith("s") and len(word) > 3:
        yield word[:-2] if word[:-2].endswith(_HISSING) else word[:-1]
    if word.endswith("ia"):
        yield f"{word[:-1]}c"  # euphoria, euphoric
    for ending in ("ed", "ing"):
        base = word.removesuffix(ending)
        if base != word and len(base) > 2:
            yield from (base, f"{base}e", base[:-1])
