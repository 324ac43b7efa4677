"""Subjects, versions and ids of the packaged Avro schemas: the same on every machine.

An id is `subject number x 100 000 + major x 100 + minor`, so a registry rebuilt from the files
hands out the ids that are already on the wire. A released file never changes; a new version is a
new file. Subject numbers are never reused.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

SUBJECT_NUMBERS: Final[dict[str, int]] = {
    "raw-mention": 1,
    "mention": 2,
    "candidate": 3,
    "entity": 4,
    "velocity": 5,
    "heat": 6,
    "alert": 7,
    "action": 8,
    "prediction": 9,
    "audit": 10,
    "health": 11,
    "heartbeat": 12,
    "budget": 13,
    "tick": 14,
    "dead-letter": 15,
    "training-run": 16,
    "discovery": 17,
    "question": 18,
    "kpi": 19,
    "proposal": 20,
}


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """One released schema file. `text` is the file, byte for byte."""

    subject: str
    major: int
    minor: int
    text: str

    @property
    def id(self) -> int:
        return SUBJECT_NUMBERS[self.subject] * 100_000 + self.major * 100 + self.minor

    @property
    def version(self) -> int:
        """The registry's version number of the subject: 1 for 1.0, 2 for 1.1 and so on."""
        return [v.id for v in versions(self.subject)].index(self.id) + 1

    @property
    def parsed(self) -> dict[str, Any]:
        schema: dict[str, Any] = json.loads(self.text)
        return schema


@cache
def all_versions() -> tuple[SchemaVersion, ...]:
    """Every packaged schema, by id. File names are `<subject>.v<major>.<minor>.avsc`."""
    found = []
    for file in files("schemas").joinpath("avro").iterdir():
        if not file.name.endswith(".avsc"):
            continue
        subject, version = file.name.removesuffix(".avsc").split(".v", 1)
        major, minor = version.split(".")
        found.append(SchemaVersion(subject, int(major), int(minor), file.read_text("utf-8")))
    return tuple(sorted(found, key=lambda v: v.id))


def versions(subject: str) -> tuple[SchemaVersion, ...]:
    """The versions of one subject, oldest first; empty for an unknown subject."""
    return tuple(v for v in all_versions() if v.subject == subject)


def latest(subject: str) -> SchemaVersion:
    """The newest version of a subject. Raises KeyError when there is none."""
    found = versions(subject)
    if not found:
        raise KeyError(subject)
    return found[-1]


@cache
def by_id() -> dict[int, SchemaVersion]:
    return {v.id: v for v in all_versions()}
