"""Simulated weeks: idle talk, stories with bots, wires and late trades, and outages.

Generated, not stored: a week follows from its seed on every machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from producers.catalogue.load import load_entities
from producers.simulate.run import CAST
from producers.simulate.world import SOURCES, STORY_EVERY, World, simulated_world
from producers.ticks import ticks_for_recording
from schemas.clock import DAY_MS, HOUR_MS, Millis, parse_time, tick_of
from schemas.records import Entity, RawMention, Tick
from streams.replay.adversary import Attack, inject

BEGIN = parse_time("2026-03-01T00:00:00Z")


@dataclass(frozen=True)
class Outage:
    """A source that says nothing for a while; what it would have said is lost."""

    source: str
    start: Millis
    end: Millis


@dataclass(frozen=True)
class Week:
    """`quiet_days` without a story, then stories until the end."""

    name: str
    seed: int
    quiet_days: int = 2
    story_days: int = 2
    outages: tuple[Outage, ...] = ()
    attacks: tuple[Attack, ...] = ()  # each on a name that has no story that day

    @property
    def first_story(self) -> Millis:
        return BEGIN + self.quiet_days * DAY_MS

    @property
    def end(self) -> Millis:
        return self.first_story + self.story_days * DAY_MS

    def entities(self) -> tuple[Entity, ...]:
        return (*load_entities(), *load_entities(CAST))

    def world(self) -> World:
        return simulated_world(self.seed, self.first_story, load_entities(CAST), load_entities())

    def mentions(self) -> list[RawMention]:
        world = self.world()
        ticks = range(tick_of(BEGIN), tick_of(self.end))
        said = [m for n in ticks for m in world.mentions_of(n) if not self._silent(m)]
        for number, (attack, victim) in enumerate(zip(self.attacks, self.victims(), strict=True)):
            begins = self.first_story + (5 + 4 * number) * HOUR_MS
            said = inject(said, attack, self.seed, whom=victim.name, begins=begins)
        return said

    def victims(self) -> tuple[Entity, ...]:
        """People who are talked about idly, and whom somebody would like to see on the air."""
        return self.world().talked[: len(self.attacks)]

    def _silent(self, mention: RawMention) -> bool:
        return any(o.source == mention.source and o.start <= mention.known_time < o.end
                   for o in self.outages)

    def log(self) -> Iterator[RawMention | Tick]:
        present = dict.fromkeys(SOURCES, 1)
        return ticks_for_recording(self.mentions(), present, len(self.entities()))

    def stories(self) -> list[tuple[str, Millis]]:
        """The truth: who makes the news, and when it begins. Those that begin within four hours
        of the end are left out: nobody could have told them."""
        cast = self.world().cast
        count = (self.end - 4 * HOUR_MS - self.first_story) // STORY_EVERY + 1
        return [(cast[n % len(cast)].id, self.first_story + n * STORY_EVERY)
                for n in range(count)]


NIGHT = BEGIN + 2 * DAY_MS + 6 * HOUR_MS
WEEKS = (
    Week("clean", seed=11),
    Week("outage", seed=12, outages=(
        Outage("google-news", NIGHT, NIGHT + 8 * HOUR_MS),
        Outage("reddit", NIGHT + 10 * HOUR_MS, NIGHT + 12 * HOUR_MS),
    )),
    Week("attacked", seed=13, attacks=("brigade", "copies", "bots", "one-author", "cross-posts"),
         outages=(Outage("youtube", NIGHT, NIGHT + 3 * HOUR_MS),)),
)
