"""One series of counts through the stream's own windows, statistic and bar, bucket by bucket.

For benchmarks and files. A single series has no source types, voices or stories, so of the gates
only two are left: an alert goes out when the score reaches the bar, the last half hour is no
quieter than the six hours before it, and the last alert is half a day old, or this is another and
greater burst: see `Rest`. The literal gate asks only for its z and half a day. Windows, baselines,
statistic and habit are those of the stream, and so is the bar of a busy series. That of a quiet
one is lower: somebody chose this series and bears a false alarm a week, while the stream looks at
thousands of names, each of which would send as many.

A burst that is over may be told twice: see `rising`. The stream tells it once, as one episode.
"""

from typing import Final, NamedTuple

import msgspec

from schemas.clock import DAY_MS, HOUR_MS, Millis, tick_of
from schemas.records import TypeVelocity
from streams.core import episode as episodes
from streams.core.config import CoreConfig, GateConfig
from streams.core.expected import Expected, expected
from streams.core.gates import TICKS_PER_HOUR, Poll, raised, rising
from streams.core.heat import Components
from streams.core.measure import fresh
from streams.core.state import Episode, TypeState
from streams.core.velocity import combine, inexperience, read_type
from streams.core.windows import BUCKET_MS, FAST, bucket_of

TYPE: Final = "social"  # a series is measured as posts are
REARM_TICKS: Final = 12 * TICKS_PER_HOUR
LULL: Final = 0.5  # of the half hour's z: below it the half hour is a usual one
GREATER: Final = 0.2  # how much higher than all since the alert a second burst must score
ALONE: Final = 0.7  # of the stream's bar for a name without any history
BUSY: Final = 15.0  # in 12 h; then the bar lies halfway to that of a busy series
NO_HEAT: Final = Components(0.0, 0, 0.0, 0.0, 0.0, 0, 0.0)


class Reading(NamedTuple):
    """What the stream thinks at the end of a bucket."""

    literal_z: float
    score: float  # less what the bar lies above the gate: to be compared with the gate
    gate: float
    alert: bool
    seen: int  # in 12 h
    usual: float


class Series:
    """Push buckets in order of time; a bucket that is not pushed counts nothing."""

    def __init__(self, begun: Millis, width: Millis, config: CoreConfig) -> None:
        """`begun` is the start of the first bucket: nothing was observed before it."""
        self._velocity, self._begun, self._width = config.velocity, begun, width
        self.kind = TypeState()
        self._gate = Gate(self.kind, config.gates)
        self._pruned = begun
        self._half = -1
        self._usual: Expected | None = None

    def push(self, start: Millis, count: int) -> Reading:
        """Count a bucket, look at its end and say whether an alert goes out."""
        return self._gate.judge(*self.look(start, count))

    def look(self, start: Millis, count: int) -> tuple[Millis, TypeVelocity, float, float]:
        """The end of the bucket, what is measured there, the inexperience, and days observed.

        A wide bucket happened evenly over its length.
        """
        now = start + self._width
        parts = max(self._width // BUCKET_MS, 1)
        for part in range(parts):
            share = count * (part + 1) // parts - count * part // parts
            if share:
                self.kind.window.add(start + part * BUCKET_MS, share)
        if now - self._pruned >= HOUR_MS:
            self.kind.window.prune(now, self._velocity.baseline_days * 24)
            self._pruned = now
        found = read_type(TYPE, self.kind, now, self._usual_at(now), self._velocity)
        literal, score = combine((found,), self._velocity)
        found = msgspec.structs.replace(found, z=literal, score=score)  # below the floor: no rise
        days = (now - self._begun) / DAY_MS
        return now, found, inexperience(now, self._begun, self._velocity), days

    def _usual_at(self, now: Millis) -> Expected:
        """Nothing comes late here, so a baseline holds until another half hour joins it."""
        half = bucket_of(now) // FAST
        if self._half != half or self._usual is None:
            self._half = half
            self._usual = expected(self.kind.window, now, self._begun, (), self._velocity)
        return self._usual


def busy(usual: float) -> float:
    """[0, 1): 0 for a series that counts nothing, near 1 for one that counts all day.

    Of squares, so that the bar of hundreds of mentions does not follow that of a few.
    """
    return usual * usual / (usual * usual + BUSY * BUSY)


class Rest:
    """Half a day after an alert nothing is told, unless another and greater burst begins.

    Another: a usual half hour lies between. Greater: it scores more than all did since the alert.
    Without this a little chatter of a name that nobody spoke of hides its burst for half a day.
    """

    def __init__(self) -> None:
        self._told, self._highest, self._lull = -1, 0.0, False

    def over(self, n: int) -> bool:
        return self._told < 0 or n - self._told >= REARM_TICKS

    def broken(self, found: TypeVelocity) -> bool:
        """Whether another and greater burst began; to be asked at every look, in order."""
        self._lull = self._lull or found.fast_z < LULL
        greater = self._lull and found.score >= (1.0 + GREATER) * self._highest
        self._highest = max(self._highest, found.score)
        return greater

    def begin(self, n: int, score: float) -> None:
        self._told, self._highest, self._lull = n, score, False


class Gate:
    """The bar with its habit, and the rest after an alert."""

    def __init__(self, kind: TypeState, config: GateConfig) -> None:
        self._config, self._rest = config, Rest()
        self._state = fresh(-1)
        self._state.types[TYPE] = kind

    def judge(
        self, now: Millis, found: TypeVelocity, inexperienced: float, days: float
    ) -> Reading:
        state, config = self._state, self._config
        literal = config.gate == "literal"
        statistic = found.z if literal else found.score
        poll = Poll(
            tick_of(now), now, found.z, found.score, statistic, NO_HEAT, found.usual,
            inexperienced, days,
        )
        gate = raised(state, poll, config, ALONE * config.quiet, busy(found.usual))
        score = found.score if literal else found.score - gate + config.detection
        another = not literal and self._rest.broken(found)
        fades = not literal and statistic >= gate and not rising(state, now)
        score = min(score, 0.0) if fades else score
        alert = statistic >= gate and (another or self._rest.over(poll.n)) and not fades
        if alert:
            if self._rest.over(poll.n):  # two within the rest are one habit
                episodes.opened(state, Episode("", poll.n, poll.n), poll, config)
            self._rest.begin(poll.n, found.score)
        told = gate if literal else config.detection
        return Reading(found.z, score, told, alert, found.mentions, found.usual)
