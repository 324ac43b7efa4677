"""The quick way from a message to a row gives what the long way gives, or nothing."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.clock import YEAR_1_MS, YEAR_10000_MS
from schemas.codec import encode
from schemas.errors import SkippableError
from sinks.base.table import Table
from sinks.catalogue import BY_NAME
from sinks.mentions import MENTIONS
from sinks.raw_mentions import RAW_MENTIONS
from tests.schemas.examples import newest_examples
from tests.sinks.builders import heat, mention, raw_mention, tick

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
        "sentiment": st.floats(),
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


finite = st.floats(allow_nan=False, allow_infinity=False)
numbers = st.fixed_dictionaries(
    {"score": finite, "margin": finite, "sentiment": finite, "level": st.none() | finite}
)

raw_changes = st.fixed_dictionaries(
    {},
    optional={
        "event_time": moments,
        "author": st.none() | texts,
        "title": texts,
        "text": texts | st.text(st.characters(codec="utf-8"), min_size=300, max_size=1100),
        "level": st.none() | st.floats(),
        "attributes": st.dictionaries(texts, texts, max_size=3),
        "deleted": st.booleans(),
    },
)


def by_record(table: Table[Any], value: bytes | None) -> tuple[bytes, bytes] | None:
    try:
        return table.read(value)
    except SkippableError:
        return None


def differing(table: Table[Any], values: Sequence[bytes | None]) -> list[bytes | None]:
    """Those of which the quick way gives another row than the long way; none is not another."""
    quick = table.shortcut
    assert quick is not None
    return [
        value
        for value, found in zip(values, quick(values), strict=True)
        if found not in (None, by_record(table, value))
    ]


def damaged(value: bytes, draw: st.DataObject) -> bytes:
    broken = bytearray(value)
    for _ in range(draw.draw(st.integers(0, 3))):
        broken[draw.draw(st.integers(5, len(value) - 1))] = draw.draw(st.integers(0, 255))
    return bytes(broken[: draw.draw(st.integers(5, len(value)))])


@given(st.lists(changes, min_size=1, max_size=4))
def test_where_it_gives_a_row_the_long_way_gives_the_same(many: list[dict[str, Any]]) -> None:
    values = [encode(mention(number, **fields)) for number, fields in enumerate(many)]
    assert differing(MENTIONS, values) == []


@given(st.lists(numbers, min_size=1, max_size=4))
def test_every_finite_number_and_none_at_all_take_it(many: list[dict[str, Any]]) -> None:
    values = [encode(mention(number, **fields)) for number, fields in enumerate(many)]
    assert MENTIONS.shortcut is not None
    assert MENTIONS.shortcut(values) == [MENTIONS.read(value) for value in values]


@given(st.lists(raw_changes, min_size=1, max_size=4))
def test_raw_mentions_are_cut_and_read_as_the_long_way_does(many: list[dict[str, Any]]) -> None:
    values = [encode(raw_mention(number, **fields)) for number, fields in enumerate(many)]
    assert differing(RAW_MENTIONS, values) == []


@given(st.lists(changes, min_size=1, max_size=3), st.data())
def test_damaged_bytes_give_what_the_long_way_gives_or_nothing(
    many: list[dict[str, Any]], draw: st.DataObject
) -> None:
    whole = [encode(mention(number, **fields)) for number, fields in enumerate(many)]
    assert differing(MENTIONS, [damaged(value, draw) for value in whole]) == []


@given(raw_changes, st.data())
def test_damaged_raw_mentions_too(fields: dict[str, Any], draw: st.DataObject) -> None:
    values = [encode(raw_mention(1)), damaged(encode(raw_mention(2, **fields)), draw)]
    assert differing(RAW_MENTIONS, values) == []


def test_plain_mentions_take_it_whatever_lies_beside_them() -> None:
    plain = [
        encode(mention(1, title="Für Elise \u2013 ☀")),
        encode(mention(2, terms={"exact": 0.5, "tag": 1.25}, together=("person-3", "film-é"))),
        encode(mention(3, url=None, level=3.5, causation=(), words=(2**62, -1), near_key=-5)),
    ]
    odd = [None, b"", b"\0", encode(tick()), encode(heat(1)), plain[0][:-1], b"\0" * 70_000]
    assert MENTIONS.shortcut is not None
    found = MENTIONS.shortcut([*odd, *plain, *odd])
    assert found[len(odd) : -len(odd)] == [MENTIONS.read(value) for value in plain]
    assert set(found[: len(odd)] + found[-len(odd) :]) == {None}


def test_a_plain_raw_mention_takes_it_and_is_cut_between_characters() -> None:
    value = encode(raw_mention(1, text="x" * 999 + "é", attributes={"who": "me", "é": ""}))
    assert RAW_MENTIONS.shortcut is not None
    assert RAW_MENTIONS.shortcut([value]) == [RAW_MENTIONS.read(value)]
    assert b"x" * 999 + b"\0\0\0\x15https" in RAW_MENTIONS.read(value)[1]  # the address follows


def test_any_number_of_them_is_read_in_chunks() -> None:
    values = [encode(mention(number)) for number in range(4_500)]
    assert MENTIONS.shortcut is not None
    assert MENTIONS.shortcut(values) == [MENTIONS.read(value) for value in values]


@pytest.mark.parametrize("entries", [0, 1, 23, 24, 25, 63, 64, 200])
def test_lists_of_any_length_give_the_same_row_or_nothing(entries: int) -> None:
    many = tuple(f"person-{number}" for number in range(entries))
    terms = {f"term-{number}": number / 7 for number in range(entries)}
    words = tuple(range(-entries, entries))
    values = [
        encode(mention(1, together=many)),
        encode(mention(2, terms=terms)),
        encode(mention(3, words=words)),
    ]
    assert differing(MENTIONS, values) == []


@pytest.mark.parametrize("table", [MENTIONS, RAW_MENTIONS], ids=lambda table: table.name)
def test_a_record_as_it_really_is_takes_it(table: Table[Any]) -> None:
    (example,) = [one for one in newest_examples() if isinstance(one, table.record)]
    assert table.shortcut is not None
    assert table.shortcut([encode(example)]) == [table.read(encode(example))]


def test_records_with_documents_have_none() -> None:
    assert BY_NAME["heat"].shortcut is None
    assert BY_NAME["alerts"].shortcut is None
