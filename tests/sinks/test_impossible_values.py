"""What no row can have, a number that is not finite or no id, makes none on either way."""

import math
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from schemas.codec import encode
from schemas.errors import SkippableError
from sinks.base.table import WORTH_A_SHORTCUT, Table
from sinks.catalogue import SINKS
from sinks.mentions import MENTIONS
from sinks.raw_mentions import RAW_MENTIONS
from tests.schemas.examples import newest_examples
from tests.sinks.builders import mention, raw_mention

NEWEST: dict[str, Any] = {record.schema_name: record for record in newest_examples()}
NUMBERS = (math.nan, math.inf, -math.inf)
COLUMNS = [(table, name) for table in SINKS for name, kind in table.columns if kind == "float8"]
every_number = pytest.mark.parametrize(
    ("table", "name"), COLUMNS, ids=[f"{table.name}-{name}" for table, name in COLUMNS]
)
every_sink = pytest.mark.parametrize("table", SINKS, ids=lambda table: table.name)


def changed(table: Table[Any], **fields: Any) -> bytes:
    return encode(msgspec.structs.replace(NEWEST[table.record.schema_name], **fields))


def refuse(table: Table[Any], values: Sequence[bytes], reason: str) -> None:
    """Each of them, alone and among many, while those beside it become what they are."""
    plain = changed(table)
    for value in values:
        with pytest.raises(SkippableError, match=reason):
            table.read(value)
        beside = [plain] * WORTH_A_SHORTCUT
        alone = table.read_many([*beside, *beside])
        assert table.read_many([*beside, value, *beside]) == [
            *alone[: len(beside)],
            None,
            *alone[len(beside) :],
        ]


@every_number
def test_a_number_that_is_not_finite_makes_no_row_and_its_field_is_named(
    table: Table[Any], name: str
) -> None:
    odd = [changed(table, **{name: number}) for number in NUMBERS]
    refuse(table, odd, f"^{name}: (nan|inf|-inf) is not a finite number$")


@every_sink
def test_an_empty_id_makes_no_row_and_is_named(table: Table[Any]) -> None:
    refuse(table, [changed(table, id="")], "^id: it is empty$")


def test_a_time_that_no_row_can_have_is_named_by_its_field() -> None:
    with pytest.raises(SkippableError, match=r"^known_time: the time -1000000000000000 ms"):
        MENTIONS.read(encode(mention(1, known_time=-(10**15))))


def test_none_is_no_number_and_stays_null_among_many() -> None:
    mentions = [encode(mention(number, level=None)) for number in range(WORTH_A_SHORTCUT)]
    raw = [encode(raw_mention(number, level=None)) for number in range(WORTH_A_SHORTCUT)]
    assert MENTIONS.read_many(mentions) == [MENTIONS.read(value) for value in mentions]
    assert RAW_MENTIONS.read_many(raw) == [RAW_MENTIONS.read(value) for value in raw]
    assert MENTIONS.row(mention(level=None))[MENTIONS.names.index("level")] is None


def test_where_there_is_no_number_what_stands_in_its_place_is_not_taken_for_one() -> None:
    """The bytes after the level that is missing are those of an infinity."""
    value = encode(mention(1, level=None, config_hash="c0ffe", catalogue_version=8184))
    assert b"\x0ac0ffe\xf0\x7f" in value
    values = [value] * WORTH_A_SHORTCUT
    assert MENTIONS.read_many(values) == [MENTIONS.read(value) for value in values]


def test_an_id_of_no_length_is_seen_however_its_length_is_written() -> None:
    """Two bytes can say nought as well as one, and the long way takes both."""
    value = encode(mention(1, id=""))
    longer = value[:5] + b"\x80\x00" + value[6:]
    refuse(MENTIONS, [longer], "^id: it is empty$")
