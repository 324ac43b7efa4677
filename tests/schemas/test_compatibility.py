"""Within a major version every reader understands every writer, older or newer."""

import copy
import json
from itertools import combinations
from typing import Any

import avro.schema
import pytest
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType

from schemas.registry import SUBJECT_NUMBERS, all_versions, latest, versions


def unread(reader: dict[str, Any], writer: dict[str, Any]) -> list[str]:
    """What of `writer`'s records a reader of `reader` does not understand."""
    parsed = [avro.schema.parse(json.dumps(schema)) for schema in (reader, writer)]
    answer = ReaderWriterCompatibilityChecker().get_compatibility(*parsed)
    if answer.compatibility is SchemaCompatibilityType.compatible:
        return []
    return sorted(answer.messages) or ["incompatible"]


def problems(older: dict[str, Any], newer: dict[str, Any]) -> list[str]:
    """Empty when the two understand each other."""
    backward = [f"not BACKWARD: {why}" for why in unread(newer, older)]
    forward = [f"not FORWARD: {why}" for why in unread(older, newer)]
    return backward + forward


def changed(field: str, **changes: Any) -> dict[str, Any]:
    """The heat schema with one field changed."""
    schema = copy.deepcopy(latest("heat").parsed)
    next(f for f in schema["fields"] if f["name"] == field).update(changes)
    return schema


def without(field: str) -> dict[str, Any]:
    schema = copy.deepcopy(latest("heat").parsed)
    schema["fields"] = [f for f in schema["fields"] if f["name"] != field]
    return schema


def with_field(**field: Any) -> dict[str, Any]:
    schema = copy.deepcopy(latest("heat").parsed)
    schema["fields"].append(field)
    return schema


HEAT = latest("heat").parsed
MOOD = {"name": "mood", "type": "string"}


def test_all_versions_of_a_major_understand_each_other() -> None:
    found = {}
    for subject in SUBJECT_NUMBERS:
        for older, newer in combinations(versions(subject), 2):
            if older.major == newer.major and problems(older.parsed, newer.parsed):
                names = f"{subject} {older.major}.{older.minor} and {newer.major}.{newer.minor}"
                found[names] = problems(older.parsed, newer.parsed)
    assert found == {}


@pytest.mark.parametrize("version", all_versions(), ids=lambda v: v.subject)
def test_the_checker_can_read_the_schema_and_finds_it_agreeing_with_itself(version: Any) -> None:
    assert problems(version.parsed, version.parsed) == []


@pytest.mark.parametrize(
    ("newer", "broken"),
    [
        pytest.param(with_field(**MOOD), ["BACKWARD: mood"], id="new field without a default"),
        pytest.param(with_field(**MOOD, default=""), [], id="new field with a default"),
        pytest.param(without("heat"), ["FORWARD: heat"], id="a needed field gone"),
        pytest.param(without("episode_id"), [], id="a field with a default gone"),
        pytest.param(
            changed("heat", type="string"), ["BACKWARD: ", "FORWARD: "], id="another type"
        ),
        pytest.param(
            changed("heat", name="temperature"),
            ["BACKWARD: temperature", "FORWARD: heat"],
            id="another name",
        ),
        pytest.param(changed("heat", type=["null", "double"]), ["FORWARD: "], id="may now be null"),
        pytest.param(changed("heat", type="float"), ["BACKWARD: "], id="less precise"),
        pytest.param(changed("heat", doc="told otherwise"), [], id="another comment"),
    ],
)
def test_the_check_bites(newer: dict[str, Any], broken: list[str]) -> None:
    found = problems(HEAT, newer)
    assert len(found) == len(broken)
    assert all(why.startswith(f"not {start}") for why, start in zip(found, broken, strict=True))
