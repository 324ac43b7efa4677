"""Any record that its type allows, for hypothesis; made from the type hints."""

import types
import typing
from functools import cache
from typing import Any

import msgspec
from hypothesis import strategies as st

LONGS = st.integers(min_value=-(2**63), max_value=2**63 - 1)
# Not a number is equal to nothing, so it could not be compared after a round trip.
DOUBLES = st.floats(allow_nan=False)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=30),
    int: LONGS,
    float: DOUBLES,
    bool: st.booleans(),
    bytes: st.binary(max_size=30),
    type(None): st.none(),
}


def of_kind(kind: Any) -> st.SearchStrategy[Any]:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return st.one_of(*(of_kind(part) for part in args))
    if origin is tuple and args[-1] is Ellipsis:
        return st.lists(of_kind(args[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(of_kind(part) for part in args))
    if origin is dict:
        return st.dictionaries(of_kind(args[0]), of_kind(args[1]), max_size=3)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return records(kind)
    return PLAIN[kind]


@cache
def records(record_type: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Records of this type with every field set."""
    hints = typing.get_type_hints(record_type)
    names = [field.name for field in msgspec.structs.fields(record_type)]
    return st.builds(record_type, **{name: of_kind(hints[name]) for name in names})
