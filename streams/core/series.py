"""One series of counts through the stream's own windows, statistic and bar, bucket by bucket.

For benchmarks and files. A single series has no source types, voices or stories, so of the gates
only the bar is left: an alert goes out when the score reaches it and the last alert is half a day
old. Windows, baselines, statistic, bar and habit are those of the stream.
"""

from typing import Final, NamedTuple

from schemas.clock import HOUR_MS, Millis, tick_of
from streams.core import episode as episodes
from streams.core.config import CoreConfig
from streams.core.gates import TICKS_PER_HOUR, Poll, bar, habit
from streams.core.heat import Components
from streams.core.measure import fresh
from streams.core.state import Episode, TypeState
from streams.core.velocity import Baselines, baselines, combine, inexperience, read_type
from streams.core.windows import BUCKET_MS, FAST, bucket_of

TYPE: Final = "social"  # a series is measured as posts are
REARM_TICKS: Final = 12 * TICKS_PER_HOUR
NO_HEAT: Final = Components(0.0, 0, 0.0, 0.0, 0.0, 0, 0.0)


class Reading(NamedTuple):
    """What the stream thinks at the end of a bucket."""

    literal_z: float
    score: float  # with the habit taken off, so that the gate hardly moves
    gate: float
    alert: bool
    seen: int  # in 12 h
    usual: float


class Series:
    """Push buckets in order of time; a bucket that is not pushed counts nothing."""

    def __init__(self, begun: Millis, width: Millis, config: CoreConfig) -> None:
        """`begun` is the start of the first bucket: nothing was observed before it."""
        self._config, self._begun, self._width = config, begun, width
        self._state = fresh(-1)
        self._state.types[TYPE] = TypeState()
        self._pruned = begun
        self._half = -1
        self._usual: Baselines | None = None

    def push(self, start: Millis, count: int) -> Reading:
        """Count a bucket and look at its end. A wide one happened evenly over its length."""
        window, now = self._state.types[TYPE].window, start + self._width
        parts = max(self._width // BUCKET_MS, 1)
        for part in range(parts):
            share = count * (part + 1) // parts - count * part // parts
            if share:
                window.add(start + part * BUCKET_MS, share)
        if now - self._pruned >= HOUR_MS:
            window.prune(now, self._config.velocity.baseline_days * 24)
            self._pruned = now
        return self._look(now)

    def _look(self, now: Millis) -> Reading:
        state, config = self._state, self._config
        kind = state.types[TYPE]
        found = read_type(TYPE, kind, now, self._usual_at(kind, now), config.velocity)
        literal, score = combine((found,), config.velocity)
        statistic = literal if config.gates.gate == "literal" else score
        novice = inexperience(now, self._begun, config.velocity)
        poll = Poll(tick_of(now), now, literal, score, statistic, NO_HEAT, novice)
        gate = bar(state, poll, config.gates)
        used_to = habit(state, poll.n, config.gates) if config.gates.gate == "detection" else 0.0
        rested = state.last_alert < 0 or poll.n - state.last_alert >= REARM_TICKS
        alert = statistic >= gate and rested
        if alert:
            episodes.opened(state, Episode("", poll.n, poll.n), poll, config.gates)
        return Reading(
            literal, score - used_to, gate - used_to, alert, found.mentions, found.usual
        )

    def _usual_at(self, kind: TypeState, now: Millis) -> Baselines:
        """Nothing comes late here, so a baseline holds until another half hour joins it."""
        half = bucket_of(now) // FAST
        if self._half != half or self._usual is None:
            self._half = half
            self._usual = baselines(kind.window, now, self._begun, (), self._config.velocity)
        return self._usual
