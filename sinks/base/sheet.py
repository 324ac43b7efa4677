"""Many Avro messages side by side, read field by field, and the rows that come of them.

A step of reading is one vector operation over all messages, not one Python call per field. Each
step says which bytes go into the rows next: bytes that it made (of one length for all rows, or
only some of them), or a piece of the messages. `rows` then gathers everything at once. A message
in which something is out of the ordinary is no longer `plain`, and gets no row here.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from pyarrow import compute

Bytes = NDArray[np.uint8]
Longs = NDArray[np.int64]
Mask = NDArray[np.bool_]
Words = NDArray[np.uint64]

MADE, PIECE, BLOCK = "made", "piece", "block"
LONGEST: Final = 10  # bytes of a varint
PAD: Final = bytes(16)  # reading past the last message is harmless, and noticed
# Eight bytes as one word, the first of them lowest.
_CONTINUES: Final = np.uint64(0x8080808080808080)
_ONE: Final = np.uint64(1)
# Seven bits of each byte join to fourteen of each two, to twenty-eight of each four, to all.
_JOINED: Final = (
    (np.uint64(0x007F007F007F007F), np.uint64(0x7F007F007F007F00), np.uint64(1)),
    (np.uint64(0x00003FFF00003FFF), np.uint64(0x3FFF00003FFF0000), np.uint64(2)),
    (np.uint64(0x000000000FFFFFFF), np.uint64(0x0FFFFFFF00000000), np.uint64(4)),
)
_SECOND: Final = np.int64(1 << 7)
_THIRD: Final = np.int64(1 << 14)


class Sheet:
    """The messages, how far each is read, and the parts of the rows so far."""

    def __init__(self, values: Sequence[bytes], begin: int) -> None:
        self.bytes = b"".join(values) + PAD
        self.all = np.frombuffer(self.bytes, np.uint8)
        sizes = np.fromiter(map(len, values), np.int64, len(values))
        self.ends: Longs = np.cumsum(sizes)
        self.at: Longs = self.ends - sizes
        self.plain: Mask = np.ones(len(values), np.bool_)
        self.everyone: Mask = np.ones(len(values), np.bool_)
        self._made: list[Bytes] = []
        self._width = 0
        self._blocks: list[bytes] = []
        self._limits: list[Longs] = []  # where in what was made for a row its parts end
        self._pieces: list[Longs] = []  # where each begins, and where it ends, in the messages
        self._order: list[tuple[str, int]] = []  # of the parts: the kind, and which one of it
        self._texts: list[tuple[Longs, Longs]] = []
        self._long = sliding_window_view(self.all, LONGEST)
        self.pass_over(self.everyone * begin)

    # Reading. `has` are the messages that have the field; the others stay where they are.

    def doubt(self, bad: Mask) -> None:
        self.plain &= ~bad

    def pass_over(self, sizes: Longs) -> None:
        self.at = self.at + sizes
        self.doubt(self.at > self.ends)
        self.at = np.minimum(self.at, self.ends)

    def _words(self) -> Words:
        return self._long[self.at, :8].view("<u8").ravel()

    def byte(self, has: Mask) -> Bytes:
        found = self.all[self.at]
        self.pass_over(has.astype(np.int64))
        return found

    def eight(self, has: Mask) -> Bytes:
        found = self._long[self.at, :8]
        self.pass_over(8 * has)
        return found

    def number(self, has: Mask) -> Longs:
        """A varint of up to eight bytes; a longer one is not plain."""
        word = self._words()
        last = ~word & _CONTINUES
        self.doubt(has & (last == 0))
        last &= -last  # the lowest bit that is set: the varint's last byte has it
        upto = last | (last - _ONE)
        self.pass_over((np.bitwise_count(upto) >> 3) * has)
        for within, beyond, shift in _JOINED:
            word = (word & within) | ((word & beyond) >> shift)
            upto = (upto & within) | ((upto & beyond) >> shift)
        total = (word & upto).view(np.int64)
        found: Longs = (total >> 1) ^ -(total & 1)
        return found

    def skip_number(self, has: Mask) -> None:
        window = self._long[self.at] < 128
        self.doubt(has & ~window.any(axis=1))
        self.pass_over((np.argmax(window, axis=1) + 1) * has)

    def size(self, has: Mask) -> Longs:
        """How long, or how many. Over a million, or more than is left: not plain, and 0."""
        total = self.all[self.at].astype(np.int64)
        used = has.astype(np.int64)
        bad = (total & 1) == 1
        if (total > 127).any():
            second, third = self.all[self.at + 1], self.all[self.at + 2]
            two = total > 127
            three = two & (second > 127)
            bad |= three & (third > 127)
            total = (total & 127) | (second & 127) * two * _SECOND | (third & 127) * three * _THIRD
            used = (1 + two.astype(np.int64) + three) * has
        self.pass_over(used)
        found = total >> 1
        bad |= found > self.ends - self.at
        self.doubt(bad & has)
        return np.where(bad | ~has, 0, found)

    def text(self, has: Mask) -> tuple[Longs, Longs]:
        size = self.size(has)
        start = self.at
        self._texts.append((start, size))
        self.pass_over(size)
        return start, size

    # Writing, in the order of the row.

    def put(self, made: Bytes) -> None:
        """The same number of bytes for every row; they may still be filled in later."""
        self._order.append((MADE, len(self._limits)))
        self._keep(made)

    def put_some(self, made: Bytes, sizes: Longs) -> None:
        """Only the first bytes of each, so many of them."""
        self._order.append((MADE, len(self._limits)))
        self._limits.append(self._width + sizes)
        self._keep(made)

    def put_piece(self, start: Longs, sizes: Longs) -> None:
        self._order.append((PIECE, len(self._pieces)))
        self._pieces += (start, start + sizes)

    def put_blocks(self, blocks: Sequence[bytes]) -> None:
        self._order.append((BLOCK, len(self._blocks)))
        self._blocks += blocks

    def rows(self) -> list[bytes | None]:
        """One for each message, none for those that are not plain."""
        self.doubt(self.at != self.ends)
        self._check_texts()
        taken = compute.take(self._pool(), self._places())
        _, limits, whole = taken.buffers()
        row = memoryview(limits).cast("i")[:: len(self._order)].tolist()
        found = whole.to_pybytes()
        return [
            found[begin:end] if plain else None
            for (begin, end), plain in zip(pairwise(row), self.plain.tolist(), strict=True)
        ]

    def _keep(self, made: Bytes) -> None:
        self._made.append(made)
        self._width += made.shape[1]
        self._limits.append(np.full(len(self.plain), self._width))

    def _pool(self) -> Any:
        """All bytes there are, cut wherever a part of a row may begin or end."""
        rows = np.arange(len(self.plain))
        made, cuts = np.concatenate(self._made, axis=1), np.stack(self._limits, axis=1)
        cuts = cuts + (len(self.all) + self._width * rows)[:, None]
        blocks = np.cumsum(np.fromiter(map(len, self._blocks), np.int64, len(self._blocks)))
        ends = (
            (0,),
            np.stack(self._pieces, axis=1).ravel(),
            (len(self.all),),
            cuts.ravel(),
            len(self.all) + made.size + blocks,
        )
        offsets = np.concatenate(ends).astype(np.int32)
        pool = b"".join((self.bytes, made.tobytes(), *self._blocks))
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(pool)]
        return pa.Array.from_buffers(pa.binary(), len(offsets) - 1, buffers)

    def _places(self) -> Any:
        """Which cut of the pool each part of each row is: what lies between pieces is one, too."""
        rows = np.arange(len(self.plain), dtype=np.int32)
        made = len(rows) * len(self._pieces) + 1
        block = made + len(rows) * len(self._limits)
        first = {
            PIECE: rows * len(self._pieces) + 1,
            MADE: made + rows * len(self._limits),
            BLOCK: block + rows,
        }
        found = np.empty((len(rows), len(self._order)), np.int32)
        for number, (kind, place) in enumerate(self._order):
            found[:, number] = first[kind] + place
        # Made of buffers: what turns arrays of numpy into its own first imports all of pandas.
        return pa.Array.from_buffers(pa.int32(), found.size, [None, pa.py_buffer(found)])

    def _check_texts(self) -> None:
        """No NUL, which PostgreSQL cannot store, and nothing that is not UTF-8."""
        # Neither NUL nor beyond ASCII: one less than it is from 0 to 126.
        odd = np.cumsum(self.all - np.uint8(1) > 126, dtype=np.int32)  # up to and with each place
        for start, size in self._texts:
            end = start + size
            for row in np.flatnonzero((odd[end - 1] != odd[start - 1]) & self.plain).tolist():
                self.plain[row] = _is_text(self.bytes[start[row] : end[row]])


def _is_text(piece: bytes) -> bool:
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return 0 not in piece
