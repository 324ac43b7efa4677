"""Plays the life of one name, minute by minute, through the step of the core."""

from schemas.clock import INTERVAL_MS, MINUTE_MS
from schemas.records import Alert, Mention, Record
from streams.core.config import CoreConfig
from streams.core.measure import Lineage, fresh, step
from streams.core.state import EntityState
from tests.streams.core.worlds import FIRST, mention

DAY = 24 * 60
BEGIN = FIRST + 20 * DAY  # long after observation began
CONFIG = CoreConfig()


class Story:
    """Plays mentions of one name, minute by minute, and keeps what comes out."""

    def __init__(self, config: CoreConfig = CONFIG) -> None:
        self.config = config
        self.lineage = Lineage(config.hash, FIRST)
        self.state: EntityState = fresh(BEGIN - 1)
        self.n = BEGIN
        self.out: list[Record] = []
        self.number = 0

    def play(self, minutes: int, mentions: list[Mention] | None = None) -> list[Record]:
        """Let time pass; the mentions come in their own minute."""
        by_minute: dict[int, list[Mention]] = {}
        for one in mentions or []:
            by_minute.setdefault(one.known_time // INTERVAL_MS, []).append(one)
        before = len(self.out)
        for n in range(self.n, self.n + minutes):
            self.out += step(self.state, "nova", n, by_minute.get(n, []), self.config,
                             self.lineage)
        self.n += minutes
        return self.out[before:]

    def burst(self, count: int, source: str = "reddit", source_type: str = "social",
              **changes: object) -> list[Mention]:
        """So many mentions from now on, one every twenty seconds, each of its own author."""
        made = []
        for _ in range(count):
            self.number += 1
            known = self.n * INTERVAL_MS + self.number * 20_000 % (20 * MINUTE_MS)
            made.append(mention(self.number, "nova", known, source, source_type=source_type,
                                **changes))
        return sorted(made, key=lambda m: (m.known_time, m.id))

    @property
    def kinds(self) -> list[str]:
        return [e.kind for e in self.out if isinstance(e, Alert)]


def both(story: Story, count: int) -> list[Mention]:
    found = story.burst(count) + story.burst(count, "google-news", "news")
    return sorted(found, key=lambda m: (m.known_time, m.id))


def steady(hours: int, first: int) -> list[Mention]:
    """One mention an hour of each of two types."""
    return [
        mention(1000 + 2 * hour + k, "nova", (first + 60 * hour) * INTERVAL_MS + k, source)
        for hour in range(hours) for k, source in enumerate(("reddit", "google-news"))
    ]
