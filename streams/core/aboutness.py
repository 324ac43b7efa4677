"""Is a post about the entity it names, or does it name it in passing? Rules, the first wins."""

import re
from typing import Literal

from streams.core.fold import fold
from streams.core.reading import FieldName

About = Literal["subject", "passing"]

# Words right before a name that make it the foil of somebody else.
_FOIL = re.compile(
    r"(?:\b(?:like|unlike|than|alongside|opposite|featuring|feat\.?|ft\.?|starring|vs\.?|versus"
    r"|fellow|co-stars?|including|such as|inspired by|known for|the likes of|a la|directed by"
    r"|produced by|played by|of|on|in|from) (?:the )?|w/ ?)[\"']?\Z"
)
_NAMED_BY_ROLE = re.compile(  # "star of X", "his role in X", "the mother of X"
    r"\b(?:stars?|actor|actress|cast|member|alum|winner|host|co-star|contestant|role|work"
    r"|roles|fame|son|daughter|wife|husband|mother|father|brother|sister|ex|friend|widow|parents"
    r"|kids|children|fans?|days|set|sets) (?:of|on|in|from|with) (?:the )?[\"']?\Z"
)
_HAS_RELATIVE = re.compile(  # "X's son", "X star", "X-inspired": somebody else's story
    r"[\"']?(?:'s?|)[ -](?:late |former |ex-?|older |younger |own |big |little |estranged )*"
    r"(?:son|daughter|kids?|wife|husband|mother|mum|mom|father|dad|brother|sister|cousin|niece"
    r"|nephew|ex|girlfriend|boyfriend|fianc.e?|friend|bodyguard|butler|biographer|trainer|stylist"
    r"|co-?stars?|lookalike|impersonator|stars?|actor|actress|alum|alumni?|creator|director"
    r"|contestant|winner|cast|writer|showrunner|inspired|themed|style|esque|producer|fame|judge"
    r"|presenter|narrator)\b"
)
_LIST_NEIGHBOUR = r"(?:[A-Z][\w'.-]+(?: [A-Z][\w'.-]+){0,3})"
_LISTED = re.compile(rf"{_LIST_NEIGHBOUR}, {_LIST_NEIGHBOUR}(?:,? (?:and|&) |, ){_LIST_NEIGHBOUR}")
_NEAR = 60


def about(title: str, text: str, field: FieldName, span: tuple[int, int]) -> About:
    """`title` without its publisher; the span is of the field named.

    In the title a name is the subject unless it is a foil or somebody's relation. In the text
    alone it is passing unless the title has its last or first word or the text opens with it.
    """
    body = title if field == "title" else text
    start, end = span
    before, after = fold(body[max(0, start - _NEAR) : start]), fold(body[end : end + _NEAR])
    related = bool(_HAS_RELATIVE.match(after) or _NAMED_BY_ROLE.search(before))
    if field == "title":
        return "passing" if related or _foil(before, body, start) else "subject"
    if related or _in_list(text, start, end):
        return "passing"
    if _shares_word(title, text[start:end]):
        return "subject"
    return "subject" if _opens(text, start) else "passing"


def _foil(before: str, body: str, start: int) -> bool:
    """A foil stands late: "On Euphoria ..." and "In Tenet ..." open with their subject."""
    return start > _NEAR // 4 and bool(_FOIL.search(before)) and not _colon_before(body, start)


def _colon_before(body: str, start: int) -> bool:
    return ":" in body[max(0, start - 3) : start]


def _in_list(text: str, start: int, end: int) -> bool:
    window = max(0, start - _NEAR)
    near = text[window : end + _NEAR]
    return any(
        found.start() <= start - window and end - window <= found.end()
        for found in _LISTED.finditer(near)
    )


def _shares_word(title: str, surface: str) -> bool:
    """The title says Swift or Taylor where the text says Taylor Swift."""
    words = re.findall(r"\w{3,}", fold(surface))
    named = set(re.findall(r"\w{3,}", fold(title)))
    return bool(words) and (words[-1] in named or words[0] in named)


def _opens(text: str, start: int) -> bool:
    """Nothing but a word or two of description comes before: "Actor X has revealed"."""
    return len(text[:start].split()) <= 2 and not re.search(r"[,;:'\u2019]", text[:start])
