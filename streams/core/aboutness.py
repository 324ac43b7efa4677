"""Is a post about the entity it names, or does it name it in passing? Rules, the first wins."""

import re
from collections.abc import Sequence
from typing import Literal

from streams.core.fold import fold
from streams.core.reading import FieldName, casing_of
from streams.core.words import Nameliness, nameliness

About = Literal["subject", "passing"]
Place = tuple[FieldName, tuple[int, int]]

# Words right before a name that make it the foil of somebody else.
_FOIL = re.compile(
    r"(?:\b(?:like|unlike|than|alongside|opposite|featuring|feat\.?|ft\.?|starring|vs\.?|versus"
    r"|fellow|co-stars?|including|such as|inspired by|known for|the likes of|a la|directed by"
    r"|produced by|played by|of|on|in|from|in front of|rival(?:s|ling)?|compared to|about ex"
    r"|with ex|and ex|criticis?z?ing|defending|impersonates?|mimics?) (?:the )?|w/ ?)[\"']?\Z"
)
# ... but what happened to somebody is about them.
_BEFALLEN = re.compile(
    r"\b(?:death|passing|murder|killing|loss|memory|arrest|birth|return|demise|funeral|wedding"
    r"|honou?r|years|pictures?|photos?|video|footage) of (?:the )?[\"']?\Z"
)
_AT_EVENT = re.compile(r"\b(?:at|during) (?:the )?[\"']?\Z")
_NAMED_BY_ROLE = re.compile(  # "star of X", "his role in X", "the mother of X"
    r"\b(?:stars?|actor|actress|cast|member|alum|winner|host|co-star|contestant|role|work"
    r"|roles|fame|son|daughter|wife|husband|mother|father|brother|sister|ex|friend|widow|parents"
    r"|kids|children|fans?|days|set|sets) (?:of|on|in|from|with) (?:the )?[\"']?\Z"
)
_HAS_RELATIVE = re.compile(  # "X's son", "X star", "X-inspired": somebody else's story
    r"(?: \d{1,2})?[\"']?(?:'s?|)[ -](?:late |former |ex-?|older |younger |own |big |little "
    r"|estranged |best |longtime )*"
    r"(?:son|daughter|kids?|wife|husband|(?:mother|mum|mom|father|dad)(?!'s day)|brother|sister"
    r"|cousin|niece|nephew|ex|girlfriend|boyfriend|fianc.e?|friend|bff|pal|bodyguard|butler|biographer|trainer"
    r"|stylist|manager|lawyer|photographer|assistant|nanny|doctor|neighbou?r|bandmates?"
    r"|castmates?|co-?stars?|co-?hosts?|lookalike|doppelg.nger|impersonator|stars?|actor|actress"
    r"|alum|alumni?|creator|director|contestant|evictee|finalist|winner|cast|writer|showrunner"
    r"|screenwriter|producer|presenter|narrator|host|judge|inspired|themed|style|esque|fame|led|starrer)\b"
)
_WORK_OF = re.compile(r"(?:'s|') [A-Z][a-z]")
_QUOTED_WORK_OF = re.compile(r"(?:'s|') [\"'\u2018][A-Z]")
_IS_THE_STORY = re.compile(  # what comes after a name that makes it the story wherever it stands
    r"[\"']?(?:'s?)? (?:death|murder|wedding|pregnancy|birthday|divorce|funeral|arrest|engagement"
    r"|season|series|sequels?|spin-?off|reboot|remake|finale|premiere|trailer|release|reunion)\b"
)
_PERSON_OF = re.compile(r"(?:'s?)? ([A-Z][\w-]+) [A-Z]")
_LIST_NEIGHBOUR = r"(?:[A-Z][\w'.-]+(?: [A-Z][\w'.-]+){0,3})"
_LISTED = re.compile(rf"{_LIST_NEIGHBOUR}, {_LIST_NEIGHBOUR}(?:,? (?:and|&) |, ){_LIST_NEIGHBOUR}")
_OUTRO = re.compile(r"[|\u2013\u2014-] [\"']?\Z")  # "... | Good Morning Britain"
_WORD = re.compile(r"\w+")
_NEAR = 60
_STAGES = frozenset({"show", "event", "network", "franchise", "film", "company"})
_EVENTS = frozenset({"show", "event", "network"})
_CREDITS = frozenset({"show", "film", "franchise", "group", "album", "song", "network"})


def about(title: str, text: str, places: Sequence[Place], kind: str = "") -> About:
    """`title` without its publisher; every place where the entity, of this type, is named.

    Where the title names it, the title decides: it is the subject unless it is a foil or
    somebody's credit or relation. In the text alone it is passing unless the title has its last or
    first word or the text opens with it.
    """
    titled = [span for field, span in places if field == "title"]
    if titled:
        subject = any(_leads(title, start, end, kind) for start, end in titled)
    else:
        subject = any(_told(title, text, start, end, kind) for _, (start, end) in places)
    return "subject" if subject else "passing"


def _leads(title: str, start: int, end: int, kind: str) -> bool:
    """Is this place of a title a subject of it?"""
    if _belongs(title, start, end, kind):
        return False
    before = fold(title[max(0, start - _NEAR) : start])
    if start and end == len(title.rstrip(" '\"\u2019\u201d")) and _OUTRO.search(before):
        return kind not in _STAGES
    late = start > _NEAR // 4 and not title[max(0, start - 3) : start].rstrip().endswith(":")
    after = _straight(title[end : end + _NEAR])
    if not late or _BEFALLEN.search(before) or _IS_THE_STORY.match(after.lower()):
        return True
    if kind == "person" and _owns_a_work(title, after):
        return False
    if kind in _EVENTS and _AT_EVENT.search(before):
        return False
    return not _FOIL.search(before)


def _owns_a_work(title: str, after: str) -> bool:
    """Salman Khan's Maine Pyar Kiya: the story is the work's, or of whoever is in it."""
    if _QUOTED_WORK_OF.match(after):
        return True
    return casing_of(title) == "sentence" and _WORK_OF.match(after) is not None


def _told(title: str, text: str, start: int, end: int, kind: str) -> bool:
    """Is it a subject though only the text names it?"""
    if _belongs(text, start, end, kind) or _in_list(text, start, end):
        return False
    return _shares_word(title, text[start:end], kind) or _opens(text, start)


def _belongs(body: str, start: int, end: int, kind: str) -> bool:
    """Is it named only to say who somebody else is: "Euphoria star Anna", "Adele's son"?"""
    before, after = fold(body[max(0, start - _NEAR) : start]), fold(body[end : end + _NEAR])
    if _HAS_RELATIVE.match(after):
        return True
    if _NAMED_BY_ROLE.search(before) and not _BEFALLEN.search(before):
        return True
    if kind not in _CREDITS or _IS_THE_STORY.match(after):
        return False
    person = _PERSON_OF.match(_straight(body[end : end + _NEAR]))
    return person is not None and nameliness(person[1].lower()) is not Nameliness.WORD


def _straight(text: str) -> str:
    return text.replace("\u2019", "'").replace("\u201c", '"')


def _in_list(text: str, start: int, end: int) -> bool:
    window = max(0, start - _NEAR)
    near = text[window : end + _NEAR]
    return any(
        found.start() <= start - window and end - window <= found.end()
        for found in _LISTED.finditer(near)
    )


def _shares_word(title: str, surface: str, kind: str) -> bool:
    """The title says Swift or Taylor where the text says Taylor Swift, and means nobody else."""
    words = re.findall(r"\w{3,}", fold(surface))
    if not words:
        return False
    folded = fold(title)
    for word in dict.fromkeys((words[-1], words[0])):
        if word not in folded:
            continue
        for found in _WORD.finditer(folded):
            if found[0] != word:
                continue
            if not (_of_another(title, found, words) or _belongs(title, *found.span(), kind)):
                return True
    return False


def _of_another(title: str, found: re.Match[str], words: list[str]) -> bool:
    """Is the word there part of the name of somebody else, as a shared surname?"""
    if len(words) < 2:
        return False
    if found[0] == words[-1]:
        previous = re.search(r"([A-Z][\w-]+) \Z", title[: found.start()])
        return previous is not None and _names_another(previous[1], words)
    following = re.match(r" ([A-Z][\w-]+)", title[found.end() :])
    return following is not None and _names_another(following[1], words)


def _names_another(neighbour: str, words: list[str]) -> bool:
    word = fold(neighbour)
    return word not in words and nameliness(word) is not Nameliness.WORD


def _opens(text: str, start: int) -> bool:
    """Nothing but a word or two of description comes before: "Actor X has revealed"."""
    return len(text[:start].split()) <= 2 and not re.search(r"[,;:'\u2019]", text[:start])
