"""One figure for all events of a run: equal runs, equal figures, in whatever order they came."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

from schemas.clock import Millis
from schemas.errors import FatalError

SIZE: Final = 16
_MODULUS: Final = 1 << (8 * SIZE)


class Digest:
    """Adds up a hash per event, so that order is nothing and memory stays flat.

    With `fold`, events that were sent again are counted once; an id that comes with two different
    payloads is a broken promise and raises FatalError.
    """

    def __init__(self, fold: bool = False) -> None:
        self._sum = 0
        self._seen: dict[bytes, bytes] | None = {} if fold else None
        self.events: dict[str, int] = {}
        self.again = 0

    def add(self, topic: str, event_id: str, payload: bytes, known_time: Millis = -1) -> bool:
        """Take one event; False when it is one that was taken before.

        What a source told again may be read again under its id, at another `known_time`.
        """
        mark = blake2b(f"{topic}\x1f{event_id}\x1f".encode() + payload, digest_size=SIZE).digest()
        if self._seen is not None:
            name = event_id if known_time < 0 else f"{event_id}@{known_time}"
            if not self._first(topic, name, mark):
                return False
        self._sum = (self._sum + int.from_bytes(mark, "big")) % _MODULUS
        self.events[topic] = self.events.get(topic, 0) + 1
        return True

    def _first(self, topic: str, event_id: str, mark: bytes) -> bool:
        assert self._seen is not None
        key = f"{topic}\x1f{event_id}".encode()
        known = self._seen.setdefault(key, mark)
        if known is mark:
            return True
        if known != mark:
            raise FatalError(f"{topic}: event {event_id} has two payloads")
        self.again += 1
        return False

    def join(self, other: bytes, events: Mapping[str, int]) -> None:
        """Take the sum over events that another process has seen, and how many of each topic."""
        self._sum = (self._sum + int.from_bytes(other, "big")) % _MODULUS
        for topic, count in events.items():
            self.events[topic] = self.events.get(topic, 0) + count

    @property
    def sum(self) -> bytes:
        return self._sum.to_bytes(SIZE, "big")

    @property
    def hex(self) -> str:
        return self.sum.hex()
