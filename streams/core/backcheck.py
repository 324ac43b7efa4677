"""The look back at an alert hours after it went out: did it hold, or was it a short burst?

It held when the statistic still reached onset in the last hours before the check (at that very
minute a source that is read every two hours may just be silent), or when it spread: a source type
came in that was not there at the opening, the trades among them.
"""

from schemas.clock import HOUR_MS, INTERVAL_MS, tick_of
from streams.core.config import BackcheckConfig
from streams.core.state import Episode

TICKS_PER_HOUR = HOUR_MS // INTERVAL_MS


def due(episode: Episode, n: int, config: BackcheckConfig) -> bool:
    """Once per alert, at the first poll so many hours behind it."""
    if episode.opened < 0 or episode.held >= 0:
        return False
    return n - episode.opened >= config.hours * TICKS_PER_HOUR


def holds(episode: Episode, n: int, types: int, config: BackcheckConfig) -> bool:
    """Whether it persisted or spread; `types` are those with evidence in the last 12 h."""
    if n - episode.reached <= config.within_hours * TICKS_PER_HOUR or types > episode.opened_types:
        return True
    trade = episode.trade
    return trade is not None and tick_of(trade.known_time) > episode.opened
