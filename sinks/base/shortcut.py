"""Flat records from their Avro bytes straight to rows' bytes, many at once, no record between.

It is a shortcut and nothing more. Whatever is not plain (another schema version, a NUL, a time out
of range, a number that is not finite, no id, bytes that do not add up) gives None, and the long way
through `schemas.codec` decides. A property test holds that where it gives a row, the long way gives
the same one.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy as np

from schemas.codec import FRAME, MAGIC
from schemas.registry import latest
from sinks.base import fields as read
from sinks.base.fields import Step
from sinks.base.sheet import Sheet
from sinks.base.wire import Kind

Found = tuple[bytes, bytes]  # the id and the row
Shortcut = Callable[[Sequence[bytes | None]], list[Found | None]]

AT_ONCE: Final = 2_000
AT_ONCE_BYTES: Final = 2**20  # some ten times of it in memory, and no more
LONGEST: Final = 2**16

_STEPS: Final[dict[tuple[str, Kind], Step]] = {
    ("string", "text"): read.text,
    ("long", "int8"): read.int8,
    ("long", "timestamptz"): read.timestamptz,
    ("double", "float8"): read.float8,
    ("boolean", "bool"): read.boolean,
}


def _step(kind: Any, column: Kind | None, longest: int | None) -> Step | None:
    """How to read one field, or None when it is not flat; no column: it is passed over."""
    if isinstance(kind, list):
        inner = _step(kind[1], column, longest) if len(kind) == 2 and kind[0] == "null" else None
        return partial(read.optional, inner) if inner else None
    if isinstance(kind, dict):
        return _compound(kind, column, longest)
    if column is None:
        return read.long_unstored if kind == "long" else None
    if kind == "string" and longest is not None:
        return partial(read.text, longest=longest)
    return _STEPS.get((kind, column))


def _compound(kind: dict[str, Any], column: Kind | None, longest: int | None) -> Step | None:
    inner = kind.get("items", kind.get("values"))
    if inner is None:
        return _step(kind["type"], column, longest)
    if column is None:
        return read.longs_unstored if inner == "long" else None
    if column == "jsonb" and kind["type"] == "map" and inner in ("double", "string"):
        return partial(read.mapping, {"values": inner})
    if column == "jsonb" and kind["type"] == "array":
        return read.no_records
    return read.texts if (column, inner) == ("text[]", "string") else None


def shortcut_of(
    subject: str,
    columns: Sequence[tuple[str, Kind]],
    unstored: Collection[str] = (),
    longest: Mapping[str, int] | None = None,
    never: Collection[str] = (),
) -> Shortcut | None:
    """For the newest schema of a subject; None when its fields are not flat or not the columns.

    A record in which one of `never` is true is not plain.
    """
    version = latest(subject)
    fields = version.parsed["fields"]
    kept = dict(columns)
    if [f["name"] for f in fields if f["name"] not in unstored] != list(kept):
        return None
    found = [_step(f["type"], kept.get(f["name"]), (longest or {}).get(f["name"])) for f in fields]
    strict = {"id": read.identity, **dict.fromkeys(never, read.false)}
    for number, field in enumerate(fields):
        found[number] = strict.get(field["name"], found[number])
    steps = [step for step in found if step is not None]
    if len(steps) != len(found):
        return None
    frame, head = FRAME.pack(MAGIC, version.id), len(columns).to_bytes(2, "big")

    def take(values: Sequence[bytes | None]) -> list[Found | None]:
        taken: list[Found | None] = [None] * len(values)
        for chunk in _chunks(values, frame):
            rows = _rows([value for _, value in chunk], head, steps)
            for (number, _), row in zip(chunk, rows, strict=True):
                if row is not None:
                    taken[number] = (row[6 : 6 + int.from_bytes(row[2:6], "big")], row)
        return taken

    return take


def _chunks(values: Sequence[bytes | None], frame: bytes) -> Iterator[list[tuple[int, bytes]]]:
    """Those of the schema with their numbers: as many as is quick, as few as spares memory."""
    plain = [
        (number, value)
        for number, value in enumerate(values)
        if value is not None and value[:5] == frame and len(value) <= LONGEST
    ]
    size = sum([len(value) for _, value in plain])
    # Those of one topic are of about one length.
    count = min(AT_ONCE, max(1, len(plain) * AT_ONCE_BYTES // max(size, 1)))
    for first in range(0, len(plain), count):
        yield plain[first : first + count]


def _rows(values: Sequence[bytes], head: bytes, steps: Sequence[Step]) -> list[bytes | None]:
    sheet = Sheet(values, FRAME.size)
    sheet.put(np.tile(np.frombuffer(head, np.uint8), (len(values), 1)))
    for step in steps:
        step(sheet, sheet.everyone)
    return sheet.rows()
