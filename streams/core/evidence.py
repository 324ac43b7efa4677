"""What an entity's row remembers of a mention: its bucket, its voice, its feeling, its receipt."""

from collections import Counter

from schemas.clock import DAY_MS, HOUR_MS, Millis
from schemas.records import Mention
from streams.core import levels
from streams.core.config import EvidenceConfig, VelocityConfig
from streams.core.independence import (
    Verdict,
    enter,
    forget,
    forget_texts,
    judge,
    leave_out,
    speak,
)
from streams.core.state import (
    EntityState,
    Evidence,
    Feeling,
    Saying,
    TypeState,
    forget_rhythms,
)
from streams.core.windows import PER_HOUR, SLOW_HOURS, bucket_of

KEPT_RECENT = 4  # of each source type
KEPT_SAYINGS = 40
KEPT_TRADES = 8  # earliest, and as many newest
TRADE_MS = 3 * DAY_MS  # an older trade item is of another story
TITLE_LENGTH = 140
KEPT_HOURS = 2 * SLOW_HOURS  # of voices and feelings
NO_LEVEL = frozenset({"test", "passing", "spam"})  # of a level; that it repeats is its nature


def moment_of(mention: Mention, config: VelocityConfig) -> Millis:
    """The time whose bucket it belongs to. Nothing happens after it was known.

    News is known hours after it is published, and later by one outlet than by the other: by
    publish time a story would rise only in buckets that no poll looks at any more. So types that
    are not prompt count when they are known, unless it is old news by then. Posts, that an outage
    may bring all at once, count when they were written.
    """
    known, happened, clock = mention.known_time, mention.event_time, config.clock
    if happened >= known or clock == "known":
        return known
    if clock == "event" or mention.source_type in config.prompt_types:
        return happened
    return happened if known - happened >= config.old_news_hours * HOUR_MS else known


def hour_of(moment: Millis) -> int:
    return bucket_of(moment) // PER_HOUR


def remember(mention: Mention) -> Evidence:
    return Evidence(
        mention.known_time, mention.id, min(mention.event_time, mention.known_time),
        mention.source, mention.source_type, mention.outlet, mention.title[:TITLE_LENGTH],
        mention.url,
    )


def absorb(
    state: EntityState, mention: Mention, velocity: VelocityConfig, config: EvidenceConfig
) -> Verdict:
    """Take one mention into the state, in the order (`known_time`, `id`)."""
    moment = moment_of(mention, velocity)
    state.name, state.entity_type = mention.entity_name, mention.entity_type
    state.catalogue_version = max(state.catalogue_version, mention.catalogue_version)
    hour = hour_of(moment)
    if hour < state.pruned - KEPT_HOURS:
        state.pruned = -1  # what is that old goes at the next look, as it always did
    verdict = judge(state, mention, hour, config)
    if verdict == "trade":
        _keep_trade(state, remember(mention))
    elif mention.level is not None and verdict not in NO_LEVEL:
        _keep_level(state, mention, moment, mention.level)
        return "counted"
    elif verdict == "counted":
        _count(state, mention, moment, hour)
    else:
        leave_out(state, mention, verdict, hour)
    return verdict


def _keep_trade(state: EntityState, item: Evidence) -> None:
    """By publish time. Of too many the earliest stay, which set the lead clock, and the newest."""
    if any(known.mention_id == item.mention_id for known in state.trades):
        return  # told again
    trades = sorted([*state.trades, item], key=lambda e: (e.event_time, e.mention_id))
    if len(trades) > 2 * KEPT_TRADES:
        trades = trades[:KEPT_TRADES] + trades[-KEPT_TRADES:]
    state.trades = trades


def _count(state: EntityState, mention: Mention, moment: Millis, hour: int) -> None:
    kind = state.types.get(mention.source_type)
    if kind is None:
        kind = state.types[mention.source_type] = TypeState()
    if mention.source not in kind.sources:
        kind.sources = sorted([*kind.sources, mention.source])
    kind.window.add(moment)
    enter(state, kind, mention, hour)
    feeling = state.feelings.get(hour)
    if feeling is None:
        feeling = state.feelings[hour] = Feeling()
    intensity, sentiment = round(mention.intensity * 1000), round(mention.sentiment * 1000)
    feeling.mentions += 1
    feeling.intensity += intensity
    feeling.sentiment += sentiment
    felt = state.felt
    if felt is not None and felt[0] - SLOW_HOURS <= hour <= felt[0]:
        state.felt = felt[0], felt[1] + 1, felt[2] + intensity, felt[3] + sentiment
    if mention.known_time - moment < SLOW_HOURS * HOUR_MS:  # old news fills its bucket, no more
        state.folded += 1
        _keep_recent(state, remember(mention))
        said = state.said
        said.append(
            Saying(mention.known_time, mention.text_key, mention.author_key, mention.words)
        )
        if len(said) > KEPT_SAYINGS:
            del said[:-KEPT_SAYINGS]


def _keep_level(state: EntityState, mention: Mention, moment: Millis, level: float) -> None:
    """A level is a voice and a receipt, and adds to no count: its newest takes the older's place.

    Nor does it feel, tell a story or count as something new: it has no words of its own.
    """
    kind = state.types.setdefault(mention.source_type, TypeState())
    levels.keep(kind, mention.source, moment, level)
    speak(kind, mention.author_key, hour_of(moment))
    if mention.known_time - moment < SLOW_HOURS * HOUR_MS:
        same = mention.source, mention.source_type, mention.title[:TITLE_LENGTH]
        state.recent = [e for e in state.recent if (e.source, e.source_type, e.title) != same]
        state.kept = None
        _keep_recent(state, remember(mention))


def _keep_recent(state: EntityState, item: Evidence) -> None:
    """The newest few of each type, so that a loud type does not hide another's receipts."""
    recent, own, kept = state.recent, item.source_type, state.kept
    if kept is None:
        kept = state.kept = dict(Counter(e.source_type for e in recent))
    recent.append(item)
    if kept.get(own, 0) < KEPT_RECENT:
        kept[own] = kept.get(own, 0) + 1
        return
    for place, other in enumerate(recent):
        if other.source_type == own:
            del recent[place]
            return


def authors_within(kind: TypeState, now: Millis, hours: int) -> int:
    """Distinct authors or owners of the last hours."""
    newest = hour_of(now)
    lists = [kind.authors[h] for h in range(newest - hours, newest + 1) if h in kind.authors]
    if len(lists) == 1:
        return len(lists[0])
    return len(set().union(*lists)) if lists else 0


def authors_of(kind: TypeState, now: Millis, mentions: int) -> int:
    """Authors of the mentions in the window of 12 hours.

    They are kept by the hour, and the first of these hours may begin before the window; levels are
    voices and add to no count. No more authors are told than mentions.
    """
    return min(authors_within(kind, now, SLOW_HOURS), mentions)


def prune(
    state: EntityState, now: Millis, velocity: VelocityConfig, config: EvidenceConfig
) -> None:
    """Forget what no later decision can ask for; what is kept by the hour, once in an hour."""
    state.silent_since = now - DAY_MS
    forget_texts(state, now, config)
    if state.said and now - state.said[0].known_time >= DAY_MS:
        state.said = [saying for saying in state.said if now - saying.known_time < DAY_MS]
    if state.trades and now - state.trades[0].event_time >= TRADE_MS:
        state.trades = [item for item in state.trades if now - item.event_time < TRADE_MS]
    if state.pruned != hour_of(now):
        _prune_hours(state, now, velocity)
        state.pruned = hour_of(now)


def _prune_hours(state: EntityState, now: Millis, velocity: VelocityConfig) -> None:
    oldest = hour_of(now) - KEPT_HOURS
    forget(state, hour_of(now))
    forget_rhythms(state)
    for name in list(state.types):
        kind = state.types[name]
        kind.window.prune(now, velocity.baseline_days * 24)
        if kind.levels:
            levels.prune(kind, now, velocity.literal_days)
        if kind.window.empty and not (kind.authors or kind.levels):
            del state.types[name]
    if state.feelings and min(state.feelings) < oldest:
        state.feelings = {h: f for h, f in state.feelings.items() if h >= oldest}
    if state.past:
        horizon = hour_of(now) - velocity.baseline_days * 24 - 2 * SLOW_HOURS
        state.past = [span for span in state.past if span[1] >= horizon]
