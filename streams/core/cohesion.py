"""Whether the evidence is about one story or a mix: the share of its texts that tell the largest.

Texts that say nothing beside the name are left out of both counts: they speak for no story, nor
against one.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from schemas.clock import HOUR_MS, Millis
from schemas.ids import short_key
from streams.core.state import Saying
from streams.core.story import clusters

WINDOW_HOURS: Final = 24  # rank lists trickle: twelve hours show a few of twenty outlets
LOOKED_AT: Final = 30  # newest texts; all pairs of them are compared
SHARE_OF_OCCASION: Final = 0.5  # of the story's texts

# What a headline says of something that was in every diary.
_OCCASIONS: Final = {
    "birthday": "birthday", "bday": "birthday", "birth": "birth anniversary",
    "anniversary": "anniversary", "finale": "finale", "gala": "gala", "awards": "awards",
    "oscars": "awards", "oscar": "awards", "emmys": "awards", "grammys": "awards",
    "nominations": "awards", "halloween": "Halloween", "eurovision": "Eurovision",
}
OCCASION_OF: Final = {short_key(word): name for word, name in _OCCASIONS.items()}


class Cohesion(NamedTuple):
    """How many texts tell something, how many of them the largest story, and of what occasion."""

    telling: int
    items: int
    occasion: str | None = None

    @property
    def share(self) -> float | None:
        """[0, 1]; None when no text tells anything."""
        return self.items / self.telling if self.telling else None


def cohesion(said: Sequence[Saying], now: Millis) -> Cohesion:
    """Of the newest texts of the last day, each wording once."""
    oldest = now - WINDOW_HOURS * HOUR_MS
    texts = {s.text_key: s.words for s in said if s.words and s.known_time >= oldest}
    told = list(texts.values())[-LOOKED_AT:]
    if not told:
        return Cohesion(0, 0)
    story = [told[i] for i in clusters(told)[0]]
    return Cohesion(len(told), len(story), _occasion(story))


def _occasion(story: Sequence[tuple[int, ...]]) -> str | None:
    """The occasion that at least half of the story's texts name; of several the most frequent."""
    counts: dict[str, int] = {}
    for words in story:
        for name in sorted({OCCASION_OF[word] for word in words if word in OCCASION_OF}):
            counts[name] = counts.get(name, 0) + 1
    found = min(counts, key=lambda name: (-counts[name], name), default=None)
    return found if found and counts[found] >= SHARE_OF_OCCASION * len(story) else None
