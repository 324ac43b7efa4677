"""What a text says, as keys of its words."""

from streams.core.wording import KEPT_WORDS, beside, wording


def test_texts_of_the_same_words_are_one_text() -> None:
    one = wording("Nova Reyes joins Tidewater", "")
    assert one.text_key == wording("nova reyes joins tidewater!", "").text_key
    assert one.text_key != wording("Nova Reyes leaves Tidewater", "").text_key


def test_a_text_without_words_is_told_by_its_signs() -> None:
    assert wording("\U0001f525\U0001f525", "").text_key != wording("\U0001f480", "").text_key


def test_the_own_words_of_an_entity_are_no_story() -> None:
    said = wording("Nova Reyes leaves Tidewater finale in tears", "")
    about_nova = beside(said, "Nova Reyes")
    assert set(about_nova) < set(beside(said, ""))
    assert set(beside(wording("Tidewater finale: tears as star leaves", ""))) & set(about_nova)


def test_words_that_any_story_uses_are_none_of_it() -> None:
    assert beside(wording("What they said about the new one after that", "")) == ()


def test_few_words_are_kept_of_a_long_text() -> None:
    assert len(beside(wording("", " ".join(f"zorblat{n}" for n in range(60))))) == KEPT_WORDS
