"""Where in a text do known names stand? Whole names only, the longest where several overlap."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from streams.core.fold import fold

LONGEST_TEXT = 20_000
"""Characters of a text that are read: a post that goes on beyond this is not about its tail."""

_FIRST_UNSPACED = 0x2E80  # CJK, kana, Hangul: a Latin name may stand right beside them
_SHORTEST_TAG = 4  # shorter joined names are words of their own: "#itis" is no tag of "It Is"
# Combining marks, soft hyphen, zero width, direction marks, variation selectors.
_UNSEEN = re.compile(
    "[\u0300-\u036f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff]"
)
_POSSESSIVE = re.compile(r"s'(?!\w)")
_NOT_IN_TAGS = re.compile(r"[\W_]+")


class Hit(NamedTuple):
    """A name at text[start:end]; `name` is its number in `Spotter.forms`."""

    start: int
    end: int
    name: int
    tagged: bool  # right after # or @; the sign is not in the span


class _Pattern(NamedTuple):
    """What a text of the automaton stands for: a number in `forms`, or -1."""

    plain: int
    tag: int  # counts only right after # or @


class Spotter:
    """Spots the given (name, owner) pairs; names that fold alike are one form of several owners.

    A name given with # or @ counts only as a tag; a name of several words also does as a tag.
    """

    def __init__(self, names: Iterable[tuple[str, int]]) -> None:
        owners: dict[str, set[int]] = {}
        for name, owner in names:
            form = canonical(name)
            if joined(form):
                owners.setdefault(form, set()).add(owner)
        self.forms: tuple[str, ...] = tuple(sorted(owners))
        self.owners: tuple[tuple[int, ...], ...] = tuple(
            tuple(sorted(owners[f])) for f in self.forms
        )
        patterns = _patterns(self.forms)
        self._patterns = tuple(patterns.values())
        self._automaton = AhoCorasick(
            list(patterns), matchkind=MatchKind.Standard, store_patterns=False
        )

    def spot(self, text: str) -> list[Hit]:
        """Names in reading order, none overlapping; offsets are those of `text` as given."""
        return self.spot_folded(text, fold(text[:LONGEST_TEXT]))

    def spot_folded(self, text: str, folded: str) -> list[Hit]:
        """`spot` for a text whose folded form is at hand already."""
        if len(folded) > LONGEST_TEXT:
            folded = folded[:LONGEST_TEXT]
        if folded.isascii() or not _UNSEEN.search(folded):
            return longest(self._standing(text, folded))
        return self._spot_as_seen(text[:LONGEST_TEXT], folded)

    def _standing(self, text: str, folded: str) -> Iterator[Hit]:
        size = len(folded)
        for index, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            # Most finds are pieces of words: the two plain questions come first.
            before = folded[start - 1] if start else " "
            if (before.isalnum() or before == "_") and _joins(before, folded[start]):
                continue
            after = folded[end] if end < size else " "
            if (after.isalnum() or after == "_") and _joins(after, folded[end - 1]):
                if before == "#" or after == "s":
                    yield from self._running_on(index, text, folded, start, end)
            elif not ((before in ".@" or after == ".") and _in_address(text, start, end)):
                plain, tag = self._patterns[index]
                tagged = before in "#@"
                if tagged and tag >= 0:
                    yield Hit(start, end, tag, True)
                elif plain >= 0:
                    yield Hit(start, end, plain, tagged)

    def _running_on(
        self, index: int, text: str, folded: str, start: int, end: int
    ) -> Iterator[Hit]:
        """A name that a word goes on from: #TaylorSwiftErasTour, the Swifts'."""
        plain, tag = self._patterns[index]
        sign = folded[start - 1] if start else ""
        if sign == "#" and tag >= 0 and _is_hump(text, end):
            yield Hit(start, end, tag, True)
        elif plain >= 0 and _POSSESSIVE.match(folded, end):
            yield Hit(start, end, plain, sign == "#")

    def _spot_as_seen(self, text: str, folded: str) -> list[Hit]:
        """Read what a reader sees: loose accents and zero-width characters are passed over."""
        hits = longest(self._standing(_UNSEEN.sub("", text), _UNSEEN.sub("", folded)))
        if not hits:
            return []
        # A seen character moves right by the unseen ones before it.
        unseen = [match.start() - nth for nth, match in enumerate(_UNSEEN.finditer(folded))]

        def given(at: int) -> int:
            return at + bisect_right(unseen, at)

        return [hit._replace(start=given(hit.start), end=given(hit.end - 1) + 1) for hit in hits]


def canonical(name: str) -> str:
    """The form under which a name is known: folded, one blank between words, nothing unseen."""
    return " ".join(_UNSEEN.sub("", fold(name)).split())


def joined(form: str) -> str:
    """A form as it stands in a tag: letters and digits only."""
    return _NOT_IN_TAGS.sub("", form)


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """Of overlapping hits the leftmost, of those the longest."""
    standing = list(hits)
    if len(standing) < 2:
        return standing
    chosen: list[Hit] = []
    free = 0
    for hit in sorted(standing, key=lambda hit: (hit.start, -hit.end)):
        if hit.start >= free:
            chosen.append(hit)
            free = hit.end
    return chosen


def _patterns(forms: Sequence[str]) -> dict[str, _Pattern]:
    patterns = {f: _Pattern(number, -1) for number, f in enumerate(forms) if f[0] not in "#@"}
    for number, form in enumerate(forms):
        sign = form[0] in "#@"
        tag = form[1:] if sign else joined(form)
        if sign or (tag != form and "." not in form and len(tag) >= _SHORTEST_TAG):
            known = patterns.get(tag, _Pattern(-1, -1))
            if known.tag < 0:  # the first form keeps a tag that two forms share
                patterns[tag] = known._replace(tag=number)
    return patterns


def _joins(letter: str, edge: str) -> bool:
    """Does this neighbouring letter put the name's edge inside a longer word?"""
    return ord(letter) < _FIRST_UNSPACED or ord(edge) >= _FIRST_UNSPACED


def _is_hump(text: str, end: int) -> bool:
    """The tag goes on with another word: #TaylorSwiftErasTour."""
    return text[end - 1].islower() and (text[end].isupper() or text[end].isdigit())


def _in_address(text: str, start: int, end: int) -> bool:
    """Part of a host, file or mail name: drake.com, www.drake, me@drake; not "J.Lo.Then"."""
    head, tail = text[max(0, start - 2) : start], text[end : end + 2]
    if head[-1:] == "@":
        return head[:1].isalnum()
    return (head[-1:] == "." and head[:1].islower() and text[start].islower()) or (
        tail[:1] == "." and tail[1:].islower()
    )
