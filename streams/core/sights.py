"""How a name looks where it stands: capitals, quotes, tags, and the words beside it."""

import re
from typing import Literal, NamedTuple

from streams.core.cut import words_of
from streams.core.lexicon import Form
from streams.core.reading import Casing, Field, opens_sentence
from streams.core.spotter import Hit
from streams.core.words import EVERYDAY, Nameliness, listed

_QUOTES = "'\"\u2018\u201c"
_QUOTE_ENDS = re.compile(r"[,.!?]?['\"\u2019\u201d](?!\w)")  # 'It' but not 'It's over'
_NEXT = re.compile(r"[\"'\u2019\u201d]?[ -](?=(\w+))")
_LAST_WORD = re.compile(r"\w+\Z")
_OPENING_QUOTES = frozenset(_QUOTES)
_ARTICLES = frozenset({"the", "a", "an"})
_KEEPS_CAPITALS = frozenset({"sentence", "headline"})
_EXPLAINS_ALL = frozenset({"headline", "shouted"})
_DETERMINERS = listed("a an my your his our their some any every each")
UNDER_ALL_NOTICE = 5.8  # Zipf: "it", "her" and "you" in small letters and no quotes mean nobody
_NEAR = 40  # characters in which the neighbouring words must lie

# Words after which a name is due, by what they are about.
_LIKE = (
    r"(?:\W+(?:such|more|in|by|style|the style|vein|kind|type))?"
    r"\W+(?:like|similar to|as|of|to|by|from|with|for)"
)
_END = r"\.?[ :-]+(?:the )?[\"'\u2018\u201c]?\Z"
_HEARD = re.compile(
    r"(?:\b(?:songs?|tracks?|tunes?|music|bands?|artists?|singers?|rappers?|albums?|covers?|remix"
    r"|sounds?|sounding|listen|listening|listened|lyrics)" + _LIKE + r"|\b(?:feat|ft|featuring"
    r"|sung by|produced by|song|album|single|track|band|rapper|singer|listening|listened))" + _END
)
_SEEN = re.compile(
    r"(?:\b(?:movies?|films?|shows?|series|cast|season|episodes?|finale|trailer|soundtrack|ending"
    r"|plot|scenes?|character)\W+(?:like|similar to|as|of|from|for|in)|\b(?:watch|watched|watching"
    r"|rewatch|rewatched|rewatching|binged?|bingeing|binging|stream|streamed|streaming|seen|saw|starring|movie|film"
    r"|series|sitcom|cartoon|show))" + _END
)
_COMPARED = re.compile(
    r"(?:\b(?:something|anything|nothing|stuff|vibes?|things?|style|fans?|similar|reminiscent"
    r"|inspired|influenced|stars?|resembles?)" + _LIKE + r"|\b(?:called|titled|entitled|by"
    r"|resembles|resembling))" + _END
)
# With which of these words, and perhaps an article, all of that ends.
_DUE_AFTER = listed(
    "like to as of by from with for in feat ft featuring song album single track band rapper "
    "singer listening listened watch watched watching rewatch rewatched rewatching binge binged "
    "bingeing binging stream streamed streaming seen saw starring movie film series sitcom cartoon "
    "show called titled entitled resembles resembling the"
)
# Words before which a title or a name is likely to stand.
_DONE_HEARD = re.compile(
    r"[\"'\u2019\u201d]?(?:'s)? (?:lyrics|album|remix|songs?\b|feat\b|ft\b|concert|tour\b|cover\b"
    r"|single\b|vinyl|discography|by [a-z])"
)
_DONE_SEEN = re.compile(
    r"[\"'\u2019\u201d]?(?:'s)? (?:soundtrack|ost\b|season \d|s\d|trailer|finale|reboot"
    r"|remake|sequel|prequel|premieres?\b|cast\b|episodes?\b|movie|film\b|is (?:now )?(?:streaming"
    r"|on netflix|on hulu|in cinemas|in theaters))"
)
_DATED = re.compile(r"[\"\u2019\u201d]? \((?:19|20)\d\d\)")  # a title and its year
# What somebody does who stands at the head of a sentence; a thing seldom does it.
_ACTS = listed(
    "says said tells told reveals revealed insists admits admitted faces fails announces announced "
    "confirms confirmed wins won stars dies died slams slammed opens shares shared posts posted "
    "tweets tweeted drops dropped releases released joins thinks wants weighs reacts responds "
    "claims denies jokes hints teases recalls explains praises thanks calls gets got "
    "performs performed sings sang plays headlines debuts walks wears kisses dances tours"
)
# What a title may do too, but not a word that is on everybody's lips: "Pink is in this season".
_STANDS = listed(
    "is was has had will made makes did does returns turns takes took goes went breaks broke"
)
_OFTEN_SAID = 4.5  # Zipf
# "Her is a masterpiece": what cannot head such a sentence as a word heads it as a title.
_NO_SUBJECTS = listed("her us him them me you we they")
_CONTRACTED = listed("it you us he she that what who here there we they")
_SINGULAR = listed("is was has gets returns makes wins deserves drops premieres")


Due = Literal["", "heard", "seen", "any"]
CalledCommon = Literal["", "one", "many"]
"""one: "a drake", "my rose", "the queen"; many: "the cats", which a group may be called."""


class Sight(NamedTuple):
    """How a hit looks where it stands."""

    surface: str
    capital: bool
    explained: bool  # the position, the casing or English itself explains the capital
    small: bool  # small letters where names have capitals
    tagged: bool
    quoted: bool = False
    previous: str = ""
    next: str = ""
    due: Due = ""  # what the words around it lead one to expect: heard, seen, any, or nothing
    dated: bool = False  # its year stands behind it: "It (2017)"
    acts: bool = False  # heads a sentence and does what people do: "Prince says"
    called_common: CalledCommon = ""
    beside_name: bool = False  # hardly a word from another name that is no everyday word


def look(
    field: Field, casing: Casing, hit: Hit, form: Form, room: tuple[int, int], beside_name: bool
) -> Sight:
    """All that is seen; positions are of the field as given, `room` lies between other names."""
    seen = glance(field, casing, hit, form)
    text, start, end = field.text, hit.start, hit.end
    quoted = start > 0 and text[start - 1] in _QUOTES and _QUOTE_ENDS.match(text, end)
    if form.text in _CONTRACTED and field.folded.startswith(("'s", "'ll", "'d"), end):
        return seen  # "It's" is no possessive
    noticed = (
        form.words > 1 or form.zipf < UNDER_ALL_NOTICE or seen.capital or seen.tagged or quoted
    )
    if not noticed:
        return seen
    after = _NEXT.match(text, end, room[1])
    previous, following = _word_before(text, start, room[0]), after[1] if after else ""
    return seen._replace(
        quoted=bool(quoted),
        previous=previous,
        next=following,
        due=_due(field.folded, start, end, form.article and not seen.capital),
        dated=_DATED.match(text, end) is not None,
        acts=seen.capital and opens_sentence(text, start) and _acts(field, end, following, form),
        called_common=_called_common(previous.lower(), seen.capital, form),
        beside_name=beside_name,
    )


def _word_before(text: str, start: int, first: int) -> str:
    """The word right before a name, a quote or a dash between them or not."""
    end = start - (text[start - 1 : start] in _OPENING_QUOTES)
    if end <= first or text[end - 1] not in " -":
        return ""
    end -= 1
    begin = max(first, end - _NEAR)
    word = text[max(text.rfind(" ", begin, end), text.rfind("-", begin, end), begin - 1) + 1 : end]
    found = _LAST_WORD.search(word)
    return found[0] if found else ""


def _acts(field: Field, end: int, following: str, form: Form) -> bool:
    if form.text in _NO_SUBJECTS:
        return following in _SINGULAR
    if following in _ACTS or field.folded.startswith("'s ", end):
        return True
    return following in _STANDS and form.zipf < _OFTEN_SAID


def _called_common(previous: str, capital: bool, form: Form) -> CalledCommon:
    """Led by an article it is one of many, or not this one: "a drake", "the Queen"."""
    if form.article or form.zipf < EVERYDAY:
        return ""
    if form.words > 1:
        return "one" if not capital and previous in _DETERMINERS else ""
    if form.nameliness is not Nameliness.WORD:
        return "one" if not capital and previous in _DETERMINERS else ""
    if previous == "the" and form.text.endswith("s"):
        return "many"
    return "one" if previous in _DETERMINERS or previous == "the" else ""


def _due(folded: str, start: int, end: int, led: bool) -> Due:
    """`led`: by a small article, which may be that of the next word: "the rock concert"."""
    near = max(0, start - _NEAR)
    before = words_of(folded[near:start])
    after_due = bool(before) and before[-1] in _DUE_AFTER
    if (after_due and _HEARD.search(folded, near, start)) or (
        _DONE_HEARD.match(folded, end) and not led
    ):
        return "heard"
    if (after_due and _SEEN.search(folded, near, start)) or (
        _DONE_SEEN.match(folded, end) and not led
    ):
        return "seen"
    return "any" if after_due and _COMPARED.search(folded, near, start) else ""


def glance(field: Field, casing: Casing, hit: Hit, form: Form) -> Sight:
    """What is seen of a name that needs no more: a full name, whatever stands beside it."""
    surface = field.text[hit.start : hit.end]
    head = _article_of(surface) if form.words == 1 else 0
    capital = _has_capital(surface[head:])
    explained = (
        form.capitalised
        or casing in _EXPLAINS_ALL
        or (form.words == 1 and opens_sentence(field.text, hit.start + head))
    ) and not (form.acronym and casing != "shouted" and surface.isupper())
    small = not capital and casing in _KEEPS_CAPITALS
    return Sight(surface, capital, explained, small, hit.tagged)


def _article_of(surface: str) -> int:
    head = surface.partition(" ")[0]
    return len(head) + 1 if len(head) < len(surface) and head.lower() in _ARTICLES else 0


def _has_capital(surface: str) -> bool:
    """Is it written as a name? Small words within a title need no capital."""
    if not surface[:1].isupper():
        return False
    return all(not word[0].islower() for word in surface.split() if len(word) > 3)
