"""Why: the clauses of an explanation and the receipts they rest on."""

from collections.abc import Sequence

import msgspec

from schemas.clock import DAY_MS, HOUR_MS, Millis
from schemas.records import Reason, Receipt, TypeVelocity
from streams.core.adding import tally
from streams.core.config import CoreConfig
from streams.core.evidence import hour_of
from streams.core.gates import SILENT, TICKS_PER_HOUR, Poll
from streams.core.independence import left_out_within
from streams.core.levels import level_of
from streams.core.state import EntityState, Episode, Evidence
from streams.core.windows import SLOW_HOURS

RECEIPTS = 3
RECEIPT_MS = DAY_MS  # older evidence is of another story
TRADE_MS = 48 * HOUR_MS
HABIT_HOURS = 14 * 24  # of the alerts that are counted
TOLD_RISE = 0.05  # of the bar: less would read as 0.0


def receipt(item: Evidence) -> Receipt:
    return Receipt(
        mention_id=item.mention_id, source=item.source, source_type=item.source_type,
        outlet=item.outlet, title=item.title, url=item.url, event_time=item.event_time,
        known_time=item.known_time,
    )


def receipts(state: EntityState, now: Millis) -> tuple[Receipt, ...]:
    """The newest of a day if there is any: one of each source type, then one of each outlet."""
    late = [e for e in state.recent if now - e.known_time < RECEIPT_MS]
    newest = sorted(late or state.recent, key=lambda e: (-e.known_time, e.mention_id))
    chosen: list[Evidence] = []
    for distinct in ("source_type", "outlet", "mention_id"):
        if len(chosen) == RECEIPTS:
            break
        seen = {getattr(item, distinct) for item in chosen}
        for item in newest:
            value = getattr(item, distinct)
            if len(chosen) < RECEIPTS and value not in seen and item not in chosen:
                seen.add(value)
                chosen.append(item)
    return tuple(receipt(item) for item in chosen)


def reasons(
    state: EntityState, types: Sequence[TypeVelocity], poll: Poll, config: CoreConfig
) -> tuple[Reason, ...]:
    """Velocity of each type that speaks, the loudest first; what else speaks for it; the bar."""
    speaking = sorted((t for t in types if t.mentions), key=lambda t: (-t.score, t.source_type))
    days = config.velocity.literal_days
    levels = {t.source_type for t in speaking if _is_level(state, t, poll)}
    clauses = [
        _level_clause(state, t, poll, days) if t.source_type in levels
        else _velocity_clause(state, t, poll.now)
        for t in speaking
    ]
    if not clauses:
        episode = state.episode
        return () if episode is None else tuple(_trade_clauses(state, episode, poll.now))
    found = poll.found
    clauses.append(Reason(clause="spread", observed=float(found.spread_types), window_hours=12.0))
    clauses.append(Reason(clause="affect", observed=found.affect, window_hours=12.0))
    clauses += _baseline_clauses([t for t in speaking if t.source_type not in levels])
    clauses += _left_out_clauses(state, poll)
    if state.episode is not None:
        clauses += _episode_clauses(state, state.episode, poll, config)
    return tuple(clauses)


def _velocity_clause(state: EntityState, reading: TypeVelocity, now: Millis) -> Reason:
    ids = [
        e.mention_id for e in state.recent
        if e.source_type == reading.source_type and now - e.known_time < SLOW_HOURS * HOUR_MS
    ]
    return Reason(
        clause="velocity", source_type=reading.source_type, observed=float(reading.mentions),
        usual=reading.usual, sigma=reading.slow_z, window_hours=12.0,
        mention_ids=tuple(ids[-RECEIPTS:]),
    )


def _is_level(state: EntityState, reading: TypeVelocity, poll: Poll) -> bool:
    """Whether the type tells an amount and nobody's words; its usual one may not be known yet."""
    counted = state.types[reading.source_type].window.counts(poll.now)[0]
    return reading.baseline == "level" or not counted


def _level_clause(state: EntityState, reading: TypeVelocity, poll: Poll, days: int) -> Reason:
    """An amount is told in the unit of its source, beside the usual one."""
    found = level_of(state.types[reading.source_type], poll.now, days)
    if found is None:
        raise AssertionError("a type measured by a level that it does not have")
    known = found.z is not None
    return msgspec.structs.replace(
        _velocity_clause(state, reading, poll.now), clause="level", observed=found.level,
        usual=found.usual if known else None, sigma=reading.slow_z if known else None,
    )


def _baseline_clauses(speaking: Sequence[TypeVelocity]) -> list[Reason]:
    """Types whose usual count is not purely what was observed of this name."""
    return [
        Reason(clause="baseline", source_type=t.source_type, name=t.baseline,
               observed=float(t.mentions), usual=t.usual, window_hours=12.0)
        for t in speaking if t.baseline != "observed"
    ]


def _left_out_clauses(state: EntityState, poll: Poll) -> list[Reason]:
    """What was heard and not counted, by the reason, the most frequent first."""
    found = left_out_within(state, hour_of(poll.now), SLOW_HOURS)
    return [
        Reason(clause="left-out", name=why, observed=float(count), window_hours=12.0)
        for why, count in found.items()
    ]


def _episode_clauses(
    state: EntityState, episode: Episode, poll: Poll, config: CoreConfig
) -> list[Reason]:
    """What the gates saw: the story, the bar, earlier alerts, the calendar, the trades."""
    clauses: list[Reason] = []
    if episode.cohesion is not None:
        clauses.append(Reason(
            clause="story", observed=episode.cohesion, usual=float(episode.story_items),
            window_hours=24.0,
        ))
    if episode.bar:
        clauses.append(Reason(
            clause="gate", name=config.gates.gate, observed=float(poll.found.mentions),
            sigma=poll.statistic, bar=episode.bar, window_hours=12.0,
        ))
    if episode.habit >= TOLD_RISE:
        oldest = poll.n - HABIT_HOURS * TICKS_PER_HOUR
        earlier = tally(tick > oldest and tick != episode.opened for tick in state.alerts)
        clauses.append(Reason(
            clause="habit", observed=float(earlier), bar=episode.habit,
            window_hours=float(HABIT_HOURS),
        ))
    if episode.label:
        clause = "silent" if episode.label == SILENT else "scheduled"
        clauses.append(Reason(clause=clause, name=episode.label, observed=1.0, window_hours=24.0))
    return clauses + _trade_clauses(state, episode, poll.now)


def _trade_clauses(state: EntityState, episode: Episode, now: Millis) -> list[Reason]:
    """What of it is not older than two days, or the one that the episode knows."""
    first = episode.trade
    if first is None:
        return []
    late = tally(now - item.event_time < TRADE_MS for item in state.trades)
    since = TRADE_MS if late else max(now - first.event_time, TRADE_MS)
    return [Reason(
        clause="trade", source_type="trade", name=first.outlet, observed=float(late or 1),
        window_hours=float(-(-since // HOUR_MS)), mention_ids=(first.mention_id,),
    )]
