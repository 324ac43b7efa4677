"""The one partition of proposals: what is pending, when a poll is over, and what then comes out.

Poll n closes when every partition of mentions has said n or more. Then its proposals are folded
in the order of (entity, step). Neither the moment of closing nor the order in the log, nor the
number of partitions, reaches an alert.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from schemas.records import Alert, Proposal, Tick
from streams.core.config import CoreConfig
from streams.core.intervals import NOTHING_PENDING, Row
from streams.core.proposals import MENTIONS
from streams.core.storybook import Storybook

CLOCK: Final = b""
BOOK: Final = b"stories"
BOOK_VERSION: Final = 1


class Clock(msgspec.Struct, array_like=True):
    """How far each partition of mentions has passed, and how many there are."""

    partitions: int = 0
    last: dict[str, int] = {}

    @property
    def over(self) -> int:
        """The last interval that all of them have passed; -1 while one was not heard."""
        origins = [f"{MENTIONS}-{p}" for p in range(self.partitions)]
        return min((self.last.get(origin, -1) for origin in origins), default=-1)


_decode_clock = msgspec.msgpack.Decoder(Clock).decode
_decode_book = msgspec.msgpack.Decoder(Storybook).decode


class StoryPartition:
    """The fold over all proposals, from one assignment to the next."""

    def __init__(self, config: CoreConfig, rows: Mapping[bytes, bytes]) -> None:
        """`rows` are what `take_rows` handed out before."""
        self._config = config
        self._pending: dict[int, dict[str, Proposal]] = {}
        self._oldest: dict[int, int] = {}  # poll -> lowest offset pending for it
        self._clock = _decode_clock(rows[CLOCK]) if CLOCK in rows else Clock()
        self.book = _decode_book(rows[BOOK]) if BOOK in rows else Storybook(BOOK_VERSION)
        if self.book.version != BOOK_VERSION:
            raise ValueError(
                f"storybook version {self.book.version}, this code reads {BOOK_VERSION}"
            )
        self._closed = max(self.book.closed, self._clock.over)
        self._heard = self._told = False

    def proposal(self, proposal: Proposal, offset: int) -> None:
        """Keep a proposal until its poll closes; one of a closed poll is a copy."""
        n = proposal.tick
        if n <= self._closed:
            return
        self._pending.setdefault(n, {})[proposal.id] = proposal
        self._oldest[n] = min(offset, self._oldest.get(n, offset))

    def tick(self, tick: Tick) -> None:
        """Hear how far a partition is. What it closes comes out of `close`."""
        if tick.n > self._clock.last.get(tick.origin, -1):
            self._clock.last[tick.origin] = tick.n
            self._clock.partitions = tick.present[MENTIONS]
            self._heard = True

    @property
    def closable(self) -> bool:
        """Never beyond `close`, which closes everything that can be."""
        return False

    def close(self) -> list[Alert]:
        """Close what is over, in order."""
        over = self._clock.over
        out: list[Alert] = []
        for n in sorted(n for n in self._pending if n <= over):
            self._oldest.pop(n)
            found = self._pending.pop(n).values()
            out += self.book.fold(n, sorted(found, key=_place), self._config)
            self._told = True
        self._closed = max(self._closed, over)
        return out

    def take_rows(self) -> list[Row]:
        """The rows that changed since the last call: the stories, then the clock.

        The stories carry the stamp of the last poll they hold, so it does no harm when only they
        were written. Call it behind `close`: a clock that was heard has then been acted upon.
        """
        rows = []
        if self._told:
            rows.append(Row(BOOK, msgspec.msgpack.encode(self.book)))
        if self._heard:
            rows.append(Row(CLOCK, msgspec.msgpack.encode(self._clock)))
        self._heard = self._told = False
        return rows

    def hold(self) -> int:
        """No offset at or past this may be committed: its proposal is pending."""
        return min(self._oldest.values(), default=NOTHING_PENDING)


def _place(proposal: Proposal) -> tuple[str, int, str]:
    return proposal.entity_id, proposal.alert.step if proposal.alert else -1, proposal.id
