"""Whether two headlines tell the same story, by the words they have beside the entity's name.

A headline is the tuple of its content words' keys (`Mention.words`), each word once. Where the
weights of words are known (`idf`), a rare word that both have says more than a common one.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from operator import mul
from typing import Final

from streams.core.adding import added
from streams.core.exact import log

Words = tuple[int, ...]
Weights = Mapping[int, float]

ALIKE: Final = 0.3  # cosine from which two headlines tell one story
SHARED: Final = 2  # one word in common is chance, however rare it is


def idf(headlines: Iterable[Words]) -> dict[int, float]:
    """How telling each word is among these headlines: log(1 + all / those that have it)."""
    having: dict[int, int] = {}
    total = 0
    for words in headlines:
        total += 1
        for word in words:
            having[word] = having.get(word, 0) + 1
    return {word: log(1.0 + total / count) for word, count in having.items()}


def resemblance(a: Words, b: Words, weights: Weights | None = None) -> float:
    """Cosine of two headlines, 0 to 1; 0 for fewer than two words in common.

    A word without a weight counts as one that was never seen: as much as the heaviest.
    """
    others = set(b)
    common = [word for word in a if word in others]
    if len(common) < min(SHARED, max(len(a), len(b))):
        return 0.0
    if not weights:
        return len(common) / sqrt(len(a) * len(b)) if common else 0.0
    unseen = max(weights.values())
    lengths = _square(a, weights, unseen) * _square(b, weights, unseen)
    return _square(common, weights, unseen) / sqrt(lengths) if lengths else 0.0


def _square(words: Iterable[int], weights: Weights, unseen: float) -> float:
    found = [weights.get(word, unseen) for word in sorted(words)]
    return added(map(mul, found, found))


def similar(a: Words, b: Words, weights: Weights | None = None, alike: float = ALIKE) -> bool:
    """Whether two headlines tell one story."""
    return resemblance(a, b, weights) >= alike


def clusters(
    headlines: Sequence[Words], weights: Weights | None = None, alike: float = ALIKE
) -> list[list[int]]:
    """The headlines by story, as ascending positions; the largest story first, then the earliest.

    A story is a headline and all that are similar to it: what only resembles a member of it is
    not drawn in, or a chain of neighbours would make one story of a mix. Looks at all pairs, so
    hand it dozens and not thousands.
    """
    near: list[set[int]] = [{i} for i in range(len(headlines))]
    for i, words in enumerate(headlines):
        for j in range(i):
            if similar(headlines[j], words, weights, alike):
                near[i].add(j)
                near[j].add(i)
    left = set(range(len(headlines)))
    found: list[list[int]] = []
    while left:
        centre = min(left, key=lambda i: (-len(near[i] & left), i))
        story = near[centre] & left
        found.append(sorted(story))
        left -= story
    return sorted(found, key=lambda story: (-len(story), story[0]))


def overlap(a: Words, b: Words, weights: Weights | None = None) -> float:
    """The share of the lighter headline's words that the other has, 0 to 1, by their weights.

    Kinder than `resemblance` to a long headline that tells what a short one does: for finding
    whether somebody else has a story, where a missed match costs more than a false one.
    """
    others = set(b)
    common = [word for word in a if word in others]
    if not common:
        return 0.0
    unseen = max(weights.values()) if weights else 1.0
    table = weights or {}
    lighter = min(_weight(a, table, unseen), _weight(b, table, unseen))
    return _weight(common, table, unseen) / lighter


def _weight(words: Iterable[int], weights: Weights, unseen: float) -> float:
    return added(weights.get(word, unseen) for word in sorted(words))
