"""What speaks for a reading of a name, and how much: every weight of the resolver, and why."""

import re
from functools import lru_cache
from typing import NamedTuple

from streams.core.adding import tally
from streams.core.lexicon import Form, Lexicon, Sense
from streams.core.reading import Field
from streams.core.sights import Sight
from streams.core.words import EVERYDAY, FUNCTION_WORD, Nameliness

# Set by hand on real headlines and posts. The rival of every reading is "nobody", at 0: a full
# name alone passes ACCEPT, a rare single name with a capital does, a doubtful one needs support.
FULL_NAME = 2.0  # two words or more seldom fall together by chance
PHRASE_FADES = 0.4  # per unit of Zipf above everyday: "This Morning" is said by chance
LONG_PHRASE = 0.2  # per word beyond two
ONE_WORD = 0.5
RARITY = 0.5  # per unit of Zipf frequency below everyday, at most 3; against it above, at most 2
NAMELIKE = 0.75  # a word, but of the sort that names are: "ryan"
COMMON = -1.0  # "a drake", "my rose"
ACTS = 0.75  # "Prince says", "Parasite is": a thing has an article there
NAMED_IN_FULL = 2.0  # the second mention is shorter: "Gaga" after "Lady Gaga"
PRIOR = 2.0  # times (prior - 0.5): what the name mostly means
LITTLE_KNOWN = 0.5  # ... below a half, where no namesake is better known: somebody must be meant
CAPITAL = 1.0  # nothing explains the capital but being a name
SMALL = -0.5  # small letters in a text that has capitals elsewhere
TAGGED = 1.5  # somebody marked it as a name
DATED = 2.0  # "It (2017)"
QUOTED = 1.0  # titles of works are quoted
DUE = 1.25  # "songs like ...", "watched ...", "... by Halsey"
BESIDE_NAME = 1.0  # next to a name that is in no doubt
CONTEXT = 1.25  # per context word of the entity, at most two
COMPANY = 1.5  # an entity that vouches for this one is there too
BESIDE = 1.0  # "the film Joker", "rapper Drake"
TYPE_WORD = 0.25  # per word of its type anywhere, at most two
DOUBTFUL = -1.0  # known to mean other things too
SOURCE = 0.5  # a channel that is about its type

_TYPE_WORDS = {
    "person": "actor actress star singer rapper host presenter comedian comic director icon model "
    "songwriter musician producer filmmaker vocalist drummer guitarist superstar crooner popstar",
    "film": "film films movie movies sequel prequel trailer remake director starring star script",
    "show": "show series season seasons episode episodes finale sitcom drama soap reboot reunion "
    "spinoff contestant host star viewers presenter panellist panelist",
    "song": "song songs music single track tracks lyrics remix ballad anthem duet hit video",
    "album": "album record tracklist lp songs tracks",
    "group": "band bands group artist artists music rockers bandmates "
    "singers frontman album tour concert duo trio boyband",
    "franchise": "franchise film films movie movies saga star universe sequel trilogy",
    "event": "ceremony nominees nominations winners red carpet awards festival gala host",
    "couple": "couple pair wedding engagement",
    "character": "character role plays played villain superhero",
    "network": "network channel broadcaster",
    "company": "studio studios streamer label",
}
TYPE_WORDS = {kind: frozenset(words.split()) for kind, words in _TYPE_WORDS.items()}
_WORKS = frozenset({"film", "show", "song", "album", "franchise"})
_TITLED = _WORKS | {"event"}
_NOT_TITLED = frozenset(TYPE_WORDS) - _TITLED
_WORD = re.compile(r"\w+(?:'\w+)?")
_MUSIC = frozenset({"person", "group", "song", "album"})
_SCREEN = frozenset({"person", "film", "show", "franchise", "character", "network"})
_UNHEARD = frozenset({"film", "show", "franchise", "event", "character", "network", "company"})
_UNSEEN = frozenset({"person", "group", "song", "album", "couple", "company"})
_NOT_DUE = {"heard": _UNHEARD, "seen": _UNSEEN, "any": frozenset[str]()}  # who is not expected
# What a channel is about, by a word in its name.
_CHANNELS = (
    (
        re.compile(
            r"music|kpop|hiphop|popheads|indieheads|metal|listentothis|song|billboard|pitchfork"
            r"|nme\b|stereogum"
        ),
        _MUSIC,
    ),
    (
        re.compile(
            r"movie|film|televis|netflix|marvel|dcu|horror|anime|boxoffice|deadline"
            r"|indiewire|screen ?rant|collider"
        ),
        _SCREEN,
    ),
)


class Surroundings(NamedTuple):
    """What the whole post holds, whichever name is looked at."""

    words: frozenset[str]
    running: str  # all words, one blank apart, a blank at either end
    in_full: dict[str, set[int]]  # who is named in full, by the words at either end of the name
    company: frozenset[int]  # entities named beyond doubt
    types: frozenset[str]  # what its channel is about


def surroundings(
    fields: tuple[Field, ...],
    company: frozenset[int],
    in_full: dict[str, set[int]],
    channel: str,
) -> Surroundings:
    words = [word for field in fields for word in _WORD.findall(field.folded)]
    bare = [word.removesuffix("'s") for word in words]
    return Surroundings(frozenset(bare), f" {' '.join(bare)} ", in_full, company, types_of(channel))


@lru_cache(maxsize=16_384)
def types_of(channel: str) -> frozenset[str]:
    """The types of entity that a subreddit or a channel of this name is about; empty: any."""
    named = channel.lower()
    return frozenset().union(*(types for pattern, types in _CHANNELS if pattern.search(named)))


def weigh(
    form: Form, sense: Sense, sight: Sight, around: Surroundings, lexicon: Lexicon
) -> dict[str, float]:
    """The terms of one reading; their sum is its score."""
    entity = lexicon.entities[sense.number]
    kind = TYPE_WORDS.get(entity.entity_type, frozenset())
    terms = looks(form, sight, entity.prior)
    if form.words == 1:
        terms |= _commonness(form, sense, sight)
    if sight.quoted and entity.entity_type not in _NOT_TITLED:
        terms["quoted"] = QUOTED
    if sight.dated and entity.entity_type not in _NOT_TITLED:
        terms["dated"] = DATED
    if sight.due and entity.entity_type not in _NOT_DUE[sight.due]:
        terms["due"] = DUE
    if sight.acts and (form.zipf >= FUNCTION_WORD or not sense.doubtful):
        terms["acts"] = ACTS
    if sense.number in around.in_full.get(form.text, ()):
        terms["named-in-full"] = NAMED_IN_FULL
    if sight.called_common == "one" or (sight.called_common and entity.entity_type in _WORKS):
        terms["called-common"] = COMMON
    if sight.beside_name:
        terms["beside-name"] = BESIDE_NAME
    if matched := context_matches(form, sense, around, lexicon):
        terms["context"] = CONTEXT * min(2, matched)
    if around.company & lexicon.related(sense.number):
        terms["company"] = COMPANY
    if not kind.isdisjoint({sight.previous.lower(), sight.next.lower()}):
        terms["beside"] = BESIDE
    if typed := len(kind & around.words):
        terms["type-words"] = TYPE_WORD * min(2, typed)
    if entity.entity_type in around.types:
        terms["source"] = SOURCE
    if sense.doubtful:
        terms["doubtful"] = DOUBTFUL
    return terms


def looks(form: Form, sight: Sight, prior: float) -> dict[str, float]:
    """The terms of the name itself and of how it is written."""
    weight = PRIOR if prior >= 0.5 or len(form.senses) > 1 else LITTLE_KNOWN
    terms = {"form": _form_weight(form), "prior": weight * (prior - 0.5)}
    if sight.capital and not sight.explained:
        terms["capital"] = CAPITAL
    elif sight.small and form.nameliness is not Nameliness.ALWAYS:
        terms["small-letters"] = SMALL
    if sight.tagged:
        terms["tagged"] = TAGGED
    return terms


def _commonness(form: Form, sense: Sense, sight: Sight) -> dict[str, float]:
    commonest = -1.0 if sense.doubtful else -2.0  # its doubt is weighed already
    rarity = RARITY * max(commonest, min(3.0, EVERYDAY - form.zipf))
    if not is_namelike(form, sight):
        return {"rarity": rarity}
    return {"name-like": NAMELIKE, "rarity": max(0.0, rarity)}


def is_namelike(form: Form, sight: Sight) -> bool:
    """Is its one word rather a name, written as it is here?"""
    if form.nameliness is Nameliness.WITH_CAPITAL:
        return sight.capital
    return form.nameliness is Nameliness.ALWAYS


def context_matches(form: Form, sense: Sense, around: Surroundings, lexicon: Lexicon) -> int:
    """How many context words of the entity the post holds besides the name itself."""
    known = lexicon.context_words.get(sense.number)
    if known is None:
        return 0
    words = (known & around.words).difference(form.text.split())
    phrases = lexicon.context_phrases.get(sense.number, ())
    return len(words) + tally(f" {phrase} " in around.running for phrase in phrases)


def support(terms: dict[str, float]) -> float:
    """Pieces of support from the text beyond the name and its looks."""
    pieces = terms.get("context", 0.0) / CONTEXT + 2 * ("dated" in terms)
    if "beside-name" in terms:  # "Queen and Prince Philip": neighbours prove less of common words
        alone = terms.get("rarity", 0.0) <= -0.5 and "due" not in terms
        pieces += 0.5 if alone else 1.0
    pieces += tally(clue in terms for clue in ("company", "beside", "due", "named-in-full"))
    return pieces + (("quoted" in terms or "tagged" in terms) and "type-words" in terms)


def _form_weight(form: Form) -> float:
    if form.words == 1:
        return ONE_WORD
    fading = PHRASE_FADES * max(0.0, form.zipf - EVERYDAY)
    return FULL_NAME - fading + LONG_PHRASE * min(3, form.words - 2)
