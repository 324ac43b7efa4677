"""Episodes: a small explicit state machine, looked at only at polls.

quiet ──above onset──► building ──gates passed on 2 polls──► open ──trade item──► confirmed
  ▲                        │                                 │  │                     │
  │                        │             back-check failed ──┘  └──────┐              │
  │                        │                 ▼                         ▼              │
  │                        │             retracted                  cooling ◄─────────┘
  │                        │                 │                         │
  └──── below onset for the whole gap ◄──────┴─────────────────────────┘

One alert per episode. Everything after the opening is an update of it. The back-check is made once,
hours behind the opening, and before that nothing cools; what it takes back only a trade item can
still confirm.
"""

from collections.abc import Mapping
from typing import Literal

from schemas.clock import HOUR_MS, INTERVAL_MS
from schemas.ids import derived_id
from streams.core import backcheck
from streams.core.config import CoreConfig, GateConfig
from streams.core.coverage import UNWATCHED, Watched
from streams.core.evidence import authors_within, hour_of
from streams.core.gates import TICKS_PER_HOUR, Poll, bar, habit, look, refusal, usual
from streams.core.state import EntityState, Episode, Evidence

LOOK_BACK_HOURS = 48  # a trade item so long before the episode still had the story first
REMEMBERED_ALERTS = 8
State = Literal["quiet", "building", "open", "confirmed", "cooling", "retracted"]
Kind = Literal["opened", "updated", "confirmed", "cooled", "retracted"]


def advance(
    state: EntityState, entity_id: str, poll: Poll, config: CoreConfig,
    eyes: Mapping[str, Watched] = UNWATCHED,
) -> list[Kind]:
    """Move the episode to this poll; the steps to tell, in order."""
    episode = _follow(state, entity_id, poll, config)
    if episode is None:
        return []
    if poll.statistic >= config.backcheck.onset:
        episode.reached = poll.n
    if poll.found.raw > episode.peak_raw:
        episode.peak_raw, episode.peak_tick = poll.found.raw, poll.n
    episode.trade = episode.trade or first_trade(state, episode)
    steps: list[Kind] = []
    if episode.opened < 0:
        if _judge(state, episode, entity_id, poll, config):
            steps.append("opened")
    elif episode.held != 0 and _grown(episode, poll, config.gates):
        look(state, episode, poll.now)
        episode.cooled = False
        steps.append("updated")
    if episode.opened >= 0 and episode.trade and not episode.trade_told:
        episode.trade_told = True
        steps.append("confirmed")
    steps += _look_back(state, episode, poll, config, eyes)
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


def _judge(
    state: EntityState, episode: Episode, entity_id: str, poll: Poll, config: CoreConfig
) -> bool:
    """Whether the alert opens now: the gates held on enough polls, each with something new.

    Polls between them may miss the bar: a source that is read every two hours fills the fast
    window only then.
    """
    gates = config.gates
    if refusal(state, episode, entity_id, poll, config):
        return False
    oldest = poll.n - gates.persistence_hours * TICKS_PER_HOUR
    episode.hits = [hit for hit in episode.hits if hit >= oldest]
    if not episode.hits or state.folded > episode.hit_folded:
        episode.hits.append(poll.n)
        episode.hit_folded = state.folded
    if len(episode.hits) < gates.min_polls or _resting(state, poll, gates):
        return False
    episode.suppressed = _echo(episode, poll, gates)
    return not episode.suppressed


def _resting(state: EntityState, poll: Poll, config: GateConfig) -> bool:
    since = poll.n - state.last_alert
    return state.last_alert >= 0 and since < config.debounce_hours * TICKS_PER_HOUR


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


def _look_back(
    state: EntityState, episode: Episode, poll: Poll, config: CoreConfig,
    eyes: Mapping[str, Watched],
) -> list[Kind]:
    """The back-check. An alert that is taken back needs no cooling."""
    held = backcheck.outcome(state, poll, eyes, config.backcheck)
    if held is None:
        return []
    episode.held = int(held)
    if held:
        return []
    episode.cooled = True
    return ["retracted"]


def _end(state: EntityState, episode: Episode, poll: Poll, config: CoreConfig) -> list[Kind]:
    """Cooling after a debounce below onset, of what was looked back at; the end after the gap."""
    below = poll.n - episode.last_above
    steps: list[Kind] = []
    cool = below >= config.gates.debounce_hours * TICKS_PER_HOUR
    if cool and episode.held >= 0 and not episode.cooled:
        episode.cooled = True
        steps.append("cooled")
    if below >= config.episode.gap_hours * TICKS_PER_HOUR:
        end = poll.now - below * INTERVAL_MS
        start = poll.now - (poll.n - episode.started) * INTERVAL_MS
        state.past = [*state.past, (hour_of(start), hour_of(end))]
        state.past_peak = episode.peak_tick
        state.episode = None
    return steps


def first_trade(state: EntityState, episode: Episode) -> Evidence | None:
    """The earliest trade item that can be about this episode."""
    oldest = (episode.started - LOOK_BACK_HOURS * TICKS_PER_HOUR) * INTERVAL_MS
    return next((item for item in state.trades if item.event_time >= oldest), None)


def opened(state: EntityState, episode: Episode, poll: Poll, config: GateConfig) -> None:
    """Note that the alert goes out: the debounce starts and the bar rises.

    The rise is 0.3 m / (m + 5) (1 + min(e, 3)) (1 + 0.6 h), m the usual 12 h count, e the excess
    over the bar, capped, or one huge burst silences a name for months, and h the habit so far: who
    has a burst every day is told of sooner the less.
    """
    excess = max(poll.statistic - bar(state, poll, config), 0.0)
    mean = usual(state, poll.now)
    raised = habit(state, poll.n, config)
    growth = 1.0 + config.habit_growth * raised
    raised += config.habit * mean / (mean + 5.0) * (1.0 + min(excess, 3.0)) * growth
    state.habit, state.habit_tick = raised, poll.n
    state.last_alert = episode.opened = poll.n
    state.alerts = [*state.alerts, poll.n][-REMEMBERED_ALERTS:]
    episode.opened_types = poll.found.spread_types
    episode.opened_by = [
        name for name in sorted(state.types) if authors_within(state.types[name], poll.now, 12)
    ]
    episode.trade_told = episode.trade is not None  # the opening itself names it


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
    if episode.held == 0:
        return "retracted"
    if episode.cooled:
        return "cooling"
    return "confirmed" if episode.trade else "open"
