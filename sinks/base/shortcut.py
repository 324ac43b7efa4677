"""A flat record from its Avro bytes straight to a row's bytes, without the record between.

It is a shortcut and nothing more. Whatever is not plain (another schema version, a NUL, a time out
of range, bytes that do not add up) gives None, and the long way through `schemas.codec` decides. A
property test holds that where it gives a row, the long way gives the same one.
"""

import struct
from collections.abc import Callable, Collection, Sequence
from typing import Any, Final

from schemas.codec import FRAME, MAGIC
from schemas.registry import latest
from sinks.base.wire import (
    EPOCH_2000_MS,
    NULL,
    TEXT_OID,
    YEAR_1_MS,
    YEAR_10000_MS,
    Kind,
    document,
    texts,
)

Put = Callable[[bytes], None]
Step = Callable[[bytes, int, Put], int]
Shortcut = Callable[[bytes], tuple[bytes, bytes] | None]  # bytes to the id and the row

EIGHT: Final = b"\x00\x00\x00\x08"
TRUE, FALSE = b"\x00\x00\x00\x01\x01", b"\x00\x00\x00\x01\x00"
_LENGTH: Final = struct.Struct(">i").pack
_SHORT: Final = tuple(_LENGTH(size) for size in range(256))
_FIELD: Final = struct.Struct(">iq").pack
_ARRAY: Final = struct.Struct(">iiiiii").pack
_DOUBLE: Final = struct.Struct("<d")
NO_TEXTS: Final = texts(())


class _Unplain(Exception):  # noqa: N818 - no error: the long way goes on
    """This record is none for the shortcut."""


def _number(value: bytes, at: int) -> tuple[int, int]:
    """A zigzag varint, and where it ends."""
    byte = value[at]
    at += 1
    total, shift = byte & 127, 7
    while byte > 127:
        byte = value[at]
        at += 1
        total |= (byte & 127) << shift
        shift += 7
    if total >> 64:
        raise _Unplain
    return (total >> 1) ^ -(total & 1), at


def _text(value: bytes, at: int, put: Put) -> int:
    size = value[at]
    if size > 127 or size & 1:
        size, at = _number(value, at)
        if size < 0:
            raise _Unplain
    else:
        size >>= 1
        at += 1
    end = at + size
    piece = value[at:end]
    if 0 in piece:
        raise _Unplain
    if not piece.isascii():
        piece.decode()
    put(_SHORT[size] if size < 256 else _LENGTH(size))
    put(piece)
    return end


def _int8(value: bytes, at: int, put: Put) -> int:
    number, at = _number(value, at)
    put(_FIELD(8, number))
    return at


def _timestamptz(value: bytes, at: int, put: Put) -> int:
    moment, at = _number(value, at)
    if not YEAR_1_MS <= moment < YEAR_10000_MS:
        raise _Unplain
    put(_FIELD(8, (moment - EPOCH_2000_MS) * 1000))
    return at


def _float8(value: bytes, at: int, put: Put) -> int:
    end = at + 8
    put(EIGHT)
    put(value[at:end][::-1])
    return end


def _bool(value: bytes, at: int, put: Put) -> int:
    put(TRUE if value[at] else FALSE)
    return at + 1


def _texts(value: bytes, at: int, put: Put) -> int:
    """One block of texts, as writers make it, and the empty block that ends it."""
    count, at = _number(value, at)
    if count == 0:
        put(_LENGTH(len(NO_TEXTS)))
        put(NO_TEXTS)
        return at
    if count < 0:
        raise _Unplain
    parts: list[bytes] = []
    for _ in range(count):
        at = _text(value, at, parts.append)
    if value[at]:
        raise _Unplain
    body = b"".join(parts)
    put(_ARRAY(20 + len(body), 1, 0, TEXT_OID, count, 1))
    put(body)
    return at + 1


def _amounts(value: bytes, at: int, put: Put) -> int:
    """One block of names with numbers, or none at all, as the document that it is in the table."""
    count, at = _number(value, at)
    if count < 0:
        raise _Unplain
    found: dict[str, float] = {}
    for _ in range(count):
        name: list[bytes] = []
        at = _text(value, at, name.append)
        (found[name[1].decode()],) = _DOUBLE.unpack_from(value, at)
        at += _DOUBLE.size
    if count:
        if value[at]:
            raise _Unplain
        at += 1
    body = document(found)
    put(_LENGTH(len(body)))
    put(body)
    return at


def _numbers(value: bytes, at: int, _put: Put) -> int:
    """One block of whole numbers, or none at all, that no column keeps."""
    count, at = _number(value, at)
    if count < 0:
        raise _Unplain
    for _ in range(count):
        _, at = _number(value, at)
    if count and value[at]:
        raise _Unplain
    return at + 1 if count else at


def _passed_over(step: Step) -> Step:
    def read(value: bytes, at: int, _: Put) -> int:
        return step(value, at, _nowhere)

    return read


def _nowhere(_: bytes) -> None:
    return None


def _optional(step: Step) -> Step:
    def read(value: bytes, at: int, put: Put) -> int:
        branch = value[at]
        if branch == 0:
            put(NULL)
            return at + 1
        if branch != 2:
            raise _Unplain
        return step(value, at + 1, put)

    return read


_STEPS: Final[dict[tuple[str, Kind], Step]] = {
    ("string", "text"): _text,
    ("long", "int8"): _int8,
    ("long", "timestamptz"): _timestamptz,
    ("double", "float8"): _float8,
    ("boolean", "bool"): _bool,
    ("array", "text[]"): _texts,
    ("map", "jsonb"): _amounts,
}
_UNSTORED: Final[dict[str, Step]] = {
    "long": _passed_over(_int8),
    "array of long": _passed_over(_numbers),
}


def _step(kind: Any, column: Kind) -> Step | None:
    """How to read one field, or None when it is not flat."""
    if isinstance(kind, list):
        inner = _step(kind[1], column) if len(kind) == 2 and kind[0] == "null" else None
        return _optional(inner) if inner else None
    if isinstance(kind, dict):
        if kind.get("items", "string") != "string" or kind.get("values", "double") != "double":
            return None
        return _step(kind["type"], column)
    return _STEPS.get((kind, column))


def _unstored(kind: Any) -> Step | None:
    plain = isinstance(kind, dict) and kind["type"] == "array"
    return _UNSTORED.get(f"array of {kind['items']}" if plain else kind)


def shortcut(
    subject: str, columns: Sequence[tuple[str, Kind]], unstored: Collection[str] = ()
) -> Shortcut | None:
    """For the newest schema of a subject; None when its fields are not flat or not the columns."""
    version = latest(subject)
    fields = version.parsed["fields"]
    kept = dict(columns)
    if [f["name"] for f in fields if f["name"] not in unstored] != list(kept):
        return None
    found = [
        _unstored(f["type"]) if f["name"] in unstored else _step(f["type"], kept[f["name"]])
        for f in fields
    ]
    steps = [step for step in found if step is not None]
    if len(steps) != len(found):
        return None
    frame, head = FRAME.pack(MAGIC, version.id), struct.pack(">h", len(columns))

    def take(value: bytes) -> tuple[bytes, bytes] | None:
        if value[:5] != frame:
            return None
        parts, at = [head], 5
        put = parts.append
        try:
            for step in steps:
                at = step(value, at, put)
        except (_Unplain, IndexError, UnicodeDecodeError, struct.error):
            return None
        # Every step trusted its length; that all of them add up proves each.
        return (parts[2], b"".join(parts)) if at == len(value) else None

    return take
