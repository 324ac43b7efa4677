"""Ids are pure functions of what they name, and stay what they are."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.ids import derived_id, mention_id, short_key

texts = st.text(max_size=40).filter(lambda text: "\x1f" not in text)


def test_ids_are_what_they_have_always_been() -> None:
    assert mention_id("reddit", "t3_1nova7") == "68ea901a023de4d1d7110935"
    assert derived_id("heat", "nova-reyes", "29558520") == "09774142da6d1e4d59cdd6b1"
    assert derived_id("dead-letter") == "160a83db0b683a14c5c62a83"
    assert short_key("tidewatcher") == 212148821600647


def test_an_id_is_not_shared_between_sources_or_kinds() -> None:
    assert mention_id("reddit", "1") != mention_id("x", "1")
    assert mention_id("reddit", "1") != derived_id("reddit", "1")
    assert derived_id("heat", "a", "1") != derived_id("velocity", "a", "1")


def test_parts_do_not_run_into_each_other() -> None:
    assert mention_id("red", "dit1") != mention_id("reddit", "1")
    assert derived_id("heat", "ab", "c") != derived_id("heat", "a", "bc")
    assert derived_id("heat", "a", "") != derived_id("heat", "a")


def test_half_a_surrogate_pair_from_upstream_still_has_an_id() -> None:
    assert mention_id("reddit", "\ud83d") != mention_id("reddit", "\ud83e")
    assert short_key("\ud83d") != short_key("\ud83e")


@given(texts, texts)
def test_a_mention_s_id_is_24_hex_digits_whatever_the_source_says(source: str, name: str) -> None:
    found = mention_id(source, name)
    assert len(found) == 24
    assert set(found) <= set("0123456789abcdef")
    assert found == mention_id(source, name)


@given(st.lists(st.tuples(texts, texts), unique=True, max_size=50))
def test_different_mentions_have_different_ids(named: list[tuple[str, str]]) -> None:
    assert len({mention_id(source, name) for source, name in named}) == len(named)


@given(st.text(max_size=40))
def test_a_short_key_fits_a_column_of_numbers(text: str) -> None:
    assert 0 <= short_key(text) < 2**48
    assert short_key(text) == short_key(text)
