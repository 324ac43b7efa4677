"""The packaged examples: one believable record of each schema version."""

from importlib.resources import files
from typing import Final

import msgspec

from schemas.records import RECORDS, Record
from schemas.registry import SchemaVersion, all_versions

FOLDER: Final = files("schemas").joinpath("examples")
TYPES: Final = {record.schema_name: record for record in RECORDS}


def name_of(version: SchemaVersion) -> str:
    return f"{version.subject}.v{version.major}.{version.minor}.json"


def text_of(version: SchemaVersion) -> str:
    return FOLDER.joinpath(name_of(version)).read_text("utf-8")


def example(version: SchemaVersion) -> Record:
    """The example as a record of today; what its version did not know has the default."""
    return msgspec.json.decode(text_of(version), type=TYPES[version.subject])


def newest_examples() -> list[Record]:
    """One of each record type."""
    newest = {version.subject: version for version in all_versions()}
    return [example(version) for version in newest.values()]
