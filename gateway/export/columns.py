"""The columns of a table as the database has them, and the ones that were asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import psycopg

from gateway.subscription import RefusedError

Kind = Literal["text", "integer", "float", "boolean", "time", "date", "document", "texts"]
KINDS: Final[dict[str, Kind]] = {
    "text": "text",
    "character varying": "text",
    "smallint": "integer",
    "integer": "integer",
    "bigint": "integer",
    "real": "float",
    "double precision": "float",
    "boolean": "boolean",
    "timestamp with time zone": "time",
    "date": "date",
    "json": "document",
    "jsonb": "document",
    "text[]": "texts",
}
# What is read as another type than it has.
CASTS: Final[dict[str, tuple[Kind, str]]] = {"numeric": ("float", "float8")}
AS_TEXT: Final[tuple[Kind, str]] = ("text", "text")

OF_RELATION: Final = """
    SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
    WHERE attrelid = to_regclass(quote_ident(%s)) AND attnum > 0 AND NOT attisdropped
    ORDER BY attnum
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column, the kind of its values, and the type it is cast to on the way, if any."""

    name: str
    kind: Kind
    cast: str = ""


def columns_of(session: psycopg.Connection[Any], relation: str) -> tuple[Column, ...]:
    """In the table's order; empty when there is no such table."""
    found = session.execute(OF_RELATION, (relation,)).fetchall()
    return tuple(column(name, kind) for name, kind in found)


def column(name: str, database_type: str) -> Column:
    known = KINDS.get(database_type)
    if known is not None:
        return Column(name, known)
    kind, cast = CASTS.get(database_type, AS_TEXT)
    return Column(name, kind, cast)


def chosen(known: Sequence[Column], names: str | None) -> tuple[Column, ...]:
    """The named columns in the order asked for, or all. Raises RefusedError naming a wrong one."""
    if names is None:
        return tuple(known)
    by_name = {one.name: one for one in known}
    words = names.split(",")
    for word in words:
        if word not in by_name:
            there_are = ", ".join(by_name)
            raise RefusedError(
                "UnknownColumn", f"parameter 'columns': {word!r} is none of {there_are}"
            )
        if words.count(word) > 1:
            raise RefusedError("BadParameter", f"parameter 'columns': {word!r} is given twice")
    return tuple(by_name[word] for word in words)
