"""Records of other schema versions than today's: older ones are rows, later ones are set aside."""

import io
import json
from typing import Any

import fastavro
import msgspec
import pytest

from schemas.codec import FRAME, MAGIC, encode
from schemas.errors import SkippableError
from schemas.records import Record
from schemas.registry import SUBJECT_NUMBERS, SchemaVersion, latest, versions
from sinks.base.table import Table
from sinks.base.wire import cells
from sinks.catalogue import SINKS
from sinks.mentions import MENTIONS
from tests.schemas.examples import newest_examples
from tests.sinks.builders import mention

NEWEST = {record.schema_name: record for record in newest_examples()}
OLDER = [(table, version) for table in SINKS for version in versions(table.record.schema_name)[:-1]]


def written_by(version: SchemaVersion, record: Record, **more: Any) -> bytes:
    """The record as a program of that version writes it."""
    body = io.BytesIO()
    body.write(FRAME.pack(MAGIC, version.id))
    schema = fastavro.parse_schema(version.parsed)
    fastavro.schemaless_writer(body, schema, {**msgspec.to_builtins(record), **more})
    return body.getvalue()


def later_mention() -> SchemaVersion:
    today = latest("mention")
    schema = today.parsed
    schema["fields"].append({"name": "mood", "type": "string", "default": "calm"})
    return SchemaVersion("mention", 1, 9, json.dumps(schema))


@pytest.mark.parametrize(
    ("table", "version"), OLDER, ids=[f"{t.name}-{v.major}.{v.minor}" for t, v in OLDER]
)
def test_an_older_record_is_a_row_with_today_s_columns(
    table: Table[Any], version: SchemaVersion
) -> None:
    record = NEWEST[table.record.schema_name]
    key, row = table.read(written_by(version, record))
    assert key == record.id.encode()  # type: ignore[attr-defined]
    assert len(cells(row, len(table.columns))) == len(table.columns)


def test_there_is_an_older_record_to_read() -> None:
    assert OLDER


def test_a_later_record_is_refused_with_its_schema_id_until_we_know_the_schema() -> None:
    number = SUBJECT_NUMBERS["mention"] * 100_000 + 109
    with pytest.raises(SkippableError, match=f"unknown schema id {number}"):
        MENTIONS.read(written_by(later_mention(), mention(1), mood="wild"))


def test_other_versions_among_many_do_not_take_the_quick_way() -> None:
    later = written_by(later_mention(), mention(0), mood="wild")
    many = [encode(mention(number)) for number in range(1, 40)]
    found = MENTIONS.read_many([later, *many])
    assert found == [None, *map(MENTIONS.read, many)]
