"""A file of sealed blocks: each behind its length and digest, and at the end the word that it ends.

    | length, digest | packed body | length, digest | packed body | ... | END |

What was cut short is whole up to its last whole block, and can go on behind that. Records say the
same over and over: packed, they take a fifth of their room.
"""

import zlib
from collections.abc import Iterator
from hashlib import blake2b
from typing import IO, Final

from schemas.errors import FatalError

_LENGTH: Final = 4
_DIGEST: Final = 16
_FAST: Final = 1  # of the levels of packing
_LONGEST: Final = 1 << 30  # no batch lets out so much
END: Final = b"\xff" * _LENGTH + b"here the end is."


class DamagedKeptError(FatalError):
    """What was kept of a run is not what was written."""


def _sealed(body: bytes) -> bytes:
    return len(body).to_bytes(_LENGTH, "big") + blake2b(body, digest_size=_DIGEST).digest()


def write_block(out: IO[bytes], body: bytes) -> None:
    """It is out of this process when this returns: a kill takes nothing of it back."""
    packed = zlib.compress(body, _FAST)
    out.write(_sealed(packed) + packed)
    out.flush()


def whole_blocks(file: IO[bytes]) -> Iterator[bytes]:
    """As they are packed, up to the first that is not; then the file stands behind the last one."""
    while True:
        begins = file.tell()
        head = file.read(len(END))
        length = int.from_bytes(head[:_LENGTH], "big")
        body = file.read(length) if length <= _LONGEST else b""
        if not body or head != _sealed(body):
            file.seek(begins)
            return
        yield body


def blocks(file: IO[bytes]) -> Iterator[bytes]:
    """All of them. Raises DamagedKeptError where one is not what was written, or the end is not
    there."""
    for packed in whole_blocks(file):
        yield zlib.decompress(packed)
    _require_end(file)


def require_whole(file: IO[bytes]) -> None:
    """Raises DamagedKeptError as `blocks` does."""
    for _ in whole_blocks(file):
        """Each is looked at."""
    _require_end(file)


def _require_end(file: IO[bytes]) -> None:
    at = file.tell()
    if file.read(len(END) + 1) != END:
        raise DamagedKeptError(f"{getattr(file, 'name', 'a kept file')} is not what was written,"
                               f" from byte {at} on")
