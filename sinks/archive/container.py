"""Messages of one kind as an Avro container file, a row each; any Avro reader can open it.

A row is the record's own fields, as its released schema has them, and where the message stood:
`_partition`, `_offset`, `_key`, `_timestamp`. A message that is no record of ours, or has a time
that no calendar has, has its bytes and the reason in their place: nothing the topic held is left
out.
"""

import struct
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b, file_digest
from typing import IO, Any, Final

import fastavro
import msgspec

from schemas.clock import Millis
from schemas.records import RECORDS, Record
from schemas.registry import latest
from sinks.archive.manifest import Block, DamagedError, File, Span

UNREADABLE: Final = "unreadable"
BLOCK_BYTES: Final = 128 * 1024  # before compression
TYPES: Final[dict[str, type[Record]]] = {record.schema_name: record for record in RECORDS}
TIME: Final = {"type": "long", "logicalType": "timestamp-millis"}
PLACE: Final[list[dict[str, Any]]] = [
    {"name": "_partition", "type": "int", "doc": "of the topic"},
    {"name": "_offset", "type": "long", "doc": "in its partition"},
    {"name": "_key", "type": ["null", "bytes"], "doc": "of the message"},
    {"name": "_timestamp", "type": TIME, "doc": "when the broker's log got it"},
]
Row = dict[str, Any]
# Whatever a decoder stumbles over in bytes that somebody has changed.
UNREADABLE_BYTES: Final = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
_read: Any = fastavro.schemaless_reader


def schema_of(kind: str) -> dict[str, Any]:
    """The schema of a file of this kind."""
    if kind == UNREADABLE:
        name, doc = "Unreadable", "A message that is no record of ours, as it stands on the topic."
        fields = [
            {"name": "_reason", "type": "string", "doc": "why it cannot be read"},
            {"name": "_value", "type": ["null", "bytes"], "doc": "null: there was none"},
        ]
    else:
        record = latest(kind).parsed
        name, doc, fields = record["name"], record["doc"], record["fields"]
    return {
        "type": "record",
        "name": name,
        "namespace": "et.heat.archive",
        "doc": doc,
        "fields": [*fields, *PLACE],
    }


class Writing:
    """A file that grows where nobody can see it, until `seal` tells what is in it."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind = kind
        self.body: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - `close` does
        marker = blake2b(name.encode(), digest_size=16).digest()  # equal rows, equal bytes
        self._avro = fastavro.write.Writer(
            self.body,
            fastavro.parse_schema(schema_of(kind)),
            codec="deflate",
            sync_interval=BLOCK_BYTES,
            sync_marker=marker,
        )
        self.records = self.forgotten = 0
        self._spans: dict[int, list[int]] = {}
        self._known: list[Millis] = []
        self._times: list[Millis] = []

    @property
    def size(self) -> int:
        return self.body.tell()

    def add(self, row: Row) -> None:
        self._avro.write(row)
        self.records += 1
        partition, offset = row["_partition"], row["_offset"]
        self._spans.setdefault(partition, [offset, offset])[1] = offset + 1
        _widen(self._times, row["_timestamp"])
        if "known_time" in row:
            _widen(self._known, row["known_time"])

    def flush(self) -> None:
        """All rows are in the body."""
        self._avro.flush()

    def seal(self, folder: str) -> File:
        """The file as a manifest knows it; its path is only the folder as yet."""
        self.flush()
        self.body.seek(0)
        digest = sha256_of(self.body)
        size = self.body.tell()
        first_known, last_known = self._known or (None, None)
        return File(
            path=folder,
            kind=self.kind,
            records=self.records,
            size=size,
            sha256=digest,
            spans=tuple(Span(p, *ends) for p, ends in sorted(self._spans.items())),
            first_known=first_known,
            last_known=last_known,
            first_time=self._times[0],
            last_time=self._times[1],
            forgotten=self.forgotten,
            blocks=tuple(_blocks(self.body)),
        )

    def close(self) -> None:
        """Also on a disk without room for its last bytes: they count for nothing."""
        with suppress(OSError):
            self.body.close()


def _widen(ends: list[Millis], at: Millis) -> None:
    ends[:] = (min(ends[0], at), max(ends[1], at)) if ends else (at, at)


def sha256_of(body: IO[bytes]) -> str:
    """Of all that is behind where it stands."""
    return file_digest(body, "sha256").hexdigest()  # type: ignore[arg-type]


def block_digest(body: IO[bytes], offset: int, size: int) -> str:
    body.seek(offset)
    return blake2b(body.read(size), digest_size=16).hexdigest()


def _blocks(body: IO[bytes]) -> Iterator[Block]:
    body.seek(0)
    found = [(b.offset, b.size, b.num_records) for b in fastavro.block_reader(body)]
    for offset, size, records in found:
        yield Block(offset, size, records, block_digest(body, offset, size))


def rows(body: IO[bytes], name: str) -> Iterator[Row]:
    """Every row in the order of the file, times as milliseconds.

    Raises DamagedError naming the file, the block and the row that cannot be read.
    """
    block, row = -1, 0
    body.seek(0)
    try:
        for found in fastavro.block_reader(body):
            block += 1
            plain = fastavro.parse_schema(_plain(found.writer_schema))
            for _ in range(found.num_records):
                told: Any = _read(found.bytes_, plain)  # type: ignore[attr-defined]  # not in stubs
                yield told
                row += 1
    except UNREADABLE_BYTES as error:
        raise DamagedError(
            f"{name}: block {max(block, 0)}, record {row}: {type(error).__name__}: {error}"
        ) from None


def record_of(kind: str, row: Mapping[str, Any]) -> Record:
    """The record of a row, as it stood on the topic."""
    fields = {name: value for name, value in row.items() if not name.startswith("_")}
    return msgspec.convert(fields, TYPES[kind], builtin_types=(bytes,))


def _plain(schema: Any) -> Any:
    """The schema without logical types: times are the longs that our records hold."""
    if isinstance(schema, dict):
        return {
            k: _plain(v) for k, v in schema.items() if k != "logicalType" and not k.startswith("__")
        }
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    return schema
