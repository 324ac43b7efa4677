"""Fingerprints: what is nearly the same differs in few bits."""

import random

import pytest

from streams.core import near
from streams.core.near import distance, near_key, plain_words

TEXT = "Nova Reyes walks on stage for a surprise cameo at the harbour gala and the crowd goes wild"


@pytest.mark.parametrize("copy", [
    TEXT.upper(),
    TEXT + "!!! \U0001f525\U0001f525",
    TEXT + " https://example.org/a?b=17",
    "gala harbour the at cameo surprise a for stage on walks Reyes Nova and the crowd goes wild",
    TEXT.replace("Nova Reyes", "N\u00f3va R\u00e9yes"),
    TEXT.replace(" ", "  "),
])
def test_dress_changes_nothing(copy: str) -> None:
    assert near_key(copy) == near_key(TEXT)


def test_a_template_with_other_numbers_and_links_is_one_text() -> None:
    template = "Only {n} seats left to see {name} live in {n} cities from {n} euro at {url}"
    one = near_key(template.format(n=12, name="Nova", url="https://a.example/1"))
    assert one == near_key(template.format(n=4711, name="Nova", url="www.b.example/xyz"))


def test_a_changed_word_is_near_and_another_headline_is_far() -> None:
    edited = TEXT.replace("wild", "crazy")
    other = "Why the harbour gala belonged to Nova Reyes, by those who watched it from the wings"
    stranger = "Box office: the lighthouse sequel takes first place with a quiet second weekend"
    assert 0 < distance(near_key(TEXT), near_key(edited)) <= 7
    assert distance(near_key(TEXT), near_key(other)) > 12
    assert distance(near_key(TEXT), near_key(stranger)) > 18


@pytest.mark.parametrize("text", ["", "Nova Reyes", "wow wow Nova Reyes", "\U0001f600" * 50])
def test_a_text_of_few_words_has_none(text: str) -> None:
    assert near_key(text) == 0


def test_it_fits_a_signed_number_of_the_wire() -> None:
    keys = [near_key(f"{TEXT} {letter * 3}") for letter in "abcdefgh"]
    assert all(0 < key < 2**63 for key in keys)
    assert len(set(keys)) > 1


def test_links_and_numbers_are_no_words() -> None:
    assert plain_words("Go to https://x.example/1 or www.y.example NOW, 3 times") == [
        "go", "now", "or", "times", "to",
    ]


def test_the_same_text_is_found_until_it_is_old() -> None:
    prints = near.add(b"", 0b1011, minute=100)
    assert near.find(prints, 0b1000, bits=2, oldest=100) == 100
    assert near.find(prints, 0b1000, bits=1, oldest=100) == -1
    assert near.find(prints, 0b1011, bits=2, oldest=101) == -1


@pytest.mark.parametrize("count", [5, 32, 33, 300])
def test_a_long_list_is_searched_as_a_short_one(count: int) -> None:
    """Beyond a few entries an array does the work; this is what it must find."""
    dice = random.Random(count)
    entries = [(dice.getrandbits(63), 1000 + n) for n in range(count)]
    prints = b""
    for key, minute in entries:
        prints = near.add(prints, key, minute)
    kept = entries[-near.KEPT:]
    for _ in range(60):
        key, _ = dice.choice(entries)
        for bit in dice.sample(range(63), dice.randrange(12)):
            key ^= 1 << bit
        oldest = 1000 + dice.randrange(count)
        expected = next((minute for other, minute in kept
                         if distance(key, other) <= 7 and minute >= oldest), -1)
        assert near.find(prints, key, 7, oldest) == expected


def test_what_is_old_is_forgotten() -> None:
    prints = near.add(near.add(b"", 1, minute=10), 2, minute=20)
    assert near.prune(prints, 10) == prints
    assert near.find(near.prune(prints, 15), 1, bits=0, oldest=0) == -1
    assert near.find(near.prune(prints, 15), 2, bits=0, oldest=0) == 20
    assert near.prune(b"", 15) == b""
