"""Which articles a run saw, in eight bytes each: a month of them is counted in little memory."""

from array import array
from collections import Counter
from hashlib import blake2b
from typing import Final

import numpy as np

from schemas.ids import ANY_TEXT

KEY_BYTES: Final = 8  # two of ten million articles share a key once in 400 000 runs
MOST_REASONS: Final = 256


def key_of(article_id: str) -> int:
    told = article_id.encode(errors=ANY_TEXT)
    return int.from_bytes(blake2b(told, digest_size=KEY_BYTES).digest(), "little")


class Articles:
    """Ids that may come again; how many different ones came is asked at the end."""

    def __init__(self, keys: bytes = b"") -> None:
        self._keys = array("Q", keys)
        self._last = ""

    def add(self, article_id: str) -> bool:
        """False when it is the one of the call before: a text that names several comes so."""
        if article_id == self._last:
            return False
        self._last = article_id
        self._keys.append(key_of(article_id))
        return True

    def extend(self, keys: bytes) -> None:
        self._keys.frombytes(keys)

    def packed(self) -> bytes:
        return self._keys.tobytes()

    def __len__(self) -> int:
        return len(np.unique(np.frombuffer(self._keys, np.uint64))) if self._keys else 0


class LeftOut:
    """Articles that are no mention, each with the first reason that was told for it."""

    def __init__(self) -> None:
        self._articles = Articles()
        self._places = bytearray()  # of the reason, for each key
        self._reasons: list[str] = []

    def add(self, article_id: str, reason: str) -> None:
        if self._articles.add(article_id):
            self._places.append(self._place(reason))

    def _place(self, reason: str) -> int:
        if reason not in self._reasons:
            if len(self._reasons) == MOST_REASONS:
                raise ValueError(f"more than {MOST_REASONS} reasons for leaving articles out")
            self._reasons.append(reason)
        return self._reasons.index(reason)

    def extend(self, keys: bytes, places: bytes, reasons: list[str]) -> None:
        """What was left out behind all that is here."""
        self._articles.extend(keys)
        self._places += places.translate(
            bytes([self._place(reason) for reason in reasons]).ljust(256, b"\0"))

    def packed(self) -> tuple[bytes, bytes, list[str]]:
        return self._articles.packed(), bytes(self._places), list(self._reasons)

    def counted(self) -> Counter[str]:
        """Articles by their first reason."""
        keys = np.frombuffer(self._articles.packed(), np.uint64)
        _, first = np.unique(keys, return_index=True)
        places = np.frombuffer(bytes(self._places), np.uint8)[first]
        counts = np.bincount(places, minlength=len(self._reasons))
        return Counter({r: int(n) for r, n in zip(self._reasons, counts, strict=True) if n})
