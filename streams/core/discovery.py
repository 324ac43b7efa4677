"""Which unknown names are taking off: two types of source, several voices, more than usual.

unknown ──gate passed──► discovered ──still rising an hour on──► trending
                             │  └──a day on──► steady, or failed
                             └──quiet for a week──► dormant ──gate passed──► returned

A name is judged by what others say of it; that it was found, and that its entity is mentioned,
says nothing for finding it again.
"""

from collections.abc import Sequence
from typing import Final

from schemas.clock import DAY_MS, HOUR_MS, INTERVAL_MS, MINUTE_MS, end_of, is_poll
from schemas.ids import derived_id
from schemas.records import Candidate, Discovery, Record, TypeVelocity
from schemas.version import CODE_VERSION
from streams.core.adding import tally
from streams.core.config import CoreConfig
from streams.core.craft import Craft
from streams.core.evidence import absorb, authors_within, prune
from streams.core.measure import Lineage, next_poll
from streams.core.naming import (
    FOUND_NAME,
    TEST_PREFIX,
    UNKNOWN_NAME,
    Found,
    NameState,
    as_mention,
    entity_id_of,
    fresh,
    name_of,
    pack,
    spell,
    spellings,
    unpack,
    wait,
)
from streams.core.questions import ask
from streams.core.reasons import receipts
from streams.core.typing_cues import cues, guess
from streams.core.velocity import combine, inexperience, measure

HOURLY: Final = HOUR_MS // MINUTE_MS
DAILY: Final = DAY_MS // MINUTE_MS
WINDOW_HOURS: Final = 12
CAUSES: Final = 5
MOST_NOVICE: Final = 0.5  # share of a baseline that may be imagined: 36 h from the start
REMEMBERED_DAYS: Final = 90  # that a dormant name was found before
ONCE_KEPT_HOURS: Final = 36  # a name that one text had is forgotten soon


def step(
    state: NameState, name: str, n: int, candidates: Sequence[Candidate],
    config: CoreConfig, lineage: Lineage,
) -> list[Record]:
    """Take the candidates of interval n, in order, and evaluate at a poll when it is due."""
    state.closed = n
    for candidate in candidates:
        _take(state, name, n, candidate, config)
    if candidates:
        state.due = next_poll(n)
    if not is_poll(n) or state.due != n:
        return []
    out = evaluate(state, name, n, config, lineage)
    state.due = _next_look(state, n)
    return out


NAMES: Final = Craft(name_of, fresh, step, pack, unpack)


def _take(
    state: NameState, name: str, n: int, candidate: Candidate, config: CoreConfig
) -> None:
    if candidate.options:
        wait(state, name, candidate)
        spell(state, candidate.surface)
        return
    if candidate.reason not in (UNKNOWN_NAME, FOUND_NAME):
        return
    mention = as_mention(candidate, name)
    if absorb(state.voices, mention, config.velocity, config.evidence) != "counted":
        return
    state.first_seen = state.first_seen or candidate.known_time
    state.last_heard = n
    spell(state, candidate.surface)
    for kind in cues(candidate.title, candidate.surface):
        state.cues[kind] = state.cues.get(kind, 0) + 1


def evaluate(
    state: NameState, name: str, n: int, config: CoreConfig, lineage: Lineage
) -> list[Record]:
    """The steps of the name's discovery at poll n, and its question when it grew."""
    now = end_of(n)
    prune(state.voices, now, config.velocity, config.evidence)
    out = ask(state, name, n, config, lineage)
    if state.found is None and _voices(state, now) < config.discovery.min_authors:
        return out
    types = measure(state.voices, now, lineage.first * INTERVAL_MS, config.velocity)
    literal, score = combine(types, config.velocity)
    statistic = literal if config.gates.gate == "literal" else score
    novice = inexperience(now, lineage.first * INTERVAL_MS, config.velocity)
    kind = _advance(state, name, n, statistic, novice, types, config)
    if kind:
        out.append(_told(state, name, n, kind, types, literal, score, lineage))
    return out


def _voices(state: NameState, now: int) -> int:
    return tally(
        authors_within(kind, now, WINDOW_HOURS) for kind in state.voices.types.values()
    )


def _advance(
    state: NameState, name: str, n: int, statistic: float, novice: float,
    types: Sequence[TypeVelocity], config: CoreConfig,
) -> str:
    """Move the name along; the step to tell, or ""."""
    wanted, found = config.discovery, state.found
    wide = tally(1 for t in types if t.mentions) >= wanted.min_types
    rises = wide and _voices(state, end_of(n)) >= wanted.min_authors
    caution = 1.0 + novice
    if found is None or found.dormant:
        # A new deployment has seen nothing yet: every steady name would be a discovery.
        if novice > MOST_NOVICE or not rises or statistic < wanted.z * caution:
            return ""
        kind = "returned" if found else "discovered"
        spelled = spellings(state)[0]
        state.found = Found(
            entity_id_of(name), spelled.lstrip("#@"), guess(state.cues, spelled), n
        )
        return kind
    age = n - found.tick
    if not found.outcome:
        if rises and age >= HOURLY and statistic >= wanted.trending_z * caution:
            found.outcome = "trending"
            return found.outcome
        if age >= wanted.outcome_hours * HOURLY:
            heard = tally(t.mentions for t in types)
            enough = heard >= config.velocity.floor_mentions
            found.outcome = "steady" if enough else "failed"
            return found.outcome
    if n - state.last_heard >= wanted.dormant_days * DAILY and statistic < config.episode.onset:
        found.dormant = True
        return "dormant"
    return ""


def _told(
    state: NameState, name: str, n: int, kind: str, types: tuple[TypeVelocity, ...],
    literal: float, score: float, lineage: Lineage,
) -> Discovery:
    now, found = end_of(n), state.found
    if found is None:
        raise AssertionError("a step of a name that was not found")
    return Discovery(
        id=derived_id("discovery", name, kind, str(n)),
        event_time=now, known_time=now, test=name.startswith(TEST_PREFIX), tick=n, kind=kind,
        entity_id=found.entity_id, name=found.name, entity_type=found.entity_type,
        surfaces=spellings(state), first_seen=state.first_seen,
        mentions=tally(t.mentions for t in types), authors=_voices(state, now), types=types,
        velocity_z=literal, detection_score=score, receipts=receipts(state.voices, now),
        config_hash=lineage.config_hash, catalogue_version=state.voices.catalogue_version,
        code_version=CODE_VERSION,
        causation=tuple(e.mention_id for e in state.voices.recent[-CAUSES:]),
    )


def _next_look(state: NameState, n: int) -> int:
    """Hourly while an outcome is open, daily while there is a past, 0 when the row may go.

    Between texts nothing rises, so that a name nobody found needs no look before the next one.
    """
    if state.found is not None and not state.found.dormant:
        return (n // HOURLY + 1) * HOURLY
    if state.voices.folded <= 1 and not state.asked.waiting:
        heard = state.last_heard + ONCE_KEPT_HOURS * HOURLY
        return next_poll(heard) if heard > n else 0
    remembered = state.found is not None and n - state.last_heard < REMEMBERED_DAYS * DAILY
    if state.voices.types or state.asked.waiting or remembered:
        return (n // DAILY + 1) * DAILY
    return 0
