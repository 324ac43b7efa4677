"""What every sink promises, whichever table it fills."""

from typing import Any

import msgspec
import psycopg
import pytest

from schemas.topics import BY_NAME, TOPICS, dead_letters_of
from sinks.base.table import Table
from sinks.catalogue import SINKS
from tests.schemas.examples import newest_examples
from tests.sinks.builders import alert, heat, mention

every_sink = pytest.mark.parametrize("table", SINKS, ids=lambda table: table.name)
NEWEST = {record.schema_name: record for record in newest_examples()}
EXAMPLES = {
    "mentions": mention(1),
    "heat": heat(1),
    "alerts": alert(1),
    "discoveries": NEWEST["discovery"],
    "questions": NEWEST["question"],
    "predictions": NEWEST["prediction"],
    "training_runs": NEWEST["training-run"],
    "kpis": NEWEST["kpi"],
    "raw_mentions": NEWEST["raw-mention"],
    "candidates": NEWEST["candidate"],
    "velocity": NEWEST["velocity"],
    "actions": NEWEST["action"],
    "entities": NEWEST["entity"],
    "audit": NEWEST["audit"],
    "health": NEWEST["health"],
    "heartbeats": NEWEST["heartbeat"],
    "budget": NEWEST["budget"],
}


@every_sink
def test_columns_are_the_fields_of_the_record(table: Table[Any]) -> None:
    fields = [field.name for field in msgspec.structs.fields(table.record)]
    stored = [name for name in fields if name not in table.unstored]
    assert [name for name, _ in table.columns] == stored
    assert set(table.unstored) <= set(fields)
    assert fields[0] == "id"


@every_sink
def test_columns_of_the_database_have_the_types_that_are_sent(
    table: Table[Any], tables_dsn: str
) -> None:
    with psycopg.connect(tables_dsn) as session:
        there = session.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
            (table.name,),
        ).fetchall()
    plain = {
        "bigint": "int8",
        "double precision": "float8",
        "boolean": "bool",
        "timestamp with time zone": "timestamptz",
    }
    # A column that came later is the last of the table, wherever the record has it.
    assert {name: plain.get(kind, kind) for name, kind in there} == dict(table.columns)


@every_sink
def test_the_topic_knows_its_sink_and_has_a_place_for_dead_letters(table: Table[Any]) -> None:
    assert table.topics
    for topic in map(BY_NAME.__getitem__, table.topics):
        assert topic.records[0] is table.record
        assert "sinks" in topic.read_by
        assert table.carries_ticks == (len(topic.records) > 1)
        assert dead_letters_of(f"{topic.name}.sink") in BY_NAME


@every_sink
def test_a_row_has_a_value_for_each_column(table: Table[Any]) -> None:
    row = table.row(EXAMPLES[table.name])
    assert len(row) == len(table.columns)
    assert row[0] == EXAMPLES[table.name].id


def test_every_topic_that_names_the_sinks_as_readers_has_one() -> None:
    read = {topic.name for topic in TOPICS if "sinks" in topic.read_by}
    assert sorted(read) == sorted(topic for table in SINKS for topic in table.topics)
