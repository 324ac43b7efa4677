"""The quick way from a message to a row gives what the long way gives, or nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import encode
from schemas.errors import SkippableError
from schemas.records import Mention
from sinks.base.shortcut import shortcut
from sinks.base.wire import YEAR_1_MS, YEAR_10000_MS
from sinks.catalogue import BY_NAME
from sinks.mentions import MENTIONS
from tests.sinks.builders import heat, mention

quick = shortcut("mention", MENTIONS.columns, MENTIONS.unstored)
longs = st.integers(-(2**63), 2**63 - 1)
moments = st.integers(YEAR_1_MS - 10, YEAR_10000_MS + 10)
texts = st.text(st.characters(codec="utf-8"), max_size=300)
changes = st.fixed_dictionaries(
    {},
    optional={
        "id": texts,
        "event_time": moments,
        "known_time": moments,
        "test": st.booleans(),
        "late_ms": longs,
        "author_key": longs,
        "text_key": longs,
        "score": st.floats(),
        "title": texts,
        "url": st.none() | texts,
        "level": st.none() | st.floats(),
        "causation": st.lists(texts, max_size=5).map(tuple),
        "spam_reasons": st.lists(texts, max_size=2).map(tuple),
        "near_key": longs,
        "words": st.lists(longs, max_size=5).map(tuple),
        "terms": st.dictionaries(texts, st.floats(), max_size=4),
    },
)


def by_record(value: bytes) -> tuple[bytes, bytes] | None:
    try:
        return MENTIONS.read_by_record(value)
    except SkippableError:
        return None


@given(changes)
def test_where_it_gives_a_row_the_long_way_gives_the_same(fields: dict[str, Any]) -> None:
    assert quick is not None
    value = encode(mention(1, **fields))
    assert quick(value) in (None, by_record(value))


@given(changes, st.data())
def test_damaged_bytes_give_what_the_long_way_gives_or_nothing(
    fields: dict[str, Any], draw: st.DataObject
) -> None:
    assert quick is not None
    value = bytearray(encode(mention(1, **fields)))
    for _ in range(draw.draw(st.integers(1, 3))):
        value[draw.draw(st.integers(5, len(value) - 1))] = draw.draw(st.integers(0, 255))
    cut = bytes(value[: draw.draw(st.integers(5, len(value)))])
    assert quick(cut) in (None, by_record(cut))


def test_plain_mentions_take_it() -> None:
    assert quick is not None
    plain: Mention = mention(1, title="Für Elise \u2013 ☀")
    assert quick(encode(plain)) == MENTIONS.read_by_record(encode(plain))


@pytest.mark.parametrize("value", [b"", b"\0", encode(heat(1)), encode(mention(1))[:-1]])
def test_what_is_no_mention_does_not(value: bytes) -> None:
    assert quick is not None
    assert quick(value) is None


def test_records_with_documents_have_none() -> None:
    assert shortcut("heat", BY_NAME["heat"].columns) is None
    assert shortcut("alert", BY_NAME["alerts"].columns) is None
