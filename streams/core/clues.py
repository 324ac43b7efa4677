"""What speaks for a reading of a name, and how much: every weight of the resolver, and why."""

import re
from typing import NamedTuple

from streams.core.lexicon import EVERYDAY, Form, Lexicon, Sense
from streams.core.reading import Casing, Field, opens_sentence
from streams.core.spotter import Hit

# Set by hand on real headlines. The rival of every reading is "nobody", at 0: a full name alone
# passes ACCEPT, a rare single name with a capital does, a doubtful one needs support.
FULL_NAME = 2.0  # two words or more seldom fall together by chance
PHRASE = 1.0  # a title of everyday words alone does: "This Morning"
ONE_WORD = 0.5
RARITY = 0.5  # per unit of Zipf frequency below everyday, at most 3; against it above, at most 2
PRIOR = 2.0  # times (prior - 0.5): what the name mostly means
CAPITAL = 0.75  # nothing explains the capital but being a name
SMALL = -0.5  # small letters in a text that has capitals elsewhere
TAGGED = 1.5  # somebody marked it as a name
QUOTED = 1.0  # titles of works are quoted
CONTEXT = 1.0  # per context word of the entity, at most two
COMPANY = 1.5  # an entity that vouches for this one is there too
BESIDE = 1.0  # "the film Joker", "rapper Drake"
TYPE_WORD = 0.25  # per word of its type anywhere, at most two
DOUBTFUL = -1.25  # known to mean other things too

_TYPE_WORDS = {
    "person": "actor actress star singer rapper host presenter comedian comic director icon model "
    "songwriter musician producer filmmaker vocalist drummer guitarist superstar crooner popstar",
    "film": "film films movie sequel prequel trailer remake director starring star script",
    "show": "show series season seasons episode episodes finale sitcom drama soap reboot reunion "
    "spinoff contestant host star viewers presenter panellist panelist",
    "song": "song single track lyrics remix ballad anthem duet hit video",
    "album": "album record tracklist lp songs tracks",
    "group": "band group rockers bandmates singers frontman album tour concert duo trio boyband",
    "franchise": "franchise film films movie movies saga star universe sequel trilogy",
    "event": "ceremony nominees nominations winners red carpet awards festival gala host",
}
TYPE_WORDS = {kind: frozenset(words.split()) for kind, words in _TYPE_WORDS.items()}
_WORKS = frozenset({"film", "show", "song", "album", "franchise"})
_QUOTES = "'\"\u2018\u201c"
_QUOTE_ENDS = re.compile(r"[,.]?['\"\u2019\u201d](?!\w)")  # 'It' but not 'It's over'
_WORD = re.compile(r"\w+(?:'\w+)?")
_NEXT = re.compile(r"[\"'\u2019\u201d]?[ -](?=(\w+))")
_PREVIOUS = re.compile(r"(\w+)[ -][\"'\u2018\u201c]?\Z")
_NEAR = 40  # characters in which the neighbouring word must lie


class Surroundings(NamedTuple):
    """What the whole post holds, whichever name is looked at."""

    words: frozenset[str]
    running: str  # all words, one blank apart, a blank at either end
    company: frozenset[int]  # entities named beyond doubt


class Sight(NamedTuple):
    """How a hit looks where it stands."""

    surface: str
    capital: bool
    explained: bool  # the position or the casing of the text explains the capital
    tagged: bool
    quoted: bool
    previous: str
    next: str


def surroundings(fields: tuple[Field, ...], company: frozenset[int]) -> Surroundings:
    words = [word for field in fields for word in _WORD.findall(field.folded)]
    bare = [word.removesuffix("'s") for word in words]
    return Surroundings(frozenset(bare), f" {' '.join(bare)} ", company)


def look(text: str, casing: Casing, hit: Hit, form: Form) -> Sight:
    start, end = hit.start, hit.end
    surface = text[start:end]
    long_words = [word for word in surface.split() if len(word) > 3] or [surface]
    capital = surface[:1].isupper() and all(not word[0].islower() for word in long_words)
    quoted = start > 0 and text[start - 1] in _QUOTES and _QUOTE_ENDS.match(text, end)
    before = _PREVIOUS.search(text, max(0, start - _NEAR), start)
    after = _NEXT.match(text, end)
    return Sight(
        surface,
        capital,
        casing != "sentence" or (form.words == 1 and opens_sentence(text, start)),
        hit.tagged,
        bool(quoted),
        before[1] if before else "",
        after[1] if after else "",
    )


def weigh(
    form: Form, sense: Sense, sight: Sight, around: Surroundings, lexicon: Lexicon
) -> dict[str, float]:
    """The terms of one reading; their sum is its score."""
    entity = lexicon.entities[sense.number]
    kind = TYPE_WORDS.get(entity.entity_type, frozenset())
    terms = {"form": _form_weight(form, entity.entity_type), "prior": PRIOR * (entity.prior - 0.5)}
    if form.words == 1:
        commonest = -1.0 if sense.doubtful else -2.0  # its doubt is weighed already
        terms["rarity"] = RARITY * max(commonest, min(3.0, EVERYDAY - form.zipf))
    if sight.capital and not sight.explained:
        terms["capital"] = CAPITAL
    elif not sight.capital and not sight.explained:
        terms["small-letters"] = SMALL
    if sight.tagged:
        terms["tagged"] = TAGGED
    if sight.quoted and entity.entity_type in _WORKS:
        terms["quoted"] = QUOTED
    if matched := context_matches(form, sense, around, lexicon):
        terms["context"] = CONTEXT * min(2, matched)
    if around.company & lexicon.related[sense.number]:
        terms["company"] = COMPANY
    if not kind.isdisjoint({sight.previous.lower(), sight.next.lower()}):
        terms["beside"] = BESIDE
    if typed := len(kind & around.words):
        terms["type-words"] = TYPE_WORD * min(2, typed)
    if sense.doubtful:
        terms["doubtful"] = DOUBTFUL
    return terms


def context_matches(form: Form, sense: Sense, around: Surroundings, lexicon: Lexicon) -> int:
    """How many context words of the entity the post holds besides the name itself."""
    own = form.text.split()
    words = lexicon.context_words[sense.number] & around.words
    phrases = lexicon.context_phrases[sense.number]
    return len(words.difference(own)) + sum(f" {phrase} " in around.running for phrase in phrases)


def support(terms: dict[str, float]) -> float:
    """Pieces of support from the text beyond the name and its looks."""
    pieces = terms.get("context", 0.0) / CONTEXT + ("company" in terms) + ("beside" in terms)
    return pieces + (("quoted" in terms or "tagged" in terms) and "type-words" in terms)


def _form_weight(form: Form, entity_type: str) -> float:
    if form.words == 1:
        return ONE_WORD
    return PHRASE if form.everyday and entity_type != "person" else FULL_NAME
