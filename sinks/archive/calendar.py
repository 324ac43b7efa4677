"""Whether every time within a record is one that a reader of its file can tell.

Avro holds any 64 bits as a time, and most readers end at the first that no calendar has: one such
row and nobody reads the rest of the file.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from schemas.clock import in_calendar
from schemas.registry import latest

Times = Callable[[Any], Iterator[int]]


def refuse_odd_times(kind: str, fields: Any) -> None:
    """Raise SkippableError for a time outside of the years 1 to 9999, however deep it lies."""
    find = _of_kind(kind)
    for moment in find(fields) if find else ():
        in_calendar(moment)


@cache
def _of_kind(kind: str) -> Times | None:
    return _times(latest(kind).parsed, {})


def _times(schema: Any, named: dict[str, Times | None]) -> Times | None:
    """What finds the times in a value of the schema; None where there cannot be any."""
    if isinstance(schema, str):
        return named.get(schema)
    if isinstance(schema, list):  # null, or one more: all our unions are so
        return next((find for part in schema if (find := _times(part, named))), None)
    if schema.get("logicalType") == "timestamp-millis":
        return lambda value: iter((value,))
    if schema["type"] == "array":
        return _each(_times(schema["items"], named))
    if schema["type"] != "record":
        return None
    found = {field["name"]: _times(field["type"], named) for field in schema["fields"]}
    named[schema["name"]] = _within({name: find for name, find in found.items() if find})
    return named[schema["name"]]


def _each(find: Times | None) -> Times | None:
    return find and (lambda values: (moment for value in values for moment in find(value)))


def _within(found: dict[str, Times]) -> Times | None:
    def times(fields: Any) -> Iterator[int]:
        for name, find in found.items():
            if fields[name] is not None:
                yield from find(fields[name])

    return times if found else None
