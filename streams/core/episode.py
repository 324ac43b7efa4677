"""Episodes and gates: a small explicit state machine, looked at only at polls.

quiet ──above onset──► building ──gate passed on 2 polls──► open ──trade item──► confirmed
  ▲                        │                                  │                      │
  └──── below onset for the whole gap ◄───────────────────────┴──── cooling ◄────────┘

One alert per episode. Everything after the opening is an update of it.
"""

from math import pow as power
from typing import Literal, NamedTuple

from schemas.clock import HOUR_MS, MINUTE_MS
from schemas.ids import derived_id
from streams.core.config import CoreConfig, GateConfig
from streams.core.evidence import authors_within, hour_of
from streams.core.heat import Components
from streams.core.state import EntityState, Episode, Evidence

TICKS_PER_HOUR = HOUR_MS // MINUTE_MS
LOOK_BACK_HOURS = 48  # a trade item so long before the episode still had the story first
State = Literal["quiet", "building", "open", "confirmed", "cooling"]
Kind = Literal["opened", "updated", "confirmed", "cooled"]


class Poll(NamedTuple):
    """One look at an entity: what was measured at the end of tick `n`."""

    n: int
    now: int
    velocity_z: float
    detection_score: float
    statistic: float  # the one that gates: detection or literal
    found: Components
    inexperience: float = 0.0  # [0, 1]: the share of imagined samples in the baselines


def bar(state: EntityState, poll: Poll, config: GateConfig) -> float:
    """The gate's threshold.

    Each alert raises it for a while, so that habits stay quiet; and it is doubled when nothing was
    observed yet, or every steady name would be a burst against an imagined baseline.
    """
    caution = 1.0 + poll.inexperience
    if config.gate == "literal":
        return config.literal * caution
    return config.detection * caution + habit(state, poll.n, config)


def habit(state: EntityState, n: int, config: GateConfig) -> float:
    if not state.habit:
        return 0.0
    days = (n - state.habit_tick) / (24 * TICKS_PER_HOUR)
    return state.habit * power(0.5, days / config.habit_half_life_days)


def enough_authors(state: EntityState, now: int, config: GateConfig) -> bool:
    """Evidence minimum: many voices of one type, or a few of each of two."""
    counts = [authors_within(kind, now, 24) for kind in state.types.values()]
    if any(count >= config.min_authors for count in counts):
        return True
    return sum(count >= config.min_authors_each for count in counts) >= 2


def passes(state: EntityState, poll: Poll, config: GateConfig) -> bool:
    return (
        poll.statistic >= bar(state, poll, config)
        and poll.found.spread_types >= config.min_types
        and enough_authors(state, poll.now, config)
    )


def advance(state: EntityState, entity_id: str, poll: Poll, config: CoreConfig) -> list[Kind]:
    """Move the episode to this poll; the steps to tell, in order."""
    episode = _follow(state, entity_id, poll, config)
    if episode is None:
        return []
    if poll.found.raw > episode.peak_raw:
        episode.peak_raw, episode.peak_tick = poll.found.raw, poll.n
    episode.trade = episode.trade or first_trade(state, episode)
    steps: list[Kind] = []
    if episode.opened < 0:
        if _judge(state, episode, poll, config.gates):
            steps.append("opened")
    elif _grown(episode, poll, config.gates):
        episode.cooled = False
        steps.append("updated")
    if episode.opened >= 0 and episode.trade and not episode.trade_told:
        episode.trade_told = True
        if "opened" not in steps:
            steps.append("confirmed")
    return steps + _end(state, episode, poll, config)


def _follow(
    state: EntityState, entity_id: str, poll: Poll, config: CoreConfig
) -> Episode | None:
    """The episode of this poll: a new one, the one under way, or none."""
    above = poll.statistic >= config.episode.onset
    episode = state.episode
    if episode is None and above:
        name = derived_id("episode", entity_id, str(poll.n))
        episode = state.episode = Episode(name, poll.n, poll.n)
    if episode is not None and above:
        episode.last_above = poll.n
    return episode


def _judge(state: EntityState, episode: Episode, poll: Poll, config: GateConfig) -> bool:
    """Whether the alert opens now: the gate held on enough polls, each with something new."""
    if not passes(state, poll, config):
        episode.hits = []
        return False
    if not episode.hits or state.folded > episode.hit_folded:
        episode.hits = [*episode.hits, poll.n]
        episode.hit_folded = state.folded
    if len(episode.hits) < config.min_polls:
        return False
    resting = state.last_alert >= 0 and (
        poll.n - state.last_alert < config.debounce_hours * TICKS_PER_HOUR
    )
    if resting:
        return False
    episode.suppressed = _echo(episode, poll, config)
    return not episode.suppressed


def _echo(episode: Episode, poll: Poll, config: GateConfig) -> bool:
    """The trades have had it for long and heat is past its peak: nobody needs to be told."""
    if episode.trade is None:
        return False
    old = poll.now - episode.trade.event_time > config.echo_hours * HOUR_MS
    return old and poll.found.raw < episode.peak_raw


def _grown(episode: Episode, poll: Poll, config: GateConfig) -> bool:
    rested = poll.n - episode.told_tick >= config.debounce_hours * TICKS_PER_HOUR
    wider = poll.found.spread_types > episode.told_types and not poll.n - episode.last_above
    hotter = poll.found.raw >= episode.told_raw * (1.0 + config.update_rise)
    return rested and (wider or hotter)


def _end(state: EntityState, episode: Episode, poll: Poll, config: CoreConfig) -> list[Kind]:
    """Cooling after a debounce below onset; the end after the whole gap."""
    below = poll.n - episode.last_above
    steps: list[Kind] = []
    cool = below >= config.gates.debounce_hours * TICKS_PER_HOUR
    if cool and episode.opened >= 0 and not episode.cooled:
        episode.cooled = True
        steps.append("cooled")
    if below >= config.episode.gap_hours * TICKS_PER_HOUR:
        end = poll.now - below * MINUTE_MS
        start = poll.now - (poll.n - episode.started) * MINUTE_MS
        state.past = [*state.past, (hour_of(start), hour_of(end))]
        state.past_peak = episode.peak_tick
        state.episode = None
    return steps


def first_trade(state: EntityState, episode: Episode) -> Evidence | None:
    """The earliest trade item that can be about this episode."""
    oldest = (episode.started - LOOK_BACK_HOURS * TICKS_PER_HOUR) * MINUTE_MS
    return next((item for item in state.trades if item.event_time >= oldest), None)


def opened(state: EntityState, episode: Episode, poll: Poll, config: GateConfig) -> None:
    """Note that the alert goes out: the debounce starts and the bar rises.

    The rise is 0.35 m / (m + 5) (1 + min(e, 3)), m the usual 12 h count and e the excess over
    the bar, after the benchmark's rule; capped, or one huge burst silences a name for months.
    """
    excess = max(poll.statistic - bar(state, poll, config), 0.0)
    usual = _usual(state, poll)
    raised = habit(state, poll.n, config)
    raised += config.habit * usual / (usual + 5.0) * (1.0 + min(excess, 3.0))
    state.habit, state.habit_tick = raised, poll.n
    state.last_alert = episode.opened = poll.n


def _usual(state: EntityState, poll: Poll) -> float:
    """Mentions per 12 h over the days before, all types."""
    newest = hour_of(poll.now) - 12
    past = sum(
        count for kind in state.types.values()
        for hour, count in kind.window.hours.items() if newest - 14 * 24 <= hour < newest
    )
    return past / 28.0


def told(episode: Episode, poll: Poll) -> None:
    episode.step += 1
    episode.told_tick = poll.n
    episode.told_raw = max(episode.told_raw, poll.found.raw)
    episode.told_types = max(episode.told_types, poll.found.spread_types)


def state_of(episode: Episode | None) -> State:
    if episode is None:
        return "quiet"
    if episode.opened < 0:
        return "building"
    if episode.cooled:
        return "cooling"
    return "confirmed" if episode.trade else "open"
