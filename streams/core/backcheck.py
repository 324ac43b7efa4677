"""The look back at an alert hours after it went out: did it hold, or was it a short burst?

It held when the statistic still reached onset in the last hours before the check (at that very
minute a source that is read every two hours may just be silent), or when it spread: a source type
came in that was not there at the opening, the trades among them.

Only those hours count in which every type that the alert rested on was listened to: that a source
sleeps at night is no silence of the entity. For how long the check waits for them is bounded.

    opened |-- 4 h seen --|░░░ eyes closed ░░░|-- 2 h seen --| check
"""

from collections.abc import Mapping
from functools import partial

from schemas.clock import HOUR_MS, INTERVAL_MS, tick_of
from streams.core.config import BackcheckConfig
from streams.core.coverage import Watched, unseen
from streams.core.state import EntityState, Episode

TICKS_PER_HOUR = HOUR_MS // INTERVAL_MS


def outcome(
    state: EntityState, n: int, types: int, eyes: Mapping[str, Watched], config: BackcheckConfig
) -> bool | None:
    """Once per alert whether it held; None when there is nothing to say, or not yet."""
    episode = state.episode
    if episode is None or not due(episode, n, 0, config):
        return None
    kinds = [state.types[name] for name in episode.opened_by if name in state.types]
    blind = partial(unseen, eyes, [[*kind.sources, *kind.levels] for kind in kinds])
    if not due(episode, n, blind(episode.opened, n), config):
        return None
    return holds(episode, n, types, blind(episode.reached, n), config)


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
