"""Fields of many records at once: how each kind is read, and what of it stands in the rows."""

import io
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any, Final, cast

import fastavro
import numpy as np

from schemas.clock import YEAR_1_MS, YEAR_10000_MS
from sinks.base.sheet import Bytes, Longs, Mask, Sheet
from sinks.base.wire import EPOCH_2000_MS, TEXT_OID, document

Step = Callable[[Sheet, Mask], None]

MOST: Final = 24  # texts in a list, entries of a mapping
NO_ENTRIES: Final = document({})
NO_RECORDS: Final = document(())
_read: Final = cast("Callable[..., Any]", fastavro.schemaless_reader)


def _big_endian(values: Longs, width: int) -> Bytes:
    kind = {4: ">i4", 8: ">i8"}[width]
    return values.astype(kind).view(np.uint8).reshape(-1, width)


def _headed(sheet: Sheet, has: Mask, payload: Bytes) -> None:
    """A value of fixed length, or NULL."""
    width = payload.shape[1]
    sizes = np.where(has, width, -1)
    sheet.put(_big_endian(sizes, 4))
    if has.all():
        sheet.put(payload)
    else:
        sheet.put_some(payload, np.where(has, width, 0))


def text(sheet: Sheet, has: Mask, longest: int | None = None) -> None:
    start, size = sheet.text(has)
    if longest is not None:
        size = _cut(sheet.all, start, size, longest)
    _put_text(sheet, has, start, size)


def _put_text(sheet: Sheet, has: Mask, start: Longs, size: Longs) -> None:
    sheet.put(_big_endian(np.where(has, size, -1), 4))
    sheet.put_piece(start, size)


def identity(sheet: Sheet, has: Mask) -> None:
    """A text that is not empty."""
    start, size = sheet.text(has)
    sheet.doubt(has & (size == 0))
    _put_text(sheet, has, start, size)


def _cut(pool: Bytes, start: Longs, size: Longs, longest: int) -> Longs:
    """To so many bytes and no part of a character, which has four bytes at most."""
    cut = np.where(size > longest, longest, size)
    for _ in range(3):
        inside = (cut < size) & (pool[start + cut] & 0xC0 == 0x80)
        cut = np.where(inside, cut - 1, cut)
    return cut


def int8(sheet: Sheet, has: Mask) -> None:
    _headed(sheet, has, _big_endian(sheet.number(has), 8))


def timestamptz(sheet: Sheet, has: Mask) -> None:
    moment = sheet.number(has)
    odd = (moment < YEAR_1_MS) | (moment >= YEAR_10000_MS)
    sheet.doubt(odd & has)
    micros = (np.where(odd, EPOCH_2000_MS, moment) - EPOCH_2000_MS) * 1000
    _headed(sheet, has, _big_endian(micros, 8))


def float8(sheet: Sheet, has: Mask) -> None:
    found = sheet.eight(has)
    sheet.doubt(has & ~np.isfinite(found.view("<f8").ravel()))
    _headed(sheet, has, found[:, ::-1])


def boolean(sheet: Sheet, has: Mask) -> None:
    _headed(sheet, has, (sheet.byte(has) != 0).astype(np.uint8)[:, None])


def false(sheet: Sheet, has: Mask) -> None:
    sheet.doubt(sheet.all[sheet.at] != 0)
    boolean(sheet, has)


def _count(sheet: Sheet, has: Mask) -> tuple[Longs, int]:
    """Of the one block that writers make; what has more entries than most is not plain."""
    count = sheet.size(has)
    sheet.doubt(count > MOST)
    count = np.where(count > MOST, 0, count)
    return count, int(count.max(initial=0))


def _closed(sheet: Sheet, some: Mask) -> None:
    """The empty block after a block."""
    sheet.doubt(some & (sheet.byte(some) != 0))


def texts(sheet: Sheet, has: Mask) -> None:
    count, most = _count(sheet, has)
    some = count > 0
    total, head = np.empty((len(count), 4), np.uint8), np.zeros((len(count), 20), np.uint8)
    sheet.put(total)
    head[:, 3] = some
    head[:, 8:12] = np.frombuffer(TEXT_OID.to_bytes(4, "big"), np.uint8)
    head[:, 12:16] = _big_endian(count, 4)
    head[:, 19] = 1
    length = np.where(some, 20, 12)
    sheet.put_some(head, length)
    for number in range(most):
        there = count > number
        start, size = sheet.text(there)
        sheet.put_some(_big_endian(size, 4), np.where(there, 4, 0))
        sheet.put_piece(start, size)
        length = length + np.where(there, 4 + size, 0)
    _closed(sheet, some)
    total[:] = _big_endian(length, 4)


def mapping(schema: Mapping[str, Any], sheet: Sheet, has: Mask) -> None:
    """Names with numbers or texts, as the document that they are in the table."""
    begin = sheet.at
    count, most = _count(sheet, has)
    for number in range(most):
        there = count > number
        sheet.text(there)
        if schema["values"] == "double":
            sheet.pass_over(8 * there)
        else:
            sheet.text(there)
    _closed(sheet, count > 0)
    made = _document_of_amounts if schema["values"] == "double" else _document_of_texts
    bounds = zip(
        begin.tolist(), sheet.at.tolist(), (sheet.plain & (count > 0)).tolist(), strict=True
    )
    documents = [made(sheet.bytes[a:b]) if there else NO_ENTRIES for a, b, there in bounds]
    sheet.put(_big_endian(np.fromiter(map(len, documents), np.int64, len(documents)), 4))
    sheet.put_blocks(documents)


def _document(schema: Mapping[str, Any], piece: bytes) -> bytes:
    try:
        return document(_read(io.BytesIO(piece), schema))
    except Exception:  # noqa: BLE001 - a decoder stumbles in many ways, and the check of texts sees why
        return NO_ENTRIES


_document_of_texts: Final = partial(_document, {"type": "map", "values": "string"})
# Many mentions of an entity are made of the same amounts.
_document_of_amounts: Final = lru_cache(2**14)(
    partial(_document, {"type": "map", "values": "double"})
)


def no_records(sheet: Sheet, has: Mask) -> None:
    sheet.doubt(has & (sheet.byte(has) != 0))
    made = np.frombuffer(len(NO_RECORDS).to_bytes(4, "big") + NO_RECORDS, np.uint8)
    sheet.put(np.tile(made, (len(has), 1)))


def long_unstored(sheet: Sheet, has: Mask) -> None:
    sheet.skip_number(has)


def longs_unstored(sheet: Sheet, has: Mask) -> None:
    """One block of whole numbers: each ends with a byte below 128."""
    count = sheet.size(has)
    some = count > 0
    if not some.any():
        return
    last = np.flatnonzero(sheet.all < 128)
    first = np.searchsorted(last, sheet.at)
    end = last[np.minimum(first + count - 1, len(last) - 1)] + 1
    sheet.pass_over(np.where(some, np.maximum(end - sheet.at, 0), 0))
    _closed(sheet, some)


def optional(step: Step, sheet: Sheet, has: Mask) -> None:
    branch = sheet.byte(has)
    sheet.doubt(has & (branch != 0) & (branch != 2))
    step(sheet, has & (branch == 2))
