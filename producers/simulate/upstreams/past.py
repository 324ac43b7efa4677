"""What the simulated world has said up to a moment: all that its providers have to tell.

Pure: it follows from the seed and the moment, so that a provider that is asked twice at a moment
says the same twice, whoever asks and since whenever it runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from producers.simulate.phrases import LABEL, MARK
from producers.simulate.world import World
from schemas.clock import DAY_MS, Millis, tick_of
from schemas.records import Entity, RawMention

DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
OPENING: Final = f" {MARK}"


@dataclass(frozen=True, slots=True)
class Past:
    """The world as it stands at a moment; an `empty` one has nothing to tell."""

    world: World
    moment: Millis
    empty: bool = False

    def said(self, source: str, within: Millis = DAY_MS) -> Iterator[RawMention]:
        """What a source has to tell, the newest first."""
        since = self.moment - within
        for n in range(tick_of(self.moment), tick_of(since) - 1, -1):
            for mention in () if self.empty else reversed(_by_source(self.world, n, source)):
                if since < mention.event_time <= self.moment:
                    yield mention

    def named(self, kinds: tuple[str, ...]) -> tuple[Entity, ...]:
        """Invented entities of some kinds."""
        cast = () if self.empty else self.world.cast
        return tuple(entity for entity in cast if entity.entity_type in kinds)

    def without_news(self) -> "Past":
        return replace(self, empty=True)


@lru_cache(maxsize=20_000)
def _by_source(world: World, n: int, source: str) -> tuple[RawMention, ...]:
    return tuple(mention for mention in _interval(world, n) if mention.source == source)


@lru_cache(maxsize=4_000)
def _interval(world: World, n: int) -> tuple[RawMention, ...]:
    return world.mentions_of(n)


def number_of(name: str, below: int) -> int:
    """A number that belongs to a name, the same on every machine."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big") % below


def short_name(name: str, length: int) -> str:
    """A name as providers make them: small letters and digits."""
    number, letters = number_of(name, 36**length), ""
    for _ in range(length):
        number, digit = divmod(number, 36)
        letters = DIGITS[digit] + letters
    return letters


def bare(title: str) -> str:
    """A title without the label that it ends in."""
    return title.removesuffix(f" {LABEL}")


def plain_channel(mention: RawMention) -> str:
    """Where it was said, where a provider has no room for a mark."""
    return mention.channel.removesuffix(OPENING)


def matches(query: str, title: str) -> bool:
    """Whether a search finds a title: all words of a quoted name; a search for topics finds all."""
    quoted = query.split('"')[1::2]
    if not quoted or " OR " in query:
        return True
    folded = title.casefold()
    return all(name.casefold() in folded for name in quoted)
