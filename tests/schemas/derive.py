"""Derive the Avro schema that a record's Python type calls for, to hold against the file."""

import inspect
import re
import types
import typing
from typing import Any

import msgspec

from schemas.records.base import MEANINGS

TIMES = {"event_time", "known_time", "first_seen", "last_success", "next_poll", "peak_time"}
NAMESPACE = "et.heat"
COMMENTED = re.compile(r"^    (\w+): .*?  # (.+)$", re.MULTILINE)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default is not msgspec.NODEFAULT:
        value = field.default
    elif field.default_factory is not msgspec.NODEFAULT:
        value = field.default_factory()
    else:
        return msgspec.NODEFAULT
    return list(value) if isinstance(value, tuple) else value


def _avro(kind: Any, name: str, seen: set[str]) -> Any:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        inner = next(a for a in args if a is not type(None))
        return ["null", _avro(inner, name, seen)]
    if origin is tuple:
        return {"type": "array", "items": _avro(args[0], name, seen)}
    if origin is dict:
        return {"type": "map", "values": _avro(args[1], name, seen)}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return derive(kind, seen)
    if kind is int and name in TIMES:
        return {"type": "long", "logicalType": "timestamp-millis"}
    return {str: "string", int: "long", float: "double", bool: "boolean", bytes: "bytes"}[kind]


def derive(record: type[msgspec.Struct], seen: set[str] | None = None) -> Any:
    """Names, types, order and defaults from the type; docs from its docstring and comments."""
    seen = set() if seen is None else seen
    if record.__name__ in seen:
        return f"{NAMESPACE}.{record.__name__}"
    seen.add(record.__name__)
    hints = typing.get_type_hints(record)
    meanings = MEANINGS | dict(COMMENTED.findall(inspect.getsource(record)))
    fields = []
    for field in msgspec.structs.fields(record):
        entry = {"name": field.name, "type": _avro(hints[field.name], field.name, seen)}
        if field.name in meanings:
            entry["doc"] = meanings[field.name]
        default = _default(field)
        if default is not msgspec.NODEFAULT:
            entry["default"] = default
        fields.append(entry)
    doc = " ".join((record.__doc__ or "").split())
    return {
        "type": "record",
        "name": record.__name__,
        "namespace": NAMESPACE,
        "doc": doc,
        "fields": fields,
    }
