"""What an entity's row remembers of a mention: its bucket, its voice, its feeling, its receipt."""

from bisect import insort

from schemas.clock import DAY_MS, HOUR_MS, Millis
from schemas.records import Mention
from streams.core import levels
from streams.core.config import EvidenceConfig, VelocityConfig
from streams.core.independence import Verdict, enter, forget, judge, leave_out
from streams.core.state import EntityState, Evidence, Feeling, Saying, TypeState
from streams.core.windows import PER_HOUR, SLOW_HOURS, bucket_of

KEPT_RECENT = 4  # of each source type
KEPT_SAYINGS = 40
KEPT_TRADES = 8  # earliest, and as many newest
TRADE_MS = 3 * DAY_MS  # an older trade item is of another story
TITLE_LENGTH = 140
NO_LEVEL = frozenset({"test", "passing", "spam"})  # of a level; that it repeats is its nature


def moment_of(mention: Mention, config: VelocityConfig) -> Millis:
    """The time whose bucket it belongs to. Nothing happens after it was known.

    News is known hours after it is published, and later by one outlet than by the other: by
    publish time a story would rise only in buckets that no poll looks at any more. So types that
    are not prompt count when they are known, unless it is old news by then. Posts, that an outage
    may bring all at once, count when they were written.
    """
    known = mention.known_time
    happened = min(mention.event_time, known)
    old = known - happened >= config.old_news_hours * HOUR_MS
    own = config.clock == "mixed" and (old or mention.source_type in config.prompt_types)
    if own or config.clock == "event":
        return happened
    return known


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
    verdict = judge(state, mention, hour, config)
    if verdict == "trade":
        _keep_trade(state, remember(mention))
    elif mention.level is not None and verdict not in NO_LEVEL:
        _keep_level(state, mention, moment, mention.level)
        return "counted"
    elif verdict == "counted":
        _count(state, mention, moment)
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


def _count(state: EntityState, mention: Mention, moment: Millis) -> None:
    kind = state.types.get(mention.source_type)
    if kind is None:
        kind = state.types[mention.source_type] = TypeState()
    if mention.source not in kind.sources:
        kind.sources = sorted([*kind.sources, mention.source])
    kind.window.add(moment)
    hour = hour_of(moment)
    enter(state, kind, mention, hour)
    feeling = state.feelings.get(hour)
    if feeling is None:
        feeling = state.feelings[hour] = Feeling()
    feeling.mentions += 1
    feeling.intensity += round(mention.intensity * 1000)
    feeling.sentiment += round(mention.sentiment * 1000)
    if mention.known_time - moment < SLOW_HOURS * HOUR_MS:  # old news fills its bucket, no more
        state.folded += 1
        _keep_recent(state, remember(mention))
        state.said.append(
            Saying(mention.known_time, mention.text_key, mention.author_key, mention.words)
        )
        del state.said[:-KEPT_SAYINGS]


def _keep_level(state: EntityState, mention: Mention, moment: Millis, level: float) -> None:
    """A level is a voice and a receipt, and adds to no count: its newest takes the older's place.

    Nor does it feel, tell a story or count as something new: it has no words of its own.
    """
    kind = state.types.setdefault(mention.source_type, TypeState())
    levels.keep(kind, mention.source, moment, level)
    authors = kind.authors.setdefault(hour_of(moment), [])
    if mention.author_key not in authors:
        insort(authors, mention.author_key)
    if mention.known_time - moment < SLOW_HOURS * HOUR_MS:
        same = mention.source, mention.source_type, mention.title[:TITLE_LENGTH]
        state.recent = [e for e in state.recent if (e.source, e.source_type, e.title) != same]
        _keep_recent(state, remember(mention))


def _keep_recent(state: EntityState, item: Evidence) -> None:
    """The newest few of each type, so that a loud type does not hide another's receipts."""
    state.recent.append(item)
    same = [e for e in state.recent if e.source_type == item.source_type]
    if len(same) > KEPT_RECENT:
        state.recent.remove(same[0])


def authors_within(kind: TypeState, now: Millis, hours: int) -> int:
    """Distinct authors or owners of the last hours."""
    newest = hour_of(now)
    lists = [kind.authors[h] for h in range(newest - hours, newest + 1) if h in kind.authors]
    if len(lists) == 1:
        return len(lists[0])
    return len(set().union(*lists)) if lists else 0


def prune(
    state: EntityState, now: Millis, velocity: VelocityConfig, config: EvidenceConfig
) -> None:
    """Forget what no later decision can ask for."""
    oldest = hour_of(now) - 2 * SLOW_HOURS
    forget(state, now, hour_of(now), config)
    for name in list(state.types):
        kind = state.types[name]
        kind.window.prune(now, velocity.baseline_days * 24)
        if kind.levels:
            levels.prune(kind, now, velocity.literal_days)
        if kind.window.empty and not (kind.authors or kind.levels):
            del state.types[name]
    if state.feelings and min(state.feelings) < oldest:
        state.feelings = {h: f for h, f in state.feelings.items() if h >= oldest}
    if state.said and now - state.said[0].known_time >= DAY_MS:
        state.said = [saying for saying in state.said if now - saying.known_time < DAY_MS]
    if state.trades:
        state.trades = [item for item in state.trades if now - item.event_time < TRADE_MS]
    if state.past:
        horizon = hour_of(now) - velocity.baseline_days * 24 - 2 * SLOW_HOURS
        state.past = [span for span in state.past if span[1] >= horizon]
