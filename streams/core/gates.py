"""What must hold at a poll before anybody is told; the cheapest question is asked first.

bar ── rising ── types ── voices ── silent? ── calendar ── one story ──► passed
"""

from typing import Final, Literal, NamedTuple

from schemas.clock import HOUR_MS, INTERVAL_MS, Millis
from streams.core.adding import tally
from streams.core.cohesion import Cohesion, cohesion
from streams.core.config import CoreConfig, GateConfig
from streams.core.evidence import authors_within, hour_of
from streams.core.exact import power
from streams.core.heat import Components
from streams.core.state import EntityState, Episode, TypeState
from streams.core.tentpoles import scheduled
from streams.core.windows import FAST, PER_HOUR, bucket_hour

TICKS_PER_HOUR = HOUR_MS // INTERVAL_MS
SILENT: Final = "silent"
KNOWN = 5.0  # mentions in 12 h that make a name half known
BEFORE: Final = 6 * PER_HOUR  # buckets
Gate = Literal["bar", "rising", "types", "voices", "silent", "scheduled", "story"]


class Poll(NamedTuple):
    """One look at an entity: what was measured at the end of tick `n`."""

    n: int
    now: int
    velocity_z: float
    detection_score: float
    statistic: float  # the one that gates: detection or literal
    found: Components
    usual: float = 0.0  # mentions in 12 h, all types; with what follows, of an episode only
    inexperience: float = 0.0  # [0, 1]: the share of imagined samples in the baselines
    observed_days: float = 14.0  # since observation began


def bar(state: EntityState, poll: Poll, config: GateConfig) -> float:
    """The gate's threshold.

    Lower for a name that is hardly ever mentioned: its few posts cannot make a high score. Each
    alert raises it for a while, so that habits stay quiet; a busy name is presumed to have some, as
    long as there was no time to learn them. And it is doubled when nothing was observed yet, or
    every steady name would be a burst against an imagined baseline.
    """
    return raised(state, poll, config, config.quiet, known(poll))


def known(poll: Poll) -> float:
    """[0, 1): how far a name is on the way from never mentioned to mentioned all the time."""
    return poll.usual / (poll.usual + KNOWN)


def raised(
    state: EntityState, poll: Poll, config: GateConfig, quiet: float, way: float
) -> float:
    """The same from another bar of the quiet, and another share of the way to that of the busy."""
    caution = 1.0 + poll.inexperience
    if config.gate == "literal":
        return config.literal * caution
    base = quiet + (config.detection - quiet) * max(way, poll.inexperience)
    presumed = config.presumed_habit * known(poll) * _left(poll.observed_days, config)
    return base * caution + presumed + habit(state, poll.n, config)


def habit(state: EntityState, n: int, config: GateConfig) -> float:
    if not state.habit:
        return 0.0
    days = (n - state.habit_tick) / (24 * TICKS_PER_HOUR)
    return state.habit * _left(days, config)


def _left(days: float, config: GateConfig) -> float:
    return power(0.5, days / config.habit_half_life_days)


def rising(state: EntityState, now: Millis) -> bool:
    """Some type says no less in the last half hour than in a usual one of the six hours before.

    Half a day's window holds a burst for half a day: without this a burst that fades would be told
    as news when the rest after its alert ends. One that stopped more than six hours ago still may
    be: behind silence, one mention is no quieter. To ask besides for a half hour above its own
    usual, or for a score that had fallen since the last alert, took 0.2 to 0.3 from 88.05 on NAB.
    """
    return any(_rises(kind, now) for kind in state.types.values())


def _rises(kind: TypeState, now: Millis) -> bool:
    recent = kind.window.count(now, FAST)
    if not recent:  # an amount is told once an hour
        newest = max([max(hours) for hours in kind.levels.values()], default=-1)
        return newest >= bucket_hour(now) - 1
    before = kind.window.count(now, FAST + BEFORE) - recent
    return recent * BEFORE >= before * FAST


def enough_voices(state: EntityState, now: Millis, config: GateConfig) -> bool:
    """Evidence minimum: many voices of one type, fewer beside another, or a few of each of two.

    Waiting for the fifth outlet when a second type is there costs hours.
    """
    found = {name: authors_within(kind, now, 24) for name, kind in state.types.items()}
    counts = {name: count for name, count in found.items() if count}
    if any(count >= config.min_authors for count in counts.values()):
        return True
    if len(counts) < 2:
        return False
    beside, few = config.min_authors_beside, config.min_authors_each
    if any(count >= beside.get(name, config.min_authors) for name, count in counts.items()):
        return True
    enough = [count >= config.min_authors_of.get(name, few) for name, count in counts.items()]
    return tally(enough) >= 2


def refusal(
    state: EntityState, episode: Episode, entity_id: str, poll: Poll, config: CoreConfig
) -> Gate | None:
    """The first gate that does not let the alert through. Notes in the episode what was seen."""
    gates = config.gates
    episode.bar = bar(state, poll, gates)
    episode.habit = habit(state, poll.n, gates) if gates.gate == "detection" else 0.0
    if poll.statistic < episode.bar:
        return "bar"
    if gates.gate == "detection" and not rising(state, poll.now):
        return "rising"
    if poll.found.spread_types < gates.min_types:
        return "types"
    if not enough_voices(state, poll.now, gates):
        return "voices"
    if state.entity_type in gates.silent_types or entity_id in gates.silent_entities:
        episode.label = SILENT
        return "silent"
    look(state, episode, poll.now)
    episode.bar *= _expected(episode, entity_id, poll.now, config)
    if poll.statistic < episode.bar:
        return "scheduled"
    return None if of_one_story(episode, gates) else "story"


def look(state: EntityState, episode: Episode, now: Millis) -> Cohesion | None:
    """Ask the evidence for its story, unless nothing came since it was asked last."""
    if episode.story_folded == state.folded:
        return None
    found = cohesion(state.said, now)
    episode.story_folded, episode.story_items = state.folded, found.items
    episode.cohesion, episode.occasion = found.share, found.occasion
    return found


def _expected(episode: Episode, entity_id: str, now: Millis, config: CoreConfig) -> float:
    """How much higher the bar is because of the calendar, or of what the story says itself."""
    tentpole = scheduled(entity_id, now, config.calendar)
    if tentpole is not None:
        episode.label = tentpole.name
        return tentpole.bar
    episode.label = episode.occasion
    return config.calendar.occasion_bar if episode.occasion else 1.0


def of_one_story(episode: Episode, config: GateConfig) -> bool:
    """Enough texts tell one story, or most do; texts that tell nothing cannot be held to it."""
    if episode.cohesion is None:
        return True
    return episode.story_items >= config.min_story_items or episode.cohesion >= config.min_cohesion


def usual(state: EntityState, now: Millis) -> float:
    """Mentions per 12 h over the days before, all types."""
    newest = hour_of(now) - 12
    past = tally(
        count for kind in state.types.values()
        for hour, count in kind.window.hours.items() if newest - 14 * 24 <= hour < newest
    )
    return past / 28.0
