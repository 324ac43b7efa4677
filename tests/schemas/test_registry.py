"""Schema ids are a rule, not a register: the same on every machine, for good."""

import json
from importlib.resources import files

import pytest

from schemas.registry import SUBJECT_NUMBERS, SchemaVersion, all_versions, by_id, latest, versions

# On the wire since 0.1.0. A line here is never changed and never removed.
GOLDEN = {
    "raw-mention 1.0": 100_100,
    "mention 1.0": 200_100,
    "candidate 1.0": 300_100,
    "entity 1.0": 400_100,
    "velocity 1.0": 500_100,
    "heat 1.0": 600_100,
    "alert 1.0": 700_100,
    "action 1.0": 800_100,
    "prediction 1.0": 900_100,
    "audit 1.0": 1_000_100,
    "health 1.0": 1_100_100,
    "health 1.1": 1_100_101,
    "heartbeat 1.0": 1_200_100,
    "budget 1.0": 1_300_100,
    "tick 1.0": 1_400_100,
    "dead-letter 1.0": 1_500_100,
    "training-run 1.0": 1_600_100,
    "discovery 1.0": 1_700_100,
    "question 1.0": 1_800_100,
    "kpi 1.0": 1_900_100,
    "proposal 1.0": 2_000_100,
}


def test_every_id_is_the_one_that_is_on_the_wire() -> None:
    assert {f"{v.subject} {v.major}.{v.minor}": v.id for v in all_versions()} == GOLDEN


def test_ids_are_unique_and_fit_a_registry_client() -> None:
    ids = [version.id for version in all_versions()]
    assert len(set(ids)) == len(ids) == len(by_id())
    assert all(0 < schema_id < 2**31 for schema_id in ids)


def test_no_version_reaches_into_the_ids_of_the_next() -> None:
    assert all(v.minor < 100 and 0 < v.major < 1_000 for v in all_versions())
    assert len(set(SUBJECT_NUMBERS.values())) == len(SUBJECT_NUMBERS)


def test_registry_versions_of_a_subject_count_from_one() -> None:
    for subject in SUBJECT_NUMBERS:
        numbers = [version.version for version in versions(subject)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert latest(subject) == versions(subject)[-1]


def test_an_unknown_subject_has_no_versions() -> None:
    assert versions("gossip") == ()
    with pytest.raises(KeyError):
        latest("gossip")


def test_the_text_is_the_file_byte_for_byte() -> None:
    for version in all_versions():
        name = f"{version.subject}.v{version.major}.{version.minor}.avsc"
        packaged = files("schemas").joinpath("avro", name).read_bytes()
        assert version.text.encode() == packaged
        assert version.parsed == json.loads(packaged)


def test_an_id_tells_subject_major_and_minor() -> None:
    assert SchemaVersion("heat", 2, 13, "{}").id == 600_213
