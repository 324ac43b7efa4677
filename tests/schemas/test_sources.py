"""Each source is evidence of one type; trades confirm and never count."""

from schemas.sources import COUNTED_TYPES, SOURCE_TYPES, TYPES


def test_every_source_is_of_a_known_type() -> None:
    assert set(SOURCE_TYPES.values()) <= set(TYPES)


def test_every_type_has_a_source() -> None:
    assert set(TYPES) == set(SOURCE_TYPES.values())


def test_trades_do_not_count() -> None:
    assert set(TYPES) - set(COUNTED_TYPES) == {"trade"}
    assert SOURCE_TYPES["trades"] == "trade"
