"""The bytes of a record are those that fastavro writes by the released schema."""

import io

import fastavro
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.codec import FRAME, _plain, encode
from schemas.records import RECORDS, Record
from schemas.registry import latest
from schemas.writing import LEAST, MOST, long, writer
from tests.schemas.strategies import records

unhurried = settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])


def by_fastavro(schema: object, told: object) -> bytes:
    body = io.BytesIO()
    fastavro.schemaless_writer(body, fastavro.parse_schema(schema), told)
    return body.getvalue()


@pytest.mark.parametrize("record_type", RECORDS, ids=lambda r: r.schema_name)
@given(chance=st.data())
@unhurried
def test_any_record_is_written_as_fastavro_writes_it(
    record_type: type[Record], chance: st.DataObject
) -> None:
    record, schema = chance.draw(records(record_type)), latest(record_type.schema_name)
    told = msgspec.to_builtins(record, builtin_types=(bytes,))
    assert encode(record) == FRAME.pack(0, schema.id) + by_fastavro(_plain(schema.parsed), told)


@given(number=st.integers(LEAST, MOST))
def test_any_number_of_64_bits_is_written_as_fastavro_writes_it(number: int) -> None:
    assert long(number) == by_fastavro("long", number)


@pytest.mark.parametrize("edge", [0, 63, 64, 8191, 8192, -1, -64, -65, -8193, LEAST, MOST])
def test_numbers_at_the_edges_of_a_byte_too(edge: int) -> None:
    assert long(edge) == by_fastavro("long", edge)


@pytest.mark.parametrize("length", [0, 1, 63, 64, 255, 256, 8191, 8192])
def test_texts_of_any_length_too(length: int) -> None:
    assert writer("string", b"")("x" * length) == by_fastavro("string", "x" * length)


@pytest.mark.parametrize("number", [LEAST - 1, MOST + 1])
def test_a_number_beyond_64_bits_is_refused(number: int) -> None:
    with pytest.raises(OverflowError, match="64 bits"):
        long(number)


@pytest.mark.parametrize(
    "schema",
    [["null", "string", "long"], ["string", "null"], {"type": "fixed", "name": "f", "size": 2}],
)
def test_a_schema_that_no_writer_is_made_of_is_refused_when_it_is_loaded(schema: object) -> None:
    with pytest.raises(ValueError, match=r"union|no writer"):
        writer(schema, b"")
