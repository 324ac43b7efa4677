"""The events of a run that somebody wants to hear, kept batch by batch, and its account at the end.
"""

from collections.abc import Iterator, Sequence
from typing import IO, Final

import msgspec

from schemas.records import Record
from streams.replay.account import Account, Part
from streams.replay.blocks import END, DamagedKeptError, blocks, whole_blocks, write_block
from streams.replay.digest import Digest
from streams.replay.process import Told, told_of, wrapped


class _Block(msgspec.Struct, array_like=True):
    told: Told
    account: Part | None = None


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(_Block).decode


def write_told(out: IO[bytes], records: Sequence[Record]) -> None:
    """What one batch let out."""
    if records:
        write_block(out, _encode(_Block(wrapped(records))))


def write_account(out: IO[bytes], account: Account) -> None:
    """The end of the run."""
    write_block(out, _encode(_Block([], account.part())))
    out.write(END)
    out.flush()


def cut_behind(file: IO[bytes], length: int) -> None:
    """Forget what stands behind so many bytes. Raises DamagedKeptError when they are not there."""
    if length:
        for _ in whole_blocks(file):
            if file.tell() >= length:
                break
    if file.tell() != length:
        raise DamagedKeptError(f"{getattr(file, 'name', 'a kept file')} is not what was written")
    file.truncate()


class Heard:
    """What a run that came to its end let out. `account` is there when all was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.account = Account(Digest())

    def __iter__(self) -> Iterator[Record]:
        for block in blocks(self._file):
            found = _decode(block)
            yield from told_of(found.told)
            if found.account is not None:
                self.account.join(found.account)
