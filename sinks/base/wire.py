"""Rows as PostgreSQL's binary COPY wants them.

A timestamptz on that wire is a whole number of microseconds since 2000, a jsonb is a version byte
and its text, an array has a header. `wired` makes a value so by the kind of its column, and `pack`
joins them to the bytes of a row.
"""

import math
import struct
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

import msgspec

from schemas.clock import Millis, in_calendar
from schemas.errors import SkippableError

Kind = Literal["text", "int8", "float8", "bool", "timestamptz", "jsonb", "text[]"]
Value = str | int | float | bool | bytes | None
Row = tuple[Value, ...]

COPY_HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_TAIL: Final = b"\xff\xff"
NULL: Final = b"\xff\xff\xff\xff"

EPOCH_2000_MS: Final = 946_684_800_000
TEXT_OID: Final = 25
JSONB_VERSION: Final = b"\x01"
NO_NUL: Final = "\ufffd"  # PostgreSQL cannot store U+0000 in any text
_ARRAY: Final = struct.Struct(">iiiii")
_LENGTH: Final = struct.Struct(">i")
_COUNT: Final = struct.Struct(">h")
_FIXED: Final[dict[Kind, struct.Struct]] = {
    "int8": struct.Struct(">q"),
    "timestamptz": struct.Struct(">q"),
    "float8": struct.Struct(">d"),
    "bool": struct.Struct(">?"),
}
_json = msgspec.json.Encoder().encode


def pack(columns: Sequence[tuple[str, Kind]], row: Row) -> bytes:
    found = zip(columns, row, strict=True)
    return joined([None if value is None else _plain(kind, value) for (_, kind), value in found])


def packed(kind: Kind, value: Any) -> bytes | None:
    """A field's value as the cell of a row; None is NULL."""
    told = wired(kind, value)
    return None if told is None else _plain(kind, told)


def joined(found: Sequence[bytes | None]) -> bytes:
    """Cells to a row."""
    parts = [_COUNT.pack(len(found))]
    for cell in found:
        parts += (NULL,) if cell is None else (_LENGTH.pack(len(cell)), cell)
    return b"".join(parts)


def cells(row: bytes, count: int) -> list[bytes | None]:
    """The first cells of a row."""
    found: list[bytes | None] = []
    at = _COUNT.size
    for _ in range(count):
        (size,) = _LENGTH.unpack_from(row, at)
        at += _LENGTH.size
        found.append(None if size < 0 else row[at : at + size])
        at += max(size, 0)
    return found


def _plain(kind: Kind, value: str | int | float | bytes) -> bytes:
    if isinstance(value, bytes):
        return value
    return value.encode() if isinstance(value, str) else _FIXED[kind].pack(value)


def text(value: str) -> str:
    return value.replace("\0", NO_NUL)


def shortened(value: str, size: int) -> str:
    """What of a text fits into so many bytes of UTF-8, to the character."""
    return value if 4 * len(value) <= size else value.encode()[:size].decode(errors="ignore")


def moment(value: Millis) -> int:
    """Raise SkippableError for a time that no calendar has."""
    return (in_calendar(value) - EPOCH_2000_MS) * 1000


def finite(value: float) -> float:
    """Raise SkippableError for what would make every sum that it enters not-a-number, too."""
    if not math.isfinite(value):
        raise SkippableError(f"{value} is not a finite number")
    return value


def document(value: Any) -> bytes:
    """Records, and tuples of them, as jsonb. Not-a-number becomes null, as JSON has none."""
    encoded = _json(value)
    if b"\\u0000" in encoded:
        encoded = _json(_without_nul(msgspec.to_builtins(value)))
    return JSONB_VERSION + encoded


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nul(part) for part in value]
    return value


def texts(values: Sequence[str]) -> bytes:
    if not values:
        return _LENGTH.pack(0) * 2 + _LENGTH.pack(TEXT_OID)
    parts = [_ARRAY.pack(1, 0, TEXT_OID, len(values), 1)]
    for value in values:
        plain = value.replace("\0", NO_NUL).encode()
        parts.append(_LENGTH.pack(len(plain)))
        parts.append(plain)
    return b"".join(parts)


# The other kinds stand on the wire as they are in a record.
_WIRED: Final[dict[Kind, Callable[[Any], Value]]] = {
    "text": text,
    "timestamptz": moment,
    "float8": finite,
    "jsonb": document,
    "text[]": texts,
}


def wired(kind: Kind, value: Any) -> Value:
    """A field's value for a column of the kind; None is NULL."""
    make = _WIRED.get(kind)
    return value if make is None or value is None else make(value)
