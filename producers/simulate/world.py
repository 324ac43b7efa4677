"""What the simulated world says in each minute: idle talk, and stories that come and go.

Pure: a minute's mentions follow from the seed and the minute alone, so that a restart goes on
where the world was. A story begins among people, then shows in searches and videos, reaches the
papers after an hour or two and the trades hours later, and fades.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Final, NamedTuple

from producers.simulate import phrases
from schemas.clock import HOUR_MS, INTERVAL_MS, MINUTE_MS, Millis
from schemas.ids import mention_id
from schemas.records import Entity, RawMention
from schemas.sources import SOURCE_TYPES

SOURCES: Final = ("reddit", "google-trends", "youtube", "google-news", "trades")
KINDS: Final = {"reddit": "post", "google-trends": "trend", "youtube": "video"}
STORY_EVERY: Final = 3 * HOUR_MS
STORY_LASTS: Final = 14 * HOUR_MS
TALK_PER_DAY: Final = {"reddit": 6.0, "google-trends": 1.5, "youtube": 2.0, "google-news": 1.5}
DAY_MINUTES: Final = 24 * 60
TALKED_ABOUT: Final = 80


class Stage(NamedTuple):
    """One voice of a story: when it joins, for how long, how often it speaks."""

    source: str
    after: Millis
    lasts: Millis
    mentions: int


LIFE: Final = (
    Stage("reddit", 0, 3 * HOUR_MS, 60),
    Stage("google-trends", 25 * MINUTE_MS, 4 * HOUR_MS, 14),
    Stage("youtube", 35 * MINUTE_MS, 6 * HOUR_MS, 16),
    Stage("google-news", 100 * MINUTE_MS, 6 * HOUR_MS, 18),
    Stage("reddit", 3 * HOUR_MS, 8 * HOUR_MS, 25),
    Stage("trades", 5 * HOUR_MS, 3 * HOUR_MS, 2),
)
BOTS: Final = 7


@dataclass(frozen=True, eq=False)
class World:
    """`talked` is who is talked about idly; the `cast` also makes the news, one after another."""

    seed: int
    first_story: Millis
    cast: tuple[Entity, ...]
    talked: tuple[Entity, ...]

    def mentions_of(self, n: int) -> tuple[RawMention, ...]:
        """What is said in interval n, in the order in which it becomes known."""
        said = [*self._talk(n), *self._news(n)]
        return tuple(sorted(said, key=lambda mention: (mention.known_time, mention.id)))

    def _talk(self, n: int) -> Iterator[RawMention]:
        dice, everyone = _dice(self.seed, "talk", n), (*self.talked, *self.cast)
        for source, per_day in TALK_PER_DAY.items():
            expected = per_day * len(everyone) / DAY_MINUTES
            for k in range(int(expected + dice.random())):
                yield _talk_of(dice.choice(everyone), source, n, k, dice)

    def _news(self, n: int) -> Iterator[RawMention]:
        newest = (n * INTERVAL_MS - self.first_story) // STORY_EVERY
        oldest = max(0, newest - STORY_LASTS // STORY_EVERY)
        for number in range(oldest, newest + 1):
            yield from _by_interval(self, number).get(n, ())


def simulated_world(
    seed: int, first_story: Millis, cast: Sequence[Entity], known: Sequence[Entity]
) -> World:
    """The world of a seed. Idle talk is about entities with a name that means nobody else."""
    plain = [e for e in known if not e.ambiguous and " " in e.name and e.prior >= 0.8]
    drawn = _dice(seed, "talked").sample(plain, min(TALKED_ABOUT, len(plain)))
    shuffled = _dice(seed, "cast").sample(list(cast), len(cast))
    return World(seed, first_story, tuple(shuffled), tuple(drawn))


@lru_cache(maxsize=16)
def _by_interval(world: World, number: int) -> dict[int, list[RawMention]]:
    found: dict[int, list[RawMention]] = {}
    for mention in story(world, number):
        found.setdefault(mention.known_time // INTERVAL_MS, []).append(mention)
    return found


def story(world: World, number: int) -> Iterator[RawMention]:
    """Every mention of one story, from the first post to the last."""
    dice = _dice(world.seed, "story", number)
    entity = world.cast[number % len(world.cast)]
    plots = phrases.PLOTS[entity.entity_type]
    what = plots[number // len(world.cast) % len(plots)][1].format(name=entity.name)
    begins = world.first_story + number * STORY_EVERY
    for place, stage in enumerate(LIFE):
        for k in range(stage.mentions):
            at = begins + stage.after + int(stage.lasts * dice.random() ** 1.7)
            key = f"story:{number}:{place}:{k}"
            yield _mention(stage.source, key, at, *_said(stage.source, what, dice))
    yield from _copies(what, begins, number, dice)


def _copies(what: str, begins: Millis, number: int, dice: Random) -> Iterator[RawMention]:
    """One agency text in several papers, and one text from many bots: told often, counted once."""
    wire = f"{what}, agency reports"
    for k, paper in enumerate(dice.sample(phrases.PAPERS, 4)):
        at = begins + 3 * HOUR_MS + k * 7 * MINUTE_MS
        yield _mention("google-news", f"wire:{number}:{k}", at, wire, paper, None)
    for k in range(BOTS):
        at = begins + 50 * MINUTE_MS + k * 20_000
        bot = f"promo_bot_{dice.randrange(10**6):06d}"
        text = f"{what} CLICK NOW free tickets free tickets"
        yield _mention("reddit", f"bot:{number}:{k}", at, text, "r/entertainment", bot)


def _said(source: str, what: str, dice: Random) -> tuple[str, str, str | None]:
    """What one voice says of a story: text, channel, author."""
    if source == "reddit":
        text = dice.choice(phrases.REACTIONS).format(what=what, mood=dice.choice(phrases.MOODS))
        return f"{text}, {dice.choice(phrases.EXTRAS)}", dice.choice(phrases.FORUMS), _author(dice)
    if source == "google-trends":
        return f"{what} {dice.choice(phrases.QUERIES)}", dice.choice(phrases.REGIONS), None
    told = dice.choice(phrases.HEADLINES).format(what=what)
    headline = f"{told}, with {dice.choice(phrases.EXTRAS)}"
    channels = {"youtube": phrases.VIDEO_CHANNELS, "google-news": phrases.PAPERS}
    return headline, dice.choice(channels.get(source, phrases.TRADES)), None


def _talk_of(entity: Entity, source: str, n: int, k: int, dice: Random) -> RawMention:
    extra = f"{dice.choice(phrases.EXTRAS)} and {dice.choice(phrases.EXTRAS)}"
    forms = {"google-news": phrases.FEATURES, "google-trends": phrases.SEARCHES}
    text = dice.choice(forms.get(source, phrases.CHATTER)).format(name=entity.name, extra=extra)
    _, channel, author = _said(source, text, dice)
    at = n * INTERVAL_MS + dice.randrange(INTERVAL_MS)
    return _mention(source, f"talk:{entity.id}:{k}", at, text, channel, author)


def _author(dice: Random) -> str:
    return f"sim_reader_{dice.randrange(10**5):05d}"


def _mention(
    source: str, key: str, at: Millis, text: str, channel: str, author: str | None
) -> RawMention:
    native_id = f"simulated:{key}:{at}"
    return RawMention(
        id=mention_id(source, native_id),
        native_id=native_id,
        source=source,
        source_type=SOURCE_TYPES[source],
        event_time=at,
        known_time=at,
        kind=KINDS.get(source, "article"),
        channel=f"{channel} {phrases.MARK}",
        author=author,
        title=f"{text} {phrases.LABEL}",
        attributes={"simulated": "true"},
    )


def _dice(*parts: object) -> Random:
    """Chance that is the same for the same parts on every machine."""
    return Random(":".join(map(str, parts)))  # noqa: S311 - a world, not a secret
