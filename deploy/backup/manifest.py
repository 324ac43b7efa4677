"""What a backup says of itself, and how its files are named."""

import re
from datetime import UTC, datetime
from typing import Final

import msgspec

from schemas.clock import Millis, millis
from schemas.errors import FatalError

NAME: Final = re.compile(r"(?P<database>[\w-]{1,63})-(?P<stamp>\d{8}T\d{6}\.\d{3}Z)")
STAMP: Final = "%Y%m%dT%H%M%S"
DUMP: Final = ".dump"
MANIFEST: Final = ".json"


class TableCopy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of a table, and a digest that does not depend on their order."""

    rows: int
    digest: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Written after its dump: a dump without a manifest is no backup."""

    name: str
    made_at: str
    server: str  # version of the server that was dumped
    tool: str  # version of the pg_dump that did it
    code_version: str
    size: int
    sha256: str
    extensions: dict[str, str]
    tables: dict[str, TableCopy]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables.values())


def name_of(database: str, moment: Millis) -> str:
    """`heat-20260102T030405.678Z`; a database with an odd name gets a plain one."""
    stamp = datetime.fromtimestamp(moment // 1000, UTC).strftime(STAMP)
    plain = re.sub(r"[^\w-]", "_", database, flags=re.ASCII)[:63] or "database"
    return f"{plain}-{stamp}.{moment % 1000:03}Z"


def made_at(name: str) -> Millis | None:
    """When the backup of this name was made; None for a name that is none of ours."""
    found = NAME.fullmatch(name)
    if found is None:
        return None
    whole, _, rest = found["stamp"].rstrip("Z").partition(".")
    try:
        stamp = datetime.strptime(whole, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return millis(stamp) + int(rest)


def database_of(name: str) -> str:
    found = NAME.fullmatch(name)
    return "" if found is None else found["database"]


def encode(manifest: Manifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def decode(name: str, body: bytes) -> Manifest:
    """Raises FatalError naming the backup whose manifest cannot be read."""
    try:
        found = msgspec.json.decode(body, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FatalError(f"the manifest of backup {name} is damaged: {error}") from None
    if found.name != name:
        raise FatalError(f"the manifest of backup {name} speaks of {found.name}")
    return found
