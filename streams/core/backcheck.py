"""The look back at an alert hours after it went out: did it hold, or was it a short burst?

It held when the statistic still reached onset in the last hours before the check (at that very
minute a source that is read every two hours may just be silent); when what was said since the
opening is by itself above what is usual, as of a death that news goes on telling when its first
half day has left the window; or when it spread: a source type came in that was not there at the
opening, the trades among them.

Only those hours count in which every type that the alert rested on was listened to: that a source
sleeps at night is no silence of the entity. For how long the check waits for them is bounded.

    opened |-- 4 h seen --|░░░ eyes closed ░░░|-- 2 h seen --| check
"""

from collections.abc import Mapping
from functools import partial
from math import sqrt
from typing import Final

from schemas.clock import end_of, tick_of
from streams.core.adding import tally
from streams.core.config import BackcheckConfig
from streams.core.coverage import Watched, unseen
from streams.core.gates import TICKS_PER_HOUR, Poll
from streams.core.state import EntityState, Episode
from streams.core.windows import SLOW_HOURS, bucket_hour

FEWEST: Final = 2  # counted mentions since the opening; a lone one says nothing


def outcome(
    state: EntityState, poll: Poll, eyes: Mapping[str, Watched], config: BackcheckConfig
) -> bool | None:
    """Once per alert whether it held; None when there is nothing to say, or not yet."""
    episode, n = state.episode, poll.n
    if episode is None or not due(episode, n, 0, config):
        return None
    kinds = [state.types[name] for name in episode.opened_by if name in state.types]
    blind = partial(unseen, eyes, [[*kind.sources, *kind.levels] for kind in kinds])
    unseen_since = blind(episode.opened, n)
    if not due(episode, n, unseen_since, config):
        return None
    if went_on(said_since(state, episode), n - episode.opened - unseen_since, poll.usual, config):
        return True
    return holds(episode, n, poll.found.spread_types, blind(episode.reached, n), config)


def said_since(state: EntityState, episode: Episode) -> int:
    """Counted mentions of the hours behind that of the opening."""
    hour = bucket_hour(end_of(episode.opened))
    return tally(
        count for kind in state.types.values()
        for later, count in kind.window.hours.items() if later > hour
    )


def went_on(said: int, seen: int, usual: float, config: BackcheckConfig) -> bool:
    """Whether so many mentions in so many ticks reach onset by themselves; `usual` are in 12 h."""
    expected = usual * seen / (SLOW_HOURS * TICKS_PER_HOUR)
    return said >= FEWEST and (said - expected) / sqrt(expected + 1.0) >= config.onset


def due(episode: Episode, n: int, blind: int, config: BackcheckConfig) -> bool:
    """At the first poll so many hours behind the alert; `blind` of those ticks were not seen."""
    if episode.opened < 0 or episode.held >= 0:
        return False
    behind = n - episode.opened
    seen = behind - blind
    return seen >= config.hours * TICKS_PER_HOUR or (
        behind >= max(config.wait_hours, config.hours) * TICKS_PER_HOUR
    )


def holds(episode: Episode, n: int, types: int, blind: int, config: BackcheckConfig) -> bool:
    """Whether it persisted or spread; `types` are those with evidence in the last 12 h, `blind`
    the ticks since it last reached onset that were not seen."""
    seen = n - episode.reached - blind
    if seen <= config.within_hours * TICKS_PER_HOUR or types > episode.opened_types:
        return True
    trade = episode.trade
    return trade is not None and tick_of(trade.known_time) > episode.opened
