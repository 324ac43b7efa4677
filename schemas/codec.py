"""Records to Confluent-framed Avro and back: a zero byte, the schema id, the Avro body.

Bytes are read with the schema that wrote them, which is packaged; no registry is asked. Wire
times are `timestamp-millis`, read here as the long they are. A field that an older writer did not
know gets the record's default.
"""

import io
import struct
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import fastavro
import msgspec

from schemas.errors import UndecodableError, UnencodableError
from schemas.records import RECORDS, Record, Tick
from schemas.registry import SchemaVersion, all_versions, latest
from schemas.writing import writer

MAGIC: Final = 0
FRAME: Final = struct.Struct(">bI")
R = TypeVar("R", bound=Record)

_read: Callable[..., Any] = fastavro.schemaless_reader
_BytesIO = io.BytesIO


def _plain(schema: Any) -> Any:
    """The schema without logical types: a long costs less than the datetime made of it."""
    if isinstance(schema, dict):
        return {k: _plain(v) for k, v in schema.items() if k != "logicalType"}
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    return schema


def _parse(version: SchemaVersion) -> Any:
    return fastavro.parse_schema(_plain(version.parsed))


_TYPES: Final = {record.schema_name: record for record in RECORDS}
_READERS: Final = {v.id: (_parse(v), _TYPES[v.subject]) for v in all_versions()}
_WRITERS: Final = {
    record: writer(latest(name).parsed, FRAME.pack(MAGIC, latest(name).id))
    for name, record in _TYPES.items()
}
_TICK_FRAMES: Final = frozenset(
    FRAME.pack(MAGIC, v.id) for v in all_versions() if v.subject == Tick.schema_name
)


def encode(record: Record) -> bytes:
    """Frame and encode with the newest schema of the record's type.

    Raises UnencodableError for what upstream may send and Avro cannot hold: half a surrogate
    pair, a number beyond 64 bits.
    """
    try:
        return _WRITERS[type(record)](record)
    except (UnicodeEncodeError, OverflowError) as error:
        name = f"{record.schema_name} {getattr(record, 'id', '')}".strip()
        raise UnencodableError(f"{name}: {_what(error)}") from error


def is_tick(value: bytes) -> bool:
    return value[:5] in _TICK_FRAMES


def schema_id_of(value: bytes | None) -> int | None:
    """The schema id in the frame, or None when there is no frame."""
    if value is None or len(value) < FRAME.size or value[0] != MAGIC:
        return None
    return cast("int", FRAME.unpack_from(value)[1])


def decode(value: bytes | None) -> Record:
    """The record in a framed value. Raises UndecodableError, naming what is wrong."""
    schema_id = schema_id_of(value)
    if value is None or schema_id is None:
        raise UndecodableError(f"no Confluent frame: {_unframed(value)}")
    known = _READERS.get(schema_id)
    if known is None:
        raise UndecodableError(f"unknown schema id {schema_id}", schema_id)
    body = _BytesIO(value)
    body.seek(FRAME.size)
    try:
        fields = _read(body, known[0])
        record = msgspec.convert(fields, known[1], builtin_types=(bytes,))
    except Exception as error:
        name = known[1].schema_name
        raise UndecodableError(f"unreadable {name}: {_what(error)}", schema_id) from error
    if body.tell() != len(value):
        raise UndecodableError(f"{len(value) - body.tell()} bytes after the record", schema_id)
    return record


def _unframed(value: bytes | None) -> str:
    if value is None:
        return "there is no value"
    if not value:
        return "the value is empty"
    if value[0] != MAGIC:
        return f"it starts with byte 0x{value[0]:02x}, not with zero"
    return f"{len(value)} bytes cannot hold a zero byte and a schema id"


def _what(error: Exception) -> str:
    if isinstance(error, EOFError):
        return "EOFError: it ends before the record does"
    return f"{type(error).__name__}: {error}"


def decode_as(wanted: type[R], value: bytes | None) -> R:
    """`decode`, for a topic that holds one type. Raises UndecodableError for any other."""
    record = decode(value)
    if not isinstance(record, wanted):
        raise UndecodableError(f"a {record.schema_name}, not a {wanted.schema_name}")
    return record
