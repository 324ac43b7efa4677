"""What every record is: frozen, keyword-only, named after its schema file."""

from typing import ClassVar

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Base of all records; `schema_name` is the file name of its schema and its subject."""

    schema_name: ClassVar[str] = ""
