"""Records to Avro bodies by one flat function a schema, which is made when the schema is loaded.

fastavro walks the schema for every record, and tries each branch of a union on the value: most of
what an event cost. A released schema never changes, so the walk is done once. What it leaves behind
is the text of a function, as `dataclasses` makes them: no call for a field, no dict of the record.
Tests hold its bytes equal to fastavro's.
"""

import struct
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import count
from typing import Any, Final

Writer = Callable[[Any], bytes]
NULLABLE: Final = 2  # branches: null, and what it is otherwise
LEAST, MOST = -(1 << 63), (1 << 63) - 1


_TWO: Final = [bytes((n & 0x7F | 0x80, n >> 7 | 0x80)) for n in range(1 << 14)]
_LAST: Final = [
    bytes((n,)) if n < 0x80 else bytes((n & 0x7F | 0x80, n >> 7)) for n in range(1 << 14)
]


@lru_cache(maxsize=1 << 12)  # times and counts come again and again
def long(number: int) -> bytes:
    """Zigzag, seven bits a byte, the lowest first; taken by two."""
    if not LEAST <= number <= MOST:
        raise OverflowError(f"{number} does not fit in 64 bits")
    rest, out = (number << 1) ^ (number >> 63), b""
    while rest >= 1 << 14:
        out += _TWO[rest & 0x3FFF]
        rest >>= 14
    return out + _LAST[rest]


SHORT: Final = [long(length) for length in range(1 << 8)]  # of most texts


def writer(schema: Any, frame: bytes) -> Writer:
    """Writes records of this schema, each behind the frame."""
    lines = [
        "def write(record):",
        f" parts = [{frame!r}]",
        " add = parts.append",
        *_lines(schema, "record", " ", count()),
        " return b''.join(parts)",
    ]
    known = {"long": long, "short": SHORT, "double": struct.Struct("<d").pack}
    exec("\n".join(lines), known)  # noqa: S102  # nothing is in it but names of packaged schemas
    made: Writer = known["write"]  # type: ignore[assignment]
    return made


def _lines(schema: Any, value: str, indent: str, names: Iterator[int]) -> list[str]:
    """What writes the value of an expression."""
    if isinstance(schema, list):
        return _nullable(schema, value, indent, names)
    kind = schema["type"] if isinstance(schema, dict) else schema
    if not isinstance(kind, str):
        return _lines(kind, value, indent, names)
    if kind in _BY_KIND:
        return [indent + line for line in _BY_KIND[kind].format(value=value).splitlines()]
    own = f"v{next(names)}"
    lines = [f"{indent}{own} = {value}"]
    if kind == "record":
        for field in schema["fields"]:
            lines += _lines(field["type"], f"{own}.{field['name']}", indent, names)
        return lines
    return lines + _block(schema, own, indent, names)


_SIZED: Final = "size = len(told)\nadd(short[size] if size < 256 else long(size))\nadd(told)"
_BY_KIND: Final = {
    "long": "add(long({value}))",
    "int": "add(long({value}))",
    "double": "add(double({value}))",
    "boolean": "add(b'\\x01' if {value} else b'\\x00')",
    "string": f"told = {{value}}.encode()\n{_SIZED}",
    "bytes": f"told = {{value}}\n{_SIZED}",
}


def _nullable(branches: list[Any], value: str, indent: str, names: Iterator[int]) -> list[str]:
    if len(branches) != NULLABLE or branches[0] != "null":
        raise ValueError(f"a union is of null and one type, not {branches}")
    own = f"v{next(names)}"
    return [
        f"{indent}{own} = {value}",
        f"{indent}if {own} is None: add(b'\\x00')",
        f"{indent}else:",
        f"{indent} add(b'\\x02')",
        *_lines(branches[1], own, indent + " ", names),
    ]


def _block(schema: Any, own: str, indent: str, names: Iterator[int]) -> list[str]:
    """An array or a map: how many, each of them, and nothing more."""
    inner, each = indent + "  ", f"v{next(names)}"
    if schema["type"] == "map":
        head = f"{indent} for key, {each} in {own}.items():"
        body = [
            *_lines("string", "key", inner, names),
            *_lines(schema["values"], each, inner, names),
        ]
    elif schema["type"] == "array":
        head, body = f"{indent} for {each} in {own}:", _lines(schema["items"], each, inner, names)
    else:
        raise ValueError(f"no writer of {schema['type']!r}")
    return [
        f"{indent}if {own}:",
        f"{indent} add(long(len({own})))",
        head,
        *body,
        f"{indent}add(b'\\x00')",
    ]
