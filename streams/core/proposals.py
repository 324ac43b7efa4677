"""What an entity hands to the stage that makes one alert of one story: its steps, with evidence.

An entity with an open alert says so whenever it has new evidence, also when it has no step to
tell: a name that comes to the same story hours later must find it as it is by then.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from schemas.clock import HOUR_MS, POLL_TICKS, end_of, is_poll
from schemas.ids import derived_id
from schemas.records import Alert, Mention, Proposal, Record, Tick
from schemas.version import CODE_VERSION
from streams.core.config import CoreConfig
from streams.core.measure import Lineage, step
from streams.core.state import EntityState, Saying

MENTIONS: Final = "mentions"
WINDOW_HOURS: Final = 24
TOLD_WORDS: Final = 12
OFTEN: Final = 2  # what one headline says alone is not yet what the story says


def propose(
    state: EntityState, entity_id: str, n: int, mentions: Sequence[Mention],
    config: CoreConfig, lineage: Lineage,
) -> list[Record]:
    """`measure.step`, with proposals in place of alerts."""
    out = step(state, entity_id, n, mentions, config, lineage)
    if not is_poll(n):
        return out
    steps = [record for record in out if isinstance(record, Alert)]
    if steps:
        out = [record for record in out if not isinstance(record, Alert)]
        return [*out, *(_proposal(state, entity_id, n, lineage, told) for told in steps)]
    if _has_news(state, n):
        return [*out, _proposal(state, entity_id, n, lineage, None)]
    return out


def _has_news(state: EntityState, n: int) -> bool:
    """Whether something was counted since the last poll for an alert that is out."""
    if state.episode is None or state.episode.opened < 0:
        return False
    since = end_of(n - POLL_TICKS)
    return bool(state.said) and state.said[-1].known_time >= since


def _proposal(
    state: EntityState, entity_id: str, n: int, lineage: Lineage, told: Alert | None
) -> Proposal:
    now, kind = end_of(n), told.kind if told else "evidence"
    said = [s for s in state.said if s.known_time >= now - WINDOW_HOURS * HOUR_MS]
    episode_id = told.episode_id if told else state.episode.id if state.episode else ""
    return Proposal(
        id=derived_id("proposal", entity_id, str(n), kind),
        event_time=now, known_time=now, test=told.test if told else False, tick=n,
        entity_id=entity_id, episode_id=episode_id, alert=told,
        evidence=_evidence(said), words=_words(said),
        config_hash=lineage.config_hash, catalogue_version=state.catalogue_version,
        code_version=CODE_VERSION,
        causation=told.causation if told else tuple(e.mention_id for e in state.recent[-1:]),
    )


def _evidence(said: Sequence[Saying]) -> tuple[int, ...]:
    """Keys of the texts that count, the newest first."""
    return tuple(dict.fromkeys(saying.text_key for saying in reversed(said)))


def _words(said: Sequence[Saying]) -> tuple[int, ...]:
    """What several of the texts say, the most frequent first."""
    texts = {saying.text_key: saying.words for saying in said}
    counts = Counter(word for words in texts.values() for word in words)
    often = sorted((-count, word) for word, count in counts.items() if count >= OFTEN)
    return tuple(word for _, word in often[:TOLD_WORDS])


def passed(n: int, first: int, partition: int, partitions: int) -> Tick:
    """Partition says that everything it has to propose up to interval n is out."""
    return Tick(
        n=n, first=first, present={MENTIONS: partitions}, catalogue=(0, 0),
        origin=f"{MENTIONS}-{partition}",
    )
