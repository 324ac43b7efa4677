"""One partition of a topic as an Avro container file; any Avro reader can open it.

Each entry holds the record with its offset. Blocks are what a damage is named by: their digests
are in the manifest.
"""

from collections.abc import Iterator
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import IO, Any, Final

import fastavro
import msgspec

from schemas.clock import Millis
from schemas.errors import FatalError
from schemas.records import RECORDS, Record, Tick
from schemas.registry import latest
from schemas.topics import BY_NAME

BLOCK_BYTES: Final = 256 * 1024  # before compression
_TYPES: Final = {f"{latest(r.schema_name).parsed['namespace']}."
                 f"{latest(r.schema_name).parsed['name']}": r for r in RECORDS}
_NAMES: Final = {record: name for name, record in _TYPES.items()}


class Block(msgspec.Struct, frozen=True, array_like=True):
    """Where a block lies in its file, how many records it holds, and its digest."""

    offset: int
    size: int
    records: int
    digest: str


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """A finished file as the manifest knows it."""

    file: str
    topic: str
    partition: int
    records: int  # ticks among them
    mentions: int  # and without ticks
    first_offset: int
    last_offset: int
    first_known: Millis
    last_known: Millis
    size: int
    sha256: str
    blocks: tuple[Block, ...]
    chain: str = ""  # over this file and all before it in the manifest


class DamagedError(FatalError):
    """A file of a recording is not what was sealed."""


def file_name(topic: str, partition: int) -> str:
    return f"{topic}-{partition}.avro"


def schema_of(topic: str) -> dict[str, Any]:
    """An offset and one of the topic's records, whose schemas are those that are packaged."""
    records = [latest(record.schema_name).parsed for record in BY_NAME[topic].records]
    return {
        "type": "record", "name": "Entry", "namespace": "et.heat.recording",
        "doc": f"A record of topic {topic} and where it stood.",
        "fields": [
            {"name": "offset", "type": "long", "doc": "in its partition"},
            {"name": "record", "type": records, "doc": "as it was written"},
        ],
    }


class Writing:
    """A file that is being written; `seal` ends it."""

    def __init__(self, folder: Path, topic: str, partition: int) -> None:
        self._path = folder / file_name(topic, partition)
        self._topic, self._partition = topic, partition
        self._file = self._path.open("wb")
        marker = blake2b(self._path.name.encode(), digest_size=16).digest()
        self._avro = fastavro.write.Writer(
            self._file, fastavro.parse_schema(schema_of(topic)), codec="deflate",
            sync_interval=BLOCK_BYTES, sync_marker=marker,  # equal records, equal bytes
        )
        self.records = self.mentions = 0
        self._offsets = [-1, -1]
        self._known: list[Millis] = [-1, -1]

    def add(self, offset: int, record: Record) -> None:
        fields = msgspec.to_builtins(record, builtin_types=(bytes,))
        self._avro.write({"offset": offset, "record": (_NAMES[type(record)], fields)})
        if not self.records:
            self._offsets[0] = offset
        self._offsets[1] = offset
        self.records += 1
        if not isinstance(record, Tick):
            self.mentions += 1
            known: Millis = getattr(record, "known_time", -1)
            self._known[0] = known if self._known[0] < 0 else min(self._known[0], known)
            self._known[1] = max(self._known[1], known)

    def close(self) -> None:
        """Without a seal: it came to nothing."""
        self._file.close()

    def seal(self) -> Sealed:
        self._avro.flush()
        self._file.close()
        return Sealed(
            file=self._path.name, topic=self._topic, partition=self._partition,
            records=self.records, mentions=self.mentions,
            first_offset=self._offsets[0], last_offset=self._offsets[1],
            first_known=self._known[0], last_known=self._known[1],
            size=self._path.stat().st_size, sha256=sha256_of(self._path),
            blocks=tuple(_blocks(self._path)),
        )


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _blocks(path: Path) -> Iterator[Block]:
    with path.open("rb") as file, path.open("rb") as again:
        for block in fastavro.block_reader(file):
            digest = _digest(again, block.offset, block.size)
            yield Block(block.offset, block.size, block.num_records, digest)


def _digest(file: IO[bytes], offset: int, size: int) -> str:
    there = file.seek(0, 2)
    begin = min(max(offset, 0), there)  # a manifest that was changed may tell anything
    file.seek(begin)
    return blake2b(file.read(min(max(size, 0), there - begin)), digest_size=16).hexdigest()


def damage(folder: Path, sealed: Sealed) -> str:
    """What is wrong with a file, by name and block; "" when it is what was sealed."""
    path = folder / sealed.file
    try:
        if path.stat().st_size == sealed.size and sha256_of(path) == sealed.sha256:
            return ""
        with path.open("rb") as file:
            return f"{sealed.file}: {_where(file, sealed)}"
    except OSError as error:
        return f"{sealed.file}: {error.strerror}"


def _where(file: IO[bytes], sealed: Sealed) -> str:
    before = 0
    for number, block in enumerate(sealed.blocks):
        if _digest(file, block.offset, block.size) != block.digest:
            return (f"block {number} of {len(sealed.blocks)} is damaged (bytes {block.offset} to"
                    f" {block.offset + block.size}, records {before} to"
                    f" {before + block.records - 1})")
        before += block.records
    end = max((block.offset + block.size for block in sealed.blocks), default=0)
    size = file.seek(0, 2)
    if sealed.blocks and size > end:
        return f"{size - end} bytes behind the last block"
    return "the header before block 0 is damaged"


def entries(path: Path) -> Iterator[tuple[int, Record]]:
    """Offset and record, in the order of the file. Raises DamagedError naming the block."""
    number = -1
    try:
        with path.open("rb") as file:
            for block in fastavro.block_reader(file):
                number += 1
                plain = fastavro.parse_schema(_plain(block.writer_schema))
                for _ in range(block.num_records):
                    yield _entry(fastavro.schemaless_reader(
                        block.bytes_,  # type: ignore[attr-defined]  # the stubs leave it out
                        plain, return_record_name=True,
                        return_record_name_override=True,
                    ), path)
    except OSError as error:
        raise DamagedError(f"{path.name}: {error.strerror or error}") from error
    except (ValueError, EOFError, IndexError, KeyError, msgspec.ValidationError) as error:
        raise DamagedError(f"{path.name}: block {max(number, 0)}: {error}") from error


def _entry(found: Any, path: Path) -> tuple[int, Record]:
    told = found["record"]
    if isinstance(told, tuple):
        name, fields = told
        kind = _TYPES[name]
    else:  # a topic of one kind of record
        topic = path.name.rpartition("-")[0]
        kind, fields = BY_NAME[topic].records[0], told
    return found["offset"], msgspec.convert(fields, kind, builtin_types=(bytes,))


def _plain(schema: Any) -> Any:
    """The schema without logical types: times are the longs that our records hold."""
    if isinstance(schema, dict):
        return {k: _plain(v) for k, v in schema.items()
                if k != "logicalType" and not k.startswith("__")}
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    return schema
