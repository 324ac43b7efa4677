"""What is in a sealed file, for readers that know nothing of us, and what is told of a change."""

import json
from collections import deque
from itertools import repeat
from pathlib import Path
from typing import Any

import avro.datafile
import avro.io
import fastavro
import msgspec
import pytest

from schemas.records import RECORDS, Record
from sinks.archive.chain import Chain
from sinks.archive.container import UNREADABLE, Writing, record_of, schema_of
from sinks.archive.manifest import decode as entry_decode
from sinks.archive.segment import row_of
from sinks.archive.store import Store
from tests.builders import NOON, alert, heat, mention, raw, tick
from tests.sinks.archive.building import TOPIC, archived, message, problems, section, some_log

HIDDEN = ("_partition", "_offset", "_key", "_timestamp")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    archived(Store(section(tmp_path)), some_log(30))
    return tmp_path


def sealed(folder: Path, kind: str = "raw-mention") -> Path:
    return sorted(folder.glob(f"{TOPIC}/{kind}/*/*/*.avro"))[0]


def test_apache_avro_reads_rows_with_their_places(folder: Path) -> None:
    with (
        sealed(folder).open("rb") as file,
        avro.datafile.DataFileReader(file, avro.io.DatumReader()) as reader,
    ):
        rows: list[Any] = list(reader)
        codec, told = reader.codec, json.loads(reader.get_meta("avro.schema") or b"")
    assert codec == "deflate"
    assert told["type"] == "record"
    assert [field["name"] for field in told["fields"]][-4:] == list(HIDDEN)
    assert rows[0]["title"] == "Nova Reyes again (t3_1)"
    assert (rows[0]["_partition"], rows[0]["_offset"], rows[0]["_key"]) == (1, 0, b"k")
    assert rows[0]["_timestamp"].isoformat() == "2026-03-14T12:10:00+00:00"


def test_fastavro_reads_plain_columns(folder: Path) -> None:
    with sealed(folder, "tick").open("rb") as file:
        rows: list[Any] = list(fastavro.reader(file))
    assert [row["n"] for row in rows] == [0, 3]
    assert set(rows[0]) == {"n", "first", "present", "catalogue", "origin", *HIDDEN}


def test_files_of_equal_messages_are_equal(tmp_path: Path) -> None:
    for name in ("one", "two"):
        archived(Store(section(tmp_path / name)), some_log(30))
    one, two = (
        {p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*.avro")}
        for name in ("one", "two")
    )
    assert one == two
    assert len(one) > 5


@pytest.mark.parametrize(
    "record", [raw(), mention(), heat(), alert(), tick()], ids=lambda r: r.schema_name
)
def test_a_record_comes_out_as_it_went_in(record: Record) -> None:
    kind, row = row_of(message(7, record))
    assert kind == record.schema_name
    assert record_of(kind, row) == record


def test_every_kind_of_record_has_a_schema_that_readers_take() -> None:
    for kind in (*(record.schema_name for record in RECORDS), UNREADABLE):
        fastavro.parse_schema(schema_of(kind))
        avro.schema.make_avsc_object(schema_of(kind))


def test_a_changed_byte_is_named_by_file_block_and_record(folder: Path) -> None:
    path = sealed(folder)
    body = bytearray(path.read_bytes())
    body[-40] ^= 1
    path.write_bytes(body)
    [found] = problems(Store(section(folder)))
    assert found.startswith(f"{path.relative_to(folder)}: block 0 of 1 was changed: bytes ")
    assert "records 0 to" in found


def test_a_missing_file_a_stray_one_and_a_header_are_named(folder: Path) -> None:
    gone, odd = sealed(folder), sealed(folder, "tick")
    gone.unlink()
    odd.write_bytes(odd.read_bytes().replace(b"et.heat.archive", b"et.heat.archivE"))
    stray = odd.with_name("tick-00000099-0123456789ab.avro")
    stray.write_bytes(b"Obj\1")
    assert sorted(problems(Store(section(folder)))) == sorted(
        [
            f"{gone.relative_to(folder)}: missing",
            f"{odd.relative_to(folder)}: the header was changed",
            f"{stray.relative_to(folder)}: no entry names it",
        ]
    )


def test_an_entry_that_is_changed_or_gone_breaks_the_chain(folder: Path) -> None:
    store = Store(section(folder))
    paths = [path for path, _ in Chain(store, TOPIC).told()]
    second = folder / paths[1]
    told = entry_decode(second.read_bytes(), paths[1])
    second.write_bytes(msgspec.json.encode(msgspec.structs.replace(told, sealed_at=NOON)))
    assert problems(store) == [
        f"{paths[2]}: it does not cover the entry before it, which was changed"
    ]
    second.unlink()
    assert problems(store) == [f"{paths[2]}: entry 2 of {TOPIC} is missing"]


def test_an_offset_that_is_missing_or_there_twice_is_named(tmp_path: Path) -> None:
    store = Store(section(tmp_path))
    log = some_log(8, partitions=1)
    archived(store, [one for one in log if one.offset != 3])
    assert problems(store) == [f"{TOPIC}: 1 offsets are missing within entry 1"]
    other = Store(section(tmp_path / "other"))
    late = [one for one in some_log(8, partitions=1, every_ms=3_600_000) if one.offset != 3]
    archived(other, late)
    assert problems(other) == [f"{TOPIC}-0: offsets 3 to 3 are missing before entry 4"]


def test_a_disk_without_room_is_told_once_and_closing_does_not_complain() -> None:
    growing = Writing("raw-mention", "full")
    growing.close()
    growing.body = open("/dev/full", "r+b")  # noqa: SIM115 - `close` is what is tested
    growing._avro.fo = growing.body  # type: ignore[attr-defined]
    growing._avro.sync_interval = 0
    row = row_of(message(0, raw(text="x" * 500)))[1]
    with pytest.raises(OSError, match="No space left"):
        deque(map(growing.add, repeat(row, 1000)))
    growing.close()
