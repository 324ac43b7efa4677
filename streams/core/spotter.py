"""Where in a text do known names stand? Whole names only, the longest where several overlap."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import msgspec
from ahocorasick_rs import BytesAhoCorasick

from streams.core.edged import HIDDEN_CODE, JOINING, LETTER_CODE, coded, edged
from streams.core.fold import UNSEEN, fold
from streams.core.foreign import ForeignNames
from streams.core.tags import Tags, is_signed, takes

LONGEST_TEXT = 120_000
"""Characters of a text that are read: a post that goes on beyond this is not about its tail."""

_BLANK, _DOT, _AT, _HASH = b" .@#"
_SIGNS = (_AT, _HASH)
_JOINS = bytes(byte >= JOINING or byte == LETTER_CODE for byte in range(0x100))
_HIDDEN = bytes([HIDDEN_CODE])
# In coded text: "the Swifts' songs", and what takes the place of such an s.
_POSSESSIVE = re.compile(rb"\xf3'(?![\x80-\xff\x03\x04])")
_AS_BLANK = b" '"
_SIGNED, _JOINED, _PLAIN = range(3)  # which reading of the same span is preferred
_Find = tuple[int, int, int, int, bool]  # start, minus the end, the reading, the form, tagged


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A name at text[start:end]; `name` is its number in `Spotter.forms`."""

    start: int
    end: int
    name: int
    tagged: bool  # right after # or @; the sign is not in the span


class Owners(Sequence[tuple[int, ...]]):
    """The owners of each form, in two flat arrays: a million tuples would take ten times more."""

    def __init__(self, owners: Iterable[int | set[int]]) -> None:
        self._starts, self._flat = array("I", [0]), array("I")
        for one in owners:
            if isinstance(one, int):
                self._flat.append(one)
            else:
                self._flat.extend(sorted(one))
            self._starts.append(len(self._flat))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # as a list has none

    @overload
    def __getitem__(self, at: int) -> tuple[int, ...]: ...
    @overload
    def __getitem__(self, at: slice) -> list[tuple[int, ...]]: ...
    def __getitem__(self, at: int | slice) -> tuple[int, ...] | list[tuple[int, ...]]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        if not 0 <= at < len(self):
            raise IndexError(at)
        return tuple(self._flat[self._starts[at] : self._starts[at + 1]])


class Spotter:
    """Spots the given (name, owner) pairs; names that fold alike are one form of several owners.

    A name given with # or @ counts only as a tag; a name of several words also does as a tag.
    What stands in an address is no name (drake.com, me@drake), unless `in_addresses` says so.
    """

    def __init__(self, names: Iterable[tuple[str, int]], *, in_addresses: bool = False) -> None:
        owners = _owners(names)
        self.forms: tuple[str, ...] = tuple(sorted(owners))
        self.owners = Owners(owners[form] for form in self.forms)
        del owners  # before the automaton is built: at a million names it weighs as much
        self._in_addresses = in_addresses
        self._tags = Tags(self.forms)
        self._near = _Patterns(self.forms, ascii_only=True)
        self._far = _Patterns(self.forms, ascii_only=False)
        self._search = BytesAhoCorasick(self._near.as_searched()).find_matches_as_indexes
        self._foreign = ForeignNames(self._far.texts) if self._far.texts else None
        self._near.texts.clear()

    def spot(self, text: str) -> list[Hit]:
        """Names in reading order, none overlapping; offsets are those of `text` as given."""
        text = text[:LONGEST_TEXT]
        codes = coded(text)
        if _HIDDEN in codes:
            return self._spot_as_seen(text, codes)
        finds = self._finds(text, codes)
        if len(finds) > 1:
            finds = chosen(finds)
        return [Hit(start, -minus_end, form, tagged) for start, minus_end, _, form, tagged in finds]

    def _spot_as_seen(self, text: str, codes: bytes) -> list[Hit]:
        """Read what a reader sees: loose accents and zero-width characters are passed over."""
        finds = chosen(self._finds(UNSEEN.sub("", text), codes.replace(_HIDDEN, b"")))
        if not finds:
            return []
        # A seen character moves right by the unseen ones before it.
        unseen = [match.start() - nth for nth, match in enumerate(UNSEEN.finditer(text))]

        def given(at: int) -> int:
            return at + bisect_right(unseen, at)

        return [
            Hit(given(start), given(-minus_end - 1) + 1, form, tagged)
            for start, minus_end, _, form, tagged in finds
        ]

    def _finds(self, text: str, codes: bytes) -> list[_Find]:
        """Every name that stands whole, overlapping ones too."""
        finds = self._whole(text, codes)
        if b"'" in codes and b"\xf3'" in codes:
            finds += self._possessive(text, codes)
        if b"@" in codes or b"#" in codes:
            for start, end, form in self._tags.find(text, codes):
                if self._in_addresses or not _in_address(text, start, end):
                    finds.append((start, -end, _JOINED, form, True))
        if self._foreign is not None and self._foreign.may_be_in(codes):
            finds += self._other_scripts(text, codes, self._foreign)
        return finds

    def _whole(self, text: str, codes: bytes) -> list[_Find]:
        marks = self._search(edged(codes), overlapping=True)
        if not marks:
            return []
        finds: list[_Find] = []
        names, first_signed, size = self._near.forms, self._near.first_signed, len(codes)
        for pattern, start, end in marks:
            reading = _PLAIN
            if pattern >= first_signed:
                start, reading = start + 1, _SIGNED
            before = codes[start - 1] if start else _BLANK
            after = codes[end] if end < size else _BLANK
            if before == after == _BLANK:
                finds.append((start, -end, reading, names[pattern], False))
            elif not (
                _JOINS[before] or _JOINS[after] or self._addressed(before, after, text, start, end)
            ):
                finds.append((start, -end, reading, names[pattern], before in _SIGNS))
        return finds

    def _possessive(self, text: str, codes: bytes) -> Iterator[_Find]:
        """Names that only the s of a possessive goes on from: the Swifts' songs."""
        altered = _POSSESSIVE.sub(_AS_BLANK, codes)
        if altered != codes:
            for find in self._whole(text, altered):
                end = -find[1]
                if find[2] == _PLAIN and altered[end : end + 1] != codes[end : end + 1]:
                    yield find

    def _other_scripts(self, text: str, codes: bytes, names: ForeignNames) -> Iterator[_Find]:
        for start, end, pattern in names.find(fold(text)):
            reading = _PLAIN
            if pattern >= self._far.first_signed:
                start, reading = start + 1, _SIGNED
            before = codes[start - 1] if start else _BLANK
            after = codes[end] if end < len(codes) else _BLANK
            if not self._addressed(before, after, text, start, end):
                yield start, -end, reading, self._far.forms[pattern], before in _SIGNS

    def _addressed(self, before: int, after: int, text: str, start: int, end: int) -> bool:
        if self._in_addresses or not (before in (_DOT, _AT) or after == _DOT):
            return False
        return _in_address(text, start, end)


class _Patterns:
    """The texts that one automaton looks for, and the number of the form behind each."""

    def __init__(self, forms: Sequence[str], *, ascii_only: bool) -> None:
        mine = [n for n, form in enumerate(forms) if form.isascii() == ascii_only]
        plain = [n for n in mine if not is_signed(forms[n])]
        signed = [n for n in mine if is_signed(forms[n]) and not takes(forms[n])]
        firsts = {forms[n][1:]: n for n in reversed(signed)}  # the first form keeps a tag
        self.first_signed = len(plain)
        self.forms = array("I", [*plain, *firsts.values(), *firsts.values()])
        self.texts = [forms[n] for n in plain]
        self.texts += [sign + tag for sign in "#@" for tag in firsts]

    def as_searched(self) -> list[bytes]:
        """All at once, a line each: a line feed parts words as a blank does."""
        if not self.texts:
            return []
        return edged(b"\n".join(map(coded, self.texts))).split(b"\n")


def canonical(name: str) -> str:
    """The form under which a name is known: folded, one blank between words, nothing unseen."""
    folded = fold(name)
    form = " ".join((folded if folded.isascii() else UNSEEN.sub("", folded)).split())
    return name if form == name else form


def chosen(finds: list[_Find]) -> list[_Find]:
    """Of overlapping finds the leftmost, of those the longest, of those the preferred reading."""
    if len(finds) < 2:
        return finds
    finds.sort()
    kept: list[_Find] = []
    free = 0
    for find in finds:
        if find[0] >= free:
            kept.append(find)
            free = -find[1]
    return kept


def _owners(names: Iterable[tuple[str, int]]) -> dict[str, int | set[int]]:
    owners: dict[str, int | set[int]] = {}
    for name, owner in names:
        form = canonical(name)
        known = owners.setdefault(form, owner)
        if isinstance(known, set):
            known.add(owner)
        elif known != owner:
            owners[form] = {known, owner}
    return {form: own for form, own in owners.items() if any(map(str.isalnum, form))}


def _in_address(text: str, start: int, end: int) -> bool:
    """Part of a host, file or mail name: drake.com, www.drake, me@drake; not "J.Lo.Then"."""
    head, tail = text[max(0, start - 2) : start], text[end : end + 2]
    if head[-1:] == "@":
        return head[:1].isalnum()
    return (head[-1:] == "." and head[:1].islower() and text[start].islower()) or (
        tail[:1] == "." and tail[1:].islower()
    )
