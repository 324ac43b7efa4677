"""Headlines by story."""

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.core.story import clusters, idf, resemblance, similar

DIVORCE = (1, 2, 3, 4, 5)
DIVORCE_TOO = (1, 2, 3, 8, 9)
TOUR = (20, 21, 22, 23)
headlines = st.lists(st.integers(0, 9), max_size=6, unique=True).map(tuple)


def test_headlines_that_share_their_words_tell_one_story() -> None:
    assert similar(DIVORCE, DIVORCE_TOO)
    assert not similar(DIVORCE, TOUR)


def test_one_word_in_common_is_no_story() -> None:
    assert not similar((1, 2), (1, 3))
    assert similar((1,), (1,))


def test_nothing_is_like_a_headline_without_words() -> None:
    assert resemblance((), ()) == 0.0
    assert resemblance((), DIVORCE) == 0.0
    assert resemblance((), DIVORCE, {1: 2.0}) == 0.0


def test_rare_words_in_common_say_more_than_frequent_ones() -> None:
    weights = idf([(1, 2, n) for n in range(10, 40)] + [(1, 2, 50, 51)])
    frequent = resemblance((1, 2, 50, 51), (1, 2, 60, 61), weights)
    rare = resemblance((1, 2, 50, 51), (3, 4, 50, 51), weights)
    assert frequent < 0.3 <= rare


def test_the_largest_story_comes_first() -> None:
    assert clusters([TOUR, DIVORCE, DIVORCE_TOO]) == [[1, 2], [0]]
    assert clusters([]) == []


def test_a_chain_of_neighbours_is_not_one_story() -> None:
    chain = [(1, 2, 3, 4), (3, 4, 5, 6), (5, 6, 7, 8), (7, 8, 9, 10)]
    assert clusters(chain, alike=0.5) == [[0, 1, 2], [3]]


@settings(max_examples=60)
@given(st.lists(headlines, max_size=8))
def test_every_headline_is_in_one_story_with_one_that_all_of_it_resemble(
    told: list[tuple[int, ...]],
) -> None:
    found = clusters(told)
    assert sorted(i for story in found for i in story) == list(range(len(told)))
    for story in found:
        assert any(all(i == j or similar(told[i], told[j]) for j in story) for i in story)


@settings(max_examples=60)
@given(headlines, headlines)
def test_resemblance_goes_both_ways_and_stays_within_one(
    a: tuple[int, ...], b: tuple[int, ...]
) -> None:
    weights = {n: 1.0 + n for n in range(8)}
    assert resemblance(a, b) == resemblance(b, a)
    assert resemblance(a, b, weights) == resemblance(b, a, weights)
    assert 0.0 <= resemblance(a, b, weights) <= 1.0 + 1e-9
