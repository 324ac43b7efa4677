"""One entity at one tick: fold what is new, and at polls say how hot it is."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from schemas.clock import DAY_MS, HOUR_MS, INTERVAL_MS, POLL_TICKS, Millis, end_of, is_poll
from schemas.ids import derived_id
from schemas.records import Alert, Heat, Mention, Record, TradePickup, TypeVelocity, Velocity
from schemas.version import CODE_VERSION
from streams.core import confidence
from streams.core import episode as episodes
from streams.core import heat as heats
from streams.core.adding import added, tally
from streams.core.advanced import advanced
from streams.core.config import CoreConfig
from streams.core.coverage import Watched
from streams.core.evidence import absorb, authors_within, prune
from streams.core.gates import TICKS_PER_HOUR, Poll, habit
from streams.core.reasons import reasons, receipts
from streams.core.state import STATE_VERSION, EntityState, Episode
from streams.core.velocity import all_told, combine, inexperience, look

HOURLY: Final = TICKS_PER_HOUR
DAILY: Final = 24 * HOURLY
TOLD_STEP: Final = 0.05  # a smaller change of heat is not published
CAUSES: Final = 5


class Lineage(NamedTuple):
    """What every derived event says of how it was computed."""

    config_hash: str
    first: int  # the deployment's first tick: observation began there
    eyes: Mapping[str, Watched] = MappingProxyType({})  # source -> when it was present
    steady: Mapping[str, Millis] = MappingProxyType({})  # sources that never paused -> since when


def fresh(closed: int) -> EntityState:
    return EntityState(STATE_VERSION, closed, "", "")


def next_poll(n: int) -> int:
    """The first poll at or after tick n."""
    return -(-n // POLL_TICKS) * POLL_TICKS


def step(
    state: EntityState, entity_id: str, n: int, mentions: Sequence[Mention],
    config: CoreConfig, lineage: Lineage,
) -> list[Record]:
    """Take the mentions of interval n, in order, and evaluate at a poll when it is due.

    `mentions` are sorted by (`known_time`, `id`) and distinct. Sets the stamp.
    """
    state.closed = n
    for mention in mentions:
        absorb(state, mention, config.velocity, config.evidence)
    if mentions:
        state.due = next_poll(n)
    if not is_poll(n) or state.due != n:
        return []
    out = evaluate(state, entity_id, n, config, lineage)
    state.due = _next_look(state, n)
    return out


def _next_look(state: EntityState, n: int) -> int:
    """Hourly while heat can still change, daily to forget the past, 0 when the row may go."""
    if state.episode is not None or state.told_heat or any(
        kind.window.counts(end_of(n))[0] for kind in state.types.values()
    ):
        return (n // HOURLY + 1) * HOURLY
    return (n // DAILY + 1) * DAILY if state.types or state.trades else 0


def evaluate(
    state: EntityState, entity_id: str, n: int, config: CoreConfig, lineage: Lineage
) -> list[Record]:
    """Velocity, heat and alert steps at poll n; nothing when nothing worth telling changed."""
    now = end_of(n)
    prune(state, now, config.velocity, config.evidence)
    since = lineage.first * INTERVAL_MS
    found = look(state, now, since, config.velocity, lineage.eyes, lineage.steady)
    velocity_z, score = combine(found, config.velocity)
    weighed = heats.weigh(state, found, velocity_z, now, config.heat)
    statistic = velocity_z if config.gates.gate == "literal" else score
    before, steps = state.episode, list[episodes.Kind]()
    poll = Poll(n, now, velocity_z, score, statistic, weighed)
    if before is not None or statistic >= config.episode.onset:
        poll = poll._replace(
            usual=added([reading.usual for reading in found]),
            inexperience=inexperience(now, since, config.velocity),
            observed_days=(now - since) / DAY_MS,
        )
        steps = episodes.advance(state, entity_id, poll, config, lineage.eyes)
    if "opened" in steps and state.episode is not None:
        state.episode.confidence = confidence.of(_features(state, state.episode, poll, config))
        episodes.opened(state, state.episode, poll, config.gates)
    hours = _hours_since_peak(state, n)
    faded = weighed.raw * heats.freshness(hours, config.heat)
    if not (steps or _worth_telling(state.told_heat, faded)):
        return []
    state.told_heat = faded
    types = all_told(state, found, now)
    heat = _heat(state, entity_id, poll, types, hours, config, lineage)
    alerts = [_alert(before or state.episode, kind, heat, poll) for kind in steps]
    return [_velocity(heat, poll), heat, *alerts]


def _features(
    state: EntityState, episode: Episode, poll: Poll, config: CoreConfig
) -> confidence.Features:
    """What is known of an alert at its opening, for the chance that it holds."""
    return confidence.Features(
        excess=poll.statistic - episode.bar,
        types=poll.found.spread_types,
        authors=tally(authors_within(kind, poll.now, 24) for kind in state.types.values()),
        mentions=poll.found.mentions,
        cohesion=episode.cohesion,
        habit=habit(state, poll.n, config.gates),
        inexperience=poll.inexperience,
        hour=poll.now // HOUR_MS % 24,
    )


def _hours_since_peak(state: EntityState, n: int) -> float:
    """Of this episode, or of the last one: heat does not rise because an episode is over."""
    peak = state.episode.peak_tick if state.episode else state.past_peak
    return (n - peak) / HOURLY if peak >= 0 else 0.0


def _worth_telling(told: float, heat: float) -> bool:
    """A change that a person would see; and always that it went out."""
    return abs(heat - told) >= TOLD_STEP or (heat == 0.0 and told != 0.0)


def _heat(
    state: EntityState, entity_id: str, poll: Poll, types: tuple[TypeVelocity, ...],
    hours: float, config: CoreConfig, lineage: Lineage,
) -> Heat:
    found, episode = poll.found, state.episode
    fresh_share = heats.freshness(hours, config.heat)
    heat = found.raw * fresh_share
    return Heat(
        id=derived_id("heat", entity_id, str(poll.n)),
        event_time=poll.now, known_time=poll.now, tick=poll.n,
        entity_id=entity_id, entity_name=state.name, entity_type=state.entity_type,
        heat=heat, raw_heat=found.raw, display=heats.display(heat, config.heat),
        velocity_z=found.velocity_z, spread=found.spread, affect=found.affect,
        freshness=fresh_share, hours_since_peak=hours, detection_score=poll.detection_score,
        types=types, mentions=found.mentions, sentiment=found.sentiment,
        episode_id=episode.id if episode else None,
        episode_state=episodes.state_of(episode),
        cohesion=episode.cohesion if episode else None,
        advanced=advanced(
            state, types, poll.detection_score, found.spread, found.affect, poll.now
        ),
        label=episode.label if episode else None,
        reasons=reasons(state, types, poll, config),
        receipts=receipts(state, poll.now) if found.mentions else (),
        config_hash=lineage.config_hash, catalogue_version=state.catalogue_version,
        code_version=CODE_VERSION,
        causation=tuple(e.mention_id for e in state.recent[-CAUSES:]),
    )


def _velocity(heat: Heat, poll: Poll) -> Velocity:
    return Velocity(
        id=derived_id("velocity", heat.entity_id, str(poll.n)),
        event_time=heat.event_time, known_time=heat.known_time, test=heat.test, tick=poll.n,
        entity_id=heat.entity_id, entity_type=heat.entity_type, types=heat.types,
        velocity_z=poll.velocity_z, detection_score=poll.detection_score,
        config_hash=heat.config_hash, catalogue_version=heat.catalogue_version,
        code_version=heat.code_version, causation=heat.causation,
    )


HEADLINES: Final = {
    "opened": "{name} spiking now",
    "updated": "{name} still rising",
    "confirmed": "{name} picked up by {outlet}",
    "cooled": "{name} cooling",
    "retracted": "{name} did not hold",
}
# Updates of heat that was higher before: it came to another type, or is more than when it was told.
WIDER: Final = "{name} now on {types} types of source"
PAST_PEAK: Final = "{name} still hot, past its peak"


def _alert(
    episode: Episode | None, kind: episodes.Kind, heat: Heat, poll: Poll
) -> Alert:
    """One step that the episode wants told; the story that it is of chains and numbers it."""
    if episode is None:
        raise AssertionError("an alert step without an episode")
    trade = _pickup(episode)
    headline = _headline(kind, episode, poll).format(
        name=heat.entity_name, outlet=trade.outlet if trade else "a trade",
        types=poll.found.spread_types,
    )
    episodes.told(episode, poll)
    return Alert(
        id=derived_id("alert-step", episode.id, str(episode.step)),
        event_time=heat.event_time, known_time=heat.known_time, test=heat.test, tick=poll.n,
        alert_id=derived_id("alert", episode.id), episode_id=episode.id, step=episode.step,
        kind=kind, entity_id=heat.entity_id, entity_name=heat.entity_name,
        entity_type=heat.entity_type, heat=heat.heat, display=heat.display,
        velocity_z=poll.velocity_z, detection_score=poll.detection_score,
        spread_types=poll.found.spread_types, affect=poll.found.affect,
        confidence=episode.confidence, cohesion=episode.cohesion, label=episode.label,
        mentions=poll.found.mentions,
        headline=headline,
        reasons=heat.reasons, receipts=heat.receipts, trade=trade,
        config_hash=heat.config_hash, catalogue_version=heat.catalogue_version,
        code_version=heat.code_version, causation=heat.causation,
    )


def _headline(kind: episodes.Kind, episode: Episode, poll: Poll) -> str:
    if kind != "updated" or poll.found.raw >= episode.peak_raw:
        return HEADLINES[kind]
    return WIDER if poll.found.spread_types > episode.told_types else PAST_PEAK


def _pickup(episode: Episode) -> TradePickup | None:
    item = episode.trade
    if item is None:
        return None
    lead = item.event_time - end_of(episode.opened) if episode.opened >= 0 else None
    return TradePickup(
        mention_id=item.mention_id, outlet=item.outlet, title=item.title, url=item.url,
        event_time=item.event_time, lead_ms=lead,
    )
