"""Records and their schema files say the same, field by field."""

import inspect

import msgspec
import pytest

import schemas.records
from schemas.records import RECORDS, Heat, Record
from schemas.registry import SUBJECT_NUMBERS, latest
from tests.builders import heat
from tests.schemas.derive import derive

every_record = pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.schema_name)
ENVELOPE = ["id", "event_time", "known_time", "source", "source_type", "test"]
LINEAGE = ["config_hash", "catalogue_version", "code_version", "causation"]
# The clock and the unreadable have nothing of a source to say.
BARE = {"tick", "dead-letter"}


def structs() -> list[type[msgspec.Struct]]:
    exported = (getattr(schemas.records, name) for name in schemas.records.__all__)
    return [kind for kind in exported if inspect.isclass(kind)]


@every_record
def test_a_record_and_its_newest_schema_are_one(record: type[Record]) -> None:
    assert derive(record) == latest(record.schema_name).parsed


def test_every_record_has_a_subject_and_every_subject_a_record() -> None:
    assert sorted(SUBJECT_NUMBERS) == sorted(record.schema_name for record in RECORDS)


def test_what_is_no_record_is_a_part_of_one() -> None:
    used = {inner for record in RECORDS for inner in parts(derive(record))}
    nested = {kind.__name__ for kind in structs() if not issubclass(kind, Record)}
    assert nested == used - {record.__name__ for record in RECORDS}


def parts(schema: object) -> set[str]:
    """Names of all record types in a schema."""
    if isinstance(schema, dict):
        own = {schema["name"]} if schema.get("type") == "record" else set()
        return own.union(*(parts(value) for value in schema.values()))
    return set().union(*(parts(part) for part in schema)) if isinstance(schema, list) else set()


@every_record
def test_a_record_begins_with_its_envelope(record: type[Record]) -> None:
    names = list(record.__struct_fields__)
    assert record.schema_name in BARE or names[: len(ENVELOPE)] == ENVELOPE


@every_record
def test_what_is_computed_says_what_computed_it(record: type[Record]) -> None:
    names = [n for n in record.__struct_fields__ if n not in ("previous_hash", "hash")]
    derived = {"mention", "candidate", "velocity", "heat", "alert", "proposal", "prediction",
               "discovery", "question"}
    ends_with_lineage = names[-len(LINEAGE) :] == LINEAGE
    assert ends_with_lineage == (record.schema_name in derived)


@pytest.mark.parametrize("kind", structs(), ids=lambda kind: kind.__name__)
def test_a_record_and_its_parts_are_frozen_and_described(kind: type[msgspec.Struct]) -> None:
    assert kind.__struct_config__.frozen
    assert len(kind.__doc__ or "") > 10


def test_a_change_is_a_new_record() -> None:
    before: Heat = heat()
    with pytest.raises(AttributeError):
        before.heat = 2.0  # type: ignore[misc]
    after = msgspec.structs.replace(before, heat=2.0)
    assert (before.heat, after.heat) == (heat().heat, 2.0)


def test_records_do_not_share_their_mappings() -> None:
    first, second = (msgspec.convert(fields, schemas.records.Entity) for fields in [ENTITY, ENTITY])
    first.external_ids["imdb"] = "nm1"
    assert second.external_ids == {}


ENTITY = {
    "id": "nova-reyes",
    "event_time": 0,
    "known_time": 0,
    "source": "catalogue",
    "name": "Nova Reyes",
    "entity_type": "person",
}
