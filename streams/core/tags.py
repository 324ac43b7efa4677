"""Names as they stand in tags: #TaylorSwift, #taylorswift, #TaylorSwiftErasTour."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from streams.core.edged import UNSPACED_CODE, coded
from streams.core.fold import FIRST_UNSPACED, fold

_SHORTEST = 4  # shorter joined names are words of their own: "#itis" is no tag of "It Is"
_NOT_IN_TAGS = re.compile(r"[\W_]+")
_SIGNS_ONLY = bytes(byte for byte in range(0x80) if not chr(byte).isalnum())
# In coded text: what runs on from a sign, letters but not the underscore.
_SIGNS = (b"#", b"@")
_HASH = b"#"
_RUN = re.compile(rb"[\x80-\xde\xe0-\xff\x03\x04]*")
_UNDERSCORE, _UNSPACED = b"\xdf", bytes([UNSPACED_CODE])


def joined(form: str) -> str:
    """A form as it stands in a tag: letters and digits only."""
    if form.isascii():
        return form.encode().translate(None, _SIGNS_ONLY).decode()
    return _NOT_IN_TAGS.sub("", form)


def takes(form: str) -> bool:
    """Is this form looked up as a tag, with nothing left for the search of whole texts?"""
    return is_signed(form) and len(form) > _SHORTEST and form[1:].isalnum()


def is_signed(form: str) -> bool:
    """Given with # or @: it counts only as a tag."""
    return form[0] in "#@"


class Tags:
    """The joined forms of names of several words, by checksum; a find is compared in full."""

    def __init__(self, forms: Sequence[str]) -> None:
        self._forms = forms
        self._longest = 0
        keys, starts = array("Q"), set[bytes]()
        for number, form in enumerate(forms):
            tag = _tag_of(form)
            if tag:
                self._longest = max(self._longest, len(tag))
                codes = coded(tag)
                starts.add(codes[:_SHORTEST])
                keys.append(crc32(codes) << 32 | number)
        self._keys = array("Q", np.sort(np.frombuffer(keys, "u8")).tobytes()) if keys else keys
        # Most tags are nobody's name: how they begin says so, or else one look at a byte.
        self._starts = frozenset(starts)
        bits = max(8, len(keys).bit_length() + 1)
        self._shift = 32 - bits
        self._hints = bytearray(1 << bits)
        for key in keys:
            self._hints[key >> 32 + self._shift] = 1

    def find(self, text: str, codes: bytes) -> list[tuple[int, int, int]]:
        """Start, end and number of every name that a tag is or begins with."""
        finds: list[tuple[int, int, int]] = []
        mixed = _UNSPACED in codes
        for sign in _SIGNS:
            start = codes.find(sign) + 1
            while start:
                if codes[start : start + _SHORTEST] in self._starts:
                    last = _run_end(codes, start)
                    if self._hints[crc32(codes[start:last]) >> self._shift]:
                        self._take(text, codes, start, last, finds)
                    if mixed or sign == _HASH:
                        self._take_beginnings(text, codes, start, last, finds)
                start = codes.find(sign, start) + 1
        return finds

    def _take_beginnings(
        self, text: str, codes: bytes, start: int, last: int, finds: list[tuple[int, int, int]]
    ) -> None:
        """Names that another word follows: after a hump of a # tag, or in another script."""
        tag = text[start : min(last, start + self._longest + 1)]
        humps = codes[start - 1 : start] == _HASH and not (tag.isalpha() and tag.islower())
        checksum, summed = 0, start
        for size in range(1, len(tag)):
            if (humps and _is_hump(tag, size)) or _changes_script(tag, size):
                checksum, summed = crc32(codes[summed : start + size], checksum), start + size
                if self._hints[checksum >> self._shift]:
                    self._take(text, codes, start, summed, finds)

    def _take(
        self, text: str, codes: bytes, start: int, end: int, finds: list[tuple[int, int, int]]
    ) -> None:
        """The first form that is joined as this stretch is, if any."""
        if end - start > self._longest or codes[end : end + 1] == _UNDERSCORE:
            return
        checksum, tag = crc32(codes[start:end]), fold(text[start:end])
        at = bisect_left(self._keys, checksum << 32)
        while at < len(self._keys) and self._keys[at] >> 32 == checksum:
            number = self._keys[at] & 0xFFFFFFFF
            if joined(self._forms[number]) == tag:
                finds.append((start, end, number))
                return
            at += 1


def _tag_of(form: str) -> str:
    """What stands after # or @ for this form; nothing where only the form itself can."""
    if is_signed(form):
        return form[1:] if takes(form) else ""
    if form.isalnum() or "." in form:
        return ""
    tag = joined(form)
    return tag if len(tag) >= _SHORTEST else ""


def _run_end(codes: bytes, start: int) -> int:
    run = _RUN.match(codes, start)
    return run.end() if run else start


def _changes_script(text: str, at: int) -> bool:
    return ord(text[at]) >= FIRST_UNSPACED > ord(text[at - 1])


def _is_hump(text: str, at: int) -> bool:
    """Does another word begin here?"""
    return text[at - 1].islower() and (text[at].isupper() or text[at].isdigit())
